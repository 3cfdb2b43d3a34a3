SELECT tenant, db, table, count() AS spans, min(start) AS first, max(start) AS last
FROM spans
GROUP BY tenant, db, table
ORDER BY tenant, db, table
