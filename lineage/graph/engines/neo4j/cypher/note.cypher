// Note the state of a tenant's graph.
MATCH (g:LineageGraph {tenant: $tenant}) SET g = $state, g.tenant = $tenant
