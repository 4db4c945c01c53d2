// What a dataset taints: the models derived from it, and whatever contains, serves, runs on or
// reads one of those, wherever it stands.
// $tenant: whose graph ("default"). $dataset: the key of the dataset.
MATCH (dataset:Dataset {tenant: $tenant, key: $dataset})
  <-[:FINE_TUNED_FROM|ADAPTER_OF|MERGED_FROM|QUANTIZED_FROM|DISTILLED_FROM|PRUNED_FROM
    |CONVERTED_FROM|DERIVED_FROM|REVISION_OF|VARIANT_OF|TRAINED_ON|PRODUCED_BY|USED|BUILT_FROM
    |SUBSET_OF|AUGMENTED_FROM|ANNOTATED_BY|GENERATED_BY|WRITTEN_BY|AFTER
    |CONTAINS|SERVES|RUNS_ON|READS|PROMPTED_BY|USES_TOOL
    |OCCURRENCE_OF|RESOLVED_BY|INFERRED*1..]-(tainted)
WHERE tainted:Assembly OR tainted:Component
WITH DISTINCT tainted.key AS key
MATCH (thing:Component {tenant: $tenant, key: key})
RETURN thing.kind AS kind, key
ORDER BY kind, key
