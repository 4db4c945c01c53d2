"""The packs that answers are judged by: which files of rows there are, and what they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from lineage.errors import KnowledgeInvalidError
from lineage.knowledge.pack import FORMAT, PackFile, read_file
from lineage.record.store import Record
from lineage.record.stream import PUBLIC_TENANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows have a type, or cite a source."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file of rows as the record holds it; ``revision`` is its tenant's, of its last change."""

    stream: str
    file: str
    about: str
    precedence: str
    revision: int
    rows: int
    types: tuple[Count, ...]
    sources: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All packs, the tenant's own first: they override the public one."""

    ROWS: ClassVar[str] = "packs"

    revision: int
    pack_revision: int
    rows: int
    packs: tuple[Pack, ...]


def knowledge(record: Record, tenant: str) -> Knowledge:
    """What the record holds for a tenant: its own packs and the public one."""
    packs = tuple(
        pack for one in dict.fromkeys((tenant, PUBLIC_TENANT)) for pack in _packs(record, one)
    )
    return Knowledge(
        revision=record.head(tenant).number,
        pack_revision=record.head(PUBLIC_TENANT).number,
        rows=sum(pack.rows for pack in packs),
        packs=packs,
    )


def _packs(record: Record, tenant: str) -> Iterable[Pack]:
    newest = record.history(tenant).newest()
    for kept in sorted(newest, key=lambda one: (one.stream, one.slot)):
        if kept.reader != FORMAT or kept.closed:
            continue
        try:
            file = read_file(record.document(kept.digest, tenant), kept.slot)
        except KnowledgeInvalidError:
            continue  # closed by a document without bytes
        yield _pack(file, kept.stream, kept.precedence, kept.revision)


def _pack(file: PackFile, stream: str, precedence: str, revision: int) -> Pack:
    types = Counter(row.kind for row in file.rows)
    sources = Counter(str(row.value["source"]) for row in file.rows)
    return Pack(
        stream=stream,
        file=file.name,
        about=file.about,
        precedence=precedence,
        revision=revision,
        rows=len(file.rows),
        types=tuple(Count(name=name, rows=count) for name, count in sorted(types.items())),
        sources=tuple(Count(name=name, rows=count) for name, count in sorted(sources.items())),
    )
