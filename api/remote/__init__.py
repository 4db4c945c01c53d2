"""A Lineage server, asked from this machine: the same questions, the same answers."""
