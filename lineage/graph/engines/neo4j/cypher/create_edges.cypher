// Make relationships of one type and dependency scope between nodes that are there.
UNWIND range(0, size($down) - 1) AS i
MATCH (d) WHERE id(d) = $down[i]
MATCH (u) WHERE id(u) = $up[i]
CREATE (d)-[:TYPES {dependency_scope: $scope}]->(u)
