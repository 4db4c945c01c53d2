// Take a batch of a tenant's nodes of one label away, with what hangs on them.
MATCH (n:LABELS {tenant: $tenant}) WITH n LIMIT $limit DETACH DELETE n RETURN count(n) AS gone
