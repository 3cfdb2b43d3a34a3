SELECT intDiv(`intDiv(bucket, 6)`, 5) AS step,
  `if(bitTest(listed, 0), service, '')` AS by_service,
  `if(bitTest(listed, 1), name, '')` AS by_operation,
  kind AS by_kind,
  countMerge(`count()`) AS calls,
  countIfMerge(`countIf(equals(status, 'error'))`) AS errors,
  quantilesDDMerge(0.01, 0.5, 0.99)(`quantilesDD(0.01, 0.5, 0.95, 0.99)(duration)`) AS durations,
  hex(quantilesDDMergeState(0.01, 0.5, 0.95, 0.99)(`quantilesDD(0.01, 0.5, 0.95, 0.99)(duration)`)) AS sketch
FROM mergeTreeProjection(currentDatabase(), 'spans', 'rates')
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  AND `intDiv(bucket, 6)` >= 28333333 AND `intDiv(bucket, 6)` < 28333394
  AND `if(bitTest(listed, 0), service, '')` = 'a'
GROUP BY by_service, by_operation, by_kind, step
ORDER BY by_service, by_operation, by_kind, step
