"""`pip install --report` (version 1): what pip resolved, before or while it installs it."""

from __future__ import annotations

from lineage.ingest.python.direct_url import artefact_at
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields
from lineage.ingest.python.metadata import distribution_of
from lineage.ingest.python.name import canonical
from lineage.ingest.python.pip import looks_like, read_pip
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.document import Quarantined, Reading


class PipReportReader:
    """Reads installation reports; the subject is what the circumstance says."""

    name = "pip_report"
    version = "1"
    suffixes: tuple[str, ...] = (".pip-report.json", ".pip.json", ".json")

    def recognises(self, content: bytes, name: str) -> bool:  # noqa: ARG002
        """JSON of pip with an ``install`` list."""
        return looks_like(content, b"install")

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """Members with roots, extras and artefacts; every declared line; active lines as edges."""
        return read_pip(
            content,
            circumstance,
            format=self.name,
            version=self.version,
            listing="install",
            item=_item,
        )


def _item(entry: Fields) -> tuple[Distribution, tuple[Quarantined, ...]]:
    metadata = entry.table("metadata")
    extras = [str(extra) for extra in entry.maybe_entries("requested_extras")]
    artefact = artefact_at(
        entry.table("download_info"),
        version=metadata.text("version"),
        direct=bool(entry.maybe_flag("is_direct")),
        yanked=bool(entry.maybe_flag("is_yanked")),
    )
    return distribution_of(
        metadata,
        requested=entry.maybe_flag("requested"),
        extras=frozenset(canonical(extra) for extra in extras),
        artefact=artefact,
    )


READER: Reader = PipReportReader()
