// The deltas that are still known of a tenant's graph, the oldest first.
MATCH (m:LineageMove {tenant: $tenant})
RETURN m.before AS before, m.after AS after, m.ranges AS ranges, m.names AS names, m.ids AS ids
ORDER BY m.serial
