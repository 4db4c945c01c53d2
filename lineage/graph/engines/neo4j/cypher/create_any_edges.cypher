// Make relationships of several types between nodes that are there.
UNWIND range(0, size($down) - 1) AS i
MATCH (d) WHERE id(d) = $down[i]
MATCH (u) WHERE id(u) = $up[i]
CREATE (d)-[r:$($types[i])]->(u)
SET r = $rows[i]
