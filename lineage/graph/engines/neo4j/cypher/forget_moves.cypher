// No delta of a tenant's graph is known any more.
MATCH (m:LineageMove {tenant: $tenant}) DELETE m
