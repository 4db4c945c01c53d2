// Take relationships of several types away.
UNWIND range(0, size($down) - 1) AS i
MATCH (d)-[r:TYPES]->(u)
WHERE id(d) = $down[i] AND id(u) = $up[i] AND type(r) = $types[i]
  AND coalesce(r.dependency_scope, '') = $scopes[i]
DELETE r
