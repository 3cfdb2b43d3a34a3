SELECT intDiv(intDiv(bucket, 6), 5) AS step,
  count() AS calls,
  countIf(status = 'error') AS errors
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND intDiv(bucket, 6) >= 28333333 AND intDiv(bucket, 6) < 28333394
GROUP BY step
ORDER BY step
