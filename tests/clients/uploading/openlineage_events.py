"""A training run told by the OpenLineage client, as the environment configures it."""

from __future__ import annotations

import sys

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import dataset_type_dataset, dataset_version_dataset

PRODUCER = "https://acme.example/train"


def main(run: str) -> None:
    """Start and complete a run; the client waits for what it sends behind."""
    client = OpenLineageClient()
    read = InputDataset(
        namespace="hf://datasets",
        name="squad",
        facets={"version": dataset_version_dataset.DatasetVersionDatasetFacet("7b6d24c")},
    )
    made = OutputDataset(
        namespace="hf://models",
        name="acme/chat",
        facets={
            "version": dataset_version_dataset.DatasetVersionDatasetFacet("3"),
            "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet("MODEL"),
        },
    )
    for state, seconds in ((RunState.START, 0), (RunState.COMPLETE, 30)):
        client.emit(
            RunEvent(
                eventType=state,
                eventTime=f"2026-05-04T08:20:{seconds:02}+00:00",
                run=Run(runId=run),
                job=Job(namespace="ci", name="train"),
                producer=PRODUCER,
                inputs=[read],
                outputs=[made],
            )
        )
    if not client.close(30):
        sys.exit("not everything was sent")


if __name__ == "__main__":
    main(sys.argv[1])
