"""``lineage.yaml``: what a team says itself, in the words of the vocabulary."""

from lineage.ingest.formats.manifest.reader import READER as READER
