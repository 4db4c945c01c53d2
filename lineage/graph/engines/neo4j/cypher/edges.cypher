// Relationships out of a tenant's nodes of one label, a page of neighbours in the store per row.
MATCH (d:LABELS {tenant: $tenant})-[r:TYPES]->(u)
WITH id(d) / $page AS page, type(r) AS type, coalesce(r.dependency_scope, '') AS scope,
     collect(id(d)) AS down, collect(id(u)) AS up
RETURN type, scope, down, up
