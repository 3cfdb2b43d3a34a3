SELECT count() AS cuts FROM catalog
WHERE tenant = 'acme' AND db = 'prod' AND table = 'traces' AND fact = 'cut' AND expires >= today() AND name = 'services'
