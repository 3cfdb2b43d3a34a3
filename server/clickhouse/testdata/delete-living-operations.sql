SELECT of_service AS service, of_name AS name, of_kind AS kind
FROM (
  SELECT if(bitTest(listed, 0), service, '') AS of_service, if(bitTest(listed, 1), name, '') AS of_name, kind AS of_kind
  FROM spans
  WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces'
  GROUP BY of_service, of_name, of_kind
)
WHERE (of_service, of_name, of_kind) IN (('shop', 'GET \'/\'', 'server'))
