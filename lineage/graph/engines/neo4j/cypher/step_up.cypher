// One round of a walk along the edges: where the stated and where the free edges of
// a frontier lead, each end once, with the first of the frontier that leads there.
CALL () {
  UNWIND range(0, size($stated) - 1) AS i
  MATCH (n)-[r:TYPES]->(m) WHERE id(n) = $stated[i]FILTER
  WITH id(m) AS m, min(i) AS i
  RETURN collect(m) AS ends, collect(i) AS places
}
CALL () {
  UNWIND range(0, size($free) - 1) AS i
  MATCH (n)-[:OCCURRENCE_OF|RESOLVED_BY|INFERRED]->(m) WHERE id(n) = $free[i]
  WITH id(m) AS m, min(i) AS i
  RETURN collect(m) AS free_ends, collect(i) AS free_places
}
MATCH (g:LineageGraph {tenant: $tenant})
RETURN ends, places, free_ends, free_places, g.token AS token, g.stage AS stage
