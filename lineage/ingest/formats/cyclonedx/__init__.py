"""CycloneDX bills of materials (ECMA-424), JSON and XML."""

from lineage.ingest.formats.cyclonedx.reader import READER as READER
