// The graph of a tenant is no more.
MATCH (g:LineageGraph {tenant: $tenant}) DELETE g
