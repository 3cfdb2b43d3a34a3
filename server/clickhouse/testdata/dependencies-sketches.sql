SELECT parent, child, sum(calls) AS called, sum(errors) AS failed,
  quantilesDDMerge(0.01, 0.5, 0.95)(durations) AS quantiles,
  hex(quantilesDDMergeState(0.01, 0.5, 0.95)(durations)) AS sketch
FROM (
  SELECT parent, child, calls, errors, durations
  FROM dependencies FINAL
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND minute >= 28333333 AND minute < 28333394 AND minute < 28333394
)
GROUP BY parent, child
ORDER BY parent, child
