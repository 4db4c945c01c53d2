"""An installed environment, as ``lineage scan --environment`` writes it down (version 1).

One JSON object: ``format`` (lineage.environment), ``version``, ``tool``, ``environment`` (marker
variables, PEP 508) and ``installed``, whose tables are those of
``lineage.ingest.sources.installed``. Members carry the evidence of their own shared objects, so a
verdict needs no other document about them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lineage.ingest.python.direct_url import artefact_at
from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.field import Fields
from lineage.ingest.python.inspection import stated_damage, stated_evidence
from lineage.ingest.python.metadata import distribution_of
from lineage.ingest.python.pip import read_pip
from lineage.ingest.python.wheel import artefact_of
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.document import Quarantined, Reading

_FORMAT = re.compile(rb'"format"\s*:\s*"lineage\.environment"')
_HEAD = 65536


class EnvironmentReader:
    """Reads scans of an environment; the subject is what the circumstance says."""

    name = "environment"
    version = "1"
    suffixes: tuple[str, ...] = (".environment.json", ".json")

    def recognises(self, content: bytes, name: str) -> bool:  # noqa: ARG002
        """JSON that names the format."""
        return content.lstrip().startswith(b"{") and bool(_FORMAT.search(content[:_HEAD]))

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        """Members with roots and evidence; every declared line; active lines as edges.

        Raises DocumentRefusedError for a document that is not of this format, SubjectMissingError
        where the circumstance names no subject. A bad distribution is quarantined.
        """
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
    found, bad = distribution_of(
        metadata,
        requested=entry.maybe_flag("requested"),
        extras=frozenset(),
        artefact=_artefact(entry, metadata.text("version")),
    )
    if entry.maybe_flag("legacy"):
        # The lines of an egg stand in a file of their own, in a form of their own.
        found = replace(found, whole=False)
    return found, (*bad, *stated_damage(entry))


def _artefact(entry: Fields, version: str) -> dict[str, Any]:
    """The installed artefact: its origin, its tags by WHEEL, and what its files are bound to."""
    direct, origin = entry.maybe_table("direct_url"), entry.maybe_table("provenance_url")
    where = direct or origin
    if where is None:
        value = artefact_of(version=version)
    else:
        value = artefact_at(where, version=version, direct=direct is not None, yanked=False)
    wheel = entry.maybe_table("wheel")
    if wheel is not None:
        tags = [str(tag) for tag in wheel.maybe_entries("tags")]
        build = wheel.maybe_text("build")
        value = {
            **({"tags": tags} if tags else {}),
            **({"build": build} if build else {}),
            **value,
        }
    evidence = entry.maybe_table("evidence")
    return {**value, **(stated_evidence(evidence) if evidence is not None else {})}


READER: Reader = EnvironmentReader()
