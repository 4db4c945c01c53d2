// Lock the state of a tenant's graph until the transaction ends; make it where there is none.
MERGE (g:LineageGraph {tenant: $tenant}) SET g.claimed = true
