// All that lies downstream of some nodes, as a set: no depth, no filter but the type.
CALL () {
  MATCH (n)<-[:TYPES*0..]-(m) WHERE id(n) IN $nodes
  RETURN collect(DISTINCT id(m)) AS ends
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN ends, g.token AS token, g.stage AS stage
