// Take nodes away, with what hangs on them.
MATCH (n) WHERE id(n) IN $ids DETACH DELETE n
