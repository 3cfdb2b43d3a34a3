SELECT step,
  by_service,
  by_operation,
  by_kind,
  sum(minute_calls) AS calls,
  sum(minute_errors) AS errors,
  quantilesDDMerge(0.01, 0.5, 0.99)(minute_durations) AS durations
FROM (
  SELECT `intDiv(bucket, 6)` AS minute,
    `if(bitTest(listed, 0), service, '')` AS by_service,
    `if(bitTest(listed, 1), name, '')` AS by_operation,
    kind AS by_kind,
    countMerge(`count()`) AS minute_calls,
    countIfMerge(`countIf(equals(status, 'error'))`) AS minute_errors,
    quantilesDDMergeState(0.01, 0.5, 0.99)(`quantilesDD(0.01, 0.5, 0.95, 0.99)(duration)`) AS minute_durations
  FROM mergeTreeProjection(currentDatabase(), 'spans', 'rates')
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
    AND `intDiv(bucket, 6)` >= 28333325 AND `intDiv(bucket, 6)` < 28333394
    AND `if(bitTest(listed, 0), service, '')` = 'a'
  GROUP BY minute, by_service, by_operation, by_kind
)
ARRAY JOIN arrayConcat(range(greatest(intDiv(minute, 5), 5666666), least(intDiv(minute + 10, 5), 5666678)), if(minute >= 28333383, [toUInt64(5666678)], [])) AS step
GROUP BY by_service, by_operation, by_kind, step
ORDER BY by_service, by_operation, by_kind, step
SETTINGS max_block_size = 8192
