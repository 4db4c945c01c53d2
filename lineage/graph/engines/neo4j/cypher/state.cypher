// The state of one tenant's graph.
MATCH (g:LineageGraph {tenant: $tenant}) RETURN properties(g) AS state
