// One hop upstream of a page of nodes, and who is at its other end.
CALL () {
  MATCH (d)-[r:TYPES]->(u) WHERE id(d) IN $nodes
  RETURN collect(id(d)) AS near, collect(id(u)) AS far, collect(type(r)) AS types,
         collect(coalesce(r.dependency_scope, '')) AS scopes
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN near, far, types, scopes, g.token AS token, g.stage AS stage
