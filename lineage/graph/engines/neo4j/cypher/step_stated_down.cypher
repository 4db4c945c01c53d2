// One round of a walk against the edges, where nothing in the frontier has a free edge to follow:
// each end once, with the first of the frontier that leads there.
UNWIND range(0, size($stated) - 1) AS i
MATCH (n)<-[r:TYPES]-(m) WHERE id(n) = $stated[i]FILTER
WITH id(m) AS m, min(i) AS i
WITH collect(m) AS ends, collect(i) AS places
MATCH (g:LineageGraph {tenant: $tenant})
RETURN ends, places, g.token AS token, g.stage AS stage
