// All that lies upstream of some nodes with its smallest number of edges, where every edge counts.
CALL () {
  MATCH p = (n)-[:TYPES*0..]->(m) WHERE id(n) IN $nodes
  WITH id(m) AS m, min(length(p)) AS depth
  RETURN collect(m) AS ends, collect(depth) AS depths
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN ends, depths, g.token AS token, g.stage AS stage
