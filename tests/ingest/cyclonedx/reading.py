"""Short forms of what a reading claims, for tests that compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lineage.ingest.formats.cyclonedx import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Component, Edge, Member, OfComponent, Property, Subject
from lineage.model.document import Reading

DOCUMENTS = Path(__file__).resolve().parents[2] / "documents" / "cyclonedx"


def sample(name: str) -> Reading:
    """The reading of a sample document."""
    return READER.read((DOCUMENTS / f"{name}.cdx.json").read_bytes(), Circumstance())


def mapped(**document: Any) -> Reading:
    """The reading of a small document given by its fields."""
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.7", "version": 1, **document}
    return READER.map(whole, Circumstance())


def edges(reading: Reading, *kinds: str) -> set[tuple[str, str, str]]:
    """(kind, downstream, upstream) of the edges of these kinds."""
    return {
        (s.kind, end(s.downstream), str(s.upstream))
        for s in statements(reading, Edge)
        if not kinds or s.kind in kinds
    }


def edge(reading: Reading, kind: str, upstream: str = "") -> Edge:
    """The one edge of that kind (to that upstream)."""
    (found,) = {
        s for s in statements(reading, Edge) if s.kind == kind and s.upstream.endswith(upstream)
    }
    assert isinstance(found, Edge)
    return found


def values(reading: Reading, key: str, name: str) -> list[Any]:
    """All values of a property of a component."""
    return [
        s.decoded()
        for s in statements(reading, Property)
        if s.name == name and end(s.subject) == key
    ]


def kept(reading: Reading, key: str, field: str) -> list[Any]:
    """The raw values kept under a field of a component."""
    return [v["value"] for v in values(reading, key, "extension") if v["field"] == field]


def members(reading: Reading) -> set[str]:
    """The keys of the members."""
    return {str(s.component) for s in statements(reading, Member)}


def kinds(reading: Reading) -> dict[str, str]:
    """Kind by key."""
    return {str(s.key): s.kind for s in statements(reading, Component)}


def end(subject: Subject) -> str:
    """The key of a component subject, else its text."""
    return str(subject.key) if isinstance(subject, OfComponent) else repr(subject)


def statements(reading: Reading, of: type) -> list[Any]:
    """The statements of one type."""
    return [c.statement for c in reading.claims if isinstance(c.statement, of)]
