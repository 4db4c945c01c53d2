// What relationships there are from one node to another, by position.
CALL () {
  UNWIND range(0, size($down) - 1) AS i
  MATCH (d)-[r:TYPES]->(u) WHERE id(d) = $down[i] AND id(u) = $up[i]
  RETURN collect(i) AS at, collect(type(r)) AS types,
         collect(coalesce(r.dependency_scope, '')) AS scopes
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN at, types, scopes, g.token AS token, g.stage AS stage
