// Make relationships of one type that no dependency scope is said of.
UNWIND range(0, size($down) - 1) AS i
MATCH (d) WHERE id(d) = $down[i]
MATCH (u) WHERE id(u) = $up[i]
CREATE (d)-[:TYPES]->(u)
