SELECT count() AS value FROM spans
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND intDiv(bucket, 6) >= 28333392 AND intDiv(bucket, 6) < 28333394
