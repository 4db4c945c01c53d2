"""From a document to a graph: the record, the readers, the engines and the verdicts of Lineage."""
