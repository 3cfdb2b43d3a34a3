SELECT toUInt16(expires) AS day, count() AS n
FROM spans
WHERE expires IN (toDate(19700), toDate(19701)) AND segment = toUInt64(7)
GROUP BY day
