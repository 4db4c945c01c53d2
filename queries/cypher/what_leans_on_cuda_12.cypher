// What leans on CUDA 12: everything that holds one of its libraries, or leans on something that
// does, with how many of the libraries come to it that way.
// $tenant: whose graph ("default").
MATCH (library:Framework {tenant: $tenant})
WHERE library.name STARTS WITH 'nvidia-' AND library.name ENDS WITH '-cu12'
MATCH (library)<-[:DEPENDS_ON|REQUIRES|CONTAINS|SERVES|RUNS_ON|CALLS|BUILT_WITH
                   |OCCURRENCE_OF|RESOLVED_BY|INFERRED*1..]-(held)
WHERE held:Assembly OR held:Component
WITH held.key AS key, count(DISTINCT library) AS libraries
MATCH (thing:Component {tenant: $tenant, key: key})
RETURN thing.kind AS kind, key, libraries
ORDER BY libraries DESC, kind, key
