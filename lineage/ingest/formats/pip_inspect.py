"""`pip inspect` (version 1): what is installed in an environment.

It does not say which extras were asked for by name, nor which file of an index was installed;
those stay unsaid.
"""

from __future__ import annotations

from typing import Any

from lineage.ingest.python.direct_url import artefact_at
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields
from lineage.ingest.python.metadata import distribution_of
from lineage.ingest.python.pip import looks_like, read_pip
from lineage.ingest.python.wheel import artefact_of
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.document import Quarantined, Reading


class PipInspectReader:
    """Reads inspections of an environment; the subject is what the circumstance says."""

    name = "pip_inspect"
    version = "1"
    suffixes: tuple[str, ...] = (".pip-inspect.json", ".json")

    def recognises(self, content: bytes, name: str) -> bool:  # noqa: ARG002
        """JSON of pip with an ``installed`` list."""
        return looks_like(content, b"installed")

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """Members with roots; every declared line; active lines as edges."""
        return read_pip(
            content,
            circumstance,
            format=self.name,
            version=self.version,
            listing="installed",
            item=_item,
        )


def _item(entry: Fields) -> tuple[Distribution, tuple[Quarantined, ...]]:
    metadata = entry.table("metadata")
    return distribution_of(
        metadata,
        requested=entry.maybe_flag("requested"),
        extras=frozenset(),
        artefact=_artefact(entry, metadata.text("version")),
    )


def _artefact(entry: Fields, version: str) -> dict[str, Any]:
    where = entry.maybe_table("direct_url")
    if where is None:
        return artefact_of(version=version)
    return artefact_at(where, version=version, direct=True, yanked=False)


READER: Reader = PipInspectReader()
