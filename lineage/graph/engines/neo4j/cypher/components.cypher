// Components of a tenant with what they show, a page of neighbours in the store per row.
MATCH (n:Component {tenant: $tenant})
WITH id(n) / $page AS page, collect(id(n)) AS ids, collect(n.key) AS names,
     collect([n.kind, n.family, n.name, n.version]) AS marks,
     collect([label IN labels(n) WHERE label <> 'Component']) AS kinds
RETURN ids, names, marks, kinds
