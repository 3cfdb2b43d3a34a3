SELECT step,
  sum(minute_calls) AS calls,
  sum(minute_errors) AS errors
FROM (
  SELECT `intDiv(bucket, 6)` AS minute,
    countMerge(`count()`) AS minute_calls,
    countIfMerge(`countIf(equals(status, 'error'))`) AS minute_errors
  FROM mergeTreeProjection(currentDatabase(), 'spans', 'rates')
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
    AND `intDiv(bucket, 6)` >= 28333325 AND `intDiv(bucket, 6)` < 28333394
    AND `if(bitTest(listed, 0), service, '')` = 'a'
  GROUP BY minute
)
ARRAY JOIN arrayConcat(range(greatest(intDiv(minute, 5), 5666666), least(intDiv(minute + 10, 5), 5666678)), if(minute >= 28333383, [toUInt64(5666678)], [])) AS step
GROUP BY step
ORDER BY step
SETTINGS max_block_size = 8192
