// Take relationships of one type and dependency scope away.
UNWIND range(0, size($down) - 1) AS i
MATCH (d)-[r:TYPES]->(u)
WHERE id(d) = $down[i] AND id(u) = $up[i] AND coalesce(r.dependency_scope, '') = $scope
DELETE r
