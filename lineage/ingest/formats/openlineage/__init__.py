"""OpenLineage 2-0-2: run, job and dataset events."""

from lineage.ingest.formats.openlineage.reader import READER as READER
