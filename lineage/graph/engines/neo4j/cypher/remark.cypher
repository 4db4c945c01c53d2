// What components show, anew: their labels are set to those of one kind.
UNWIND range(0, size($ids) - 1) AS i
MATCH (n) WHERE id(n) = $ids[i]
REMOVE n:LABELS
SET n = $rows[i]
