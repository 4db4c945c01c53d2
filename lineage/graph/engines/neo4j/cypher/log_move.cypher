// Note which nodes a delta has made, for those who know the graph as it was before; the last few
// deltas are kept.
OPTIONAL MATCH (known:LineageMove {tenant: $tenant})
WITH coalesce(max(known.serial), 0) + 1 AS serial
CREATE (:LineageMove {
  tenant: $tenant, serial: serial, before: $before, after: $after,
  ranges: $ranges, names: $names, ids: $ids
})
WITH serial
MATCH (old:LineageMove {tenant: $tenant}) WHERE old.serial <= serial - $kept
DELETE old
