"""CycloneDX 1.6 JSON, for a team that has no bill of materials of its own."""

from lineage.export.cyclonedx.bom import Export as Export
from lineage.export.cyclonedx.bom import export as export
