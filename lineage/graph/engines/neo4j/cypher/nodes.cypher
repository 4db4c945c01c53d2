// Names and ids of a tenant's nodes of one label, a page of neighbours in the store per row.
MATCH (n:LABELS {tenant: $tenant})
WITH id(n) / $page AS page, collect(id(n)) AS ids, collect(n.NAME) AS names
RETURN ids, names
