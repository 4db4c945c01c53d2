// Where a model came from: every model, run, dataset and commit upstream of it over derivation,
// the nearest first.
// $tenant: whose graph ("default"). $model: the key of the model.
MATCH path = (model:Model {tenant: $tenant, key: $model})
  -[:FINE_TUNED_FROM|ADAPTER_OF|MERGED_FROM|QUANTIZED_FROM|DISTILLED_FROM|PRUNED_FROM
    |CONVERTED_FROM|DERIVED_FROM|REVISION_OF|VARIANT_OF|TRAINED_ON|PRODUCED_BY|USED|BUILT_FROM
    |SUBSET_OF|AUGMENTED_FROM|ANNOTATED_BY|GENERATED_BY|WRITTEN_BY|AFTER*1..]->(origin:Component)
WITH origin, min(length(path)) AS hops
RETURN hops, origin.kind AS kind, origin.key AS key
ORDER BY hops, kind, key
