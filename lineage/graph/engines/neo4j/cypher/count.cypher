// How many nodes of one label a tenant has.
MATCH (n:LABELS {tenant: $tenant}) RETURN count(n) AS nodes
