SELECT intDiv(intDiv(bucket, 6), 5) AS step,
  if(bitTest(listed, 0), service, '') AS by_service,
  if(bitTest(listed, 1), name, '') AS by_operation,
  kind AS by_kind,
  count() AS calls,
  countIf(status = 'error') AS errors,
  quantilesDD(0.01, 0.5, 0.99)(duration) AS durations
FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND intDiv(bucket, 6) >= 28333333 AND intDiv(bucket, 6) < 28333394
  AND if(bitTest(listed, 0), service, '') IN ('a', 'b')
  AND if(bitTest(listed, 1), name, '') = 'op'
  AND kind = 'server'
GROUP BY by_service, by_operation, by_kind, step
ORDER BY by_service, by_operation, by_kind, step
