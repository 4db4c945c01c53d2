// The label of one kind on components.
MATCH (n) WHERE id(n) IN $ids SET n:LABELS
