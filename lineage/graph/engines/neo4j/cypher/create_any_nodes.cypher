// Make nodes of several sets of labels; their ids by position.
UNWIND range(0, size($rows) - 1) AS i
CREATE (n:$($labels[i]))
SET n = $rows[i]
RETURN collect(i) AS at, collect(id(n)) AS ids
