// Make nodes of one set of labels; their ids by position.
UNWIND range(0, size($rows) - 1) AS i
CREATE (n:LABELS)
SET n = $rows[i]
RETURN collect(i) AS at, collect(id(n)) AS ids
