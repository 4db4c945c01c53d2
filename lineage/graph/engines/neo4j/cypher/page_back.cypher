// One hop downstream of a page of nodes, and who is at its other end.
CALL () {
  MATCH (u)<-[r:TYPES]-(d) WHERE id(u) IN $nodes
  RETURN collect(id(u)) AS near, collect(id(d)) AS far, collect(type(r)) AS types,
         collect(coalesce(r.dependency_scope, '')) AS scopes
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN near, far, types, scopes, g.token AS token, g.stage AS stage
