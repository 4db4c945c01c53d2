"""Search: components whose name, key or alias contains a text, best first.

Ranked: the name itself, then a name that begins with it, a word of a name that does, a name that
contains it, then keys and aliases. Among equals what more leans on comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage.errors import VocabularyError
from lineage.graph.catalogue.sought import Hit, sought
from lineage.model.revision import At
from lineage.vocabulary.nodes import NODES
from queries.question import Handle, catalogue_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The question. ``kinds`` narrows to node kinds (none: all), ``first`` bounds the rows."""

    text: str
    kinds: tuple[str, ...] = ()
    first: int | None = 20
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A component that matches. ``matched`` is the name, key or alias that did; rank 0 is best.

    ``held_by`` counts the assemblies that hold it, ``leaned_on`` its downstream edges that hold
    everywhere.
    """

    key: str
    kind: str
    name: str
    version: str | None
    rank: int
    matched: str
    held_by: int
    leaned_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, best first. ``total`` counts all that match, whatever ``first`` said."""

    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    text: str
    kinds: tuple[str, ...]
    total: int
    found: tuple[Found, ...]


def answer(question: Search, handle: Handle) -> Answer:
    """The components that match; VocabularyError for a kind that is no row of NODES."""
    for kind in question.kinds:
        if kind not in NODES:
            raise VocabularyError(text=kind, table=NODES.title, known=", ".join(NODES.names()))
    catalogue = catalogue_of(handle, question.at)
    found = sought(catalogue, question.text, question.kinds, question.first)
    view = catalogue.view
    return Answer(
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        text=question.text,
        kinds=question.kinds,
        total=found.total,
        found=tuple(_found(hit) for hit in found.hits),
    )


def _found(hit: Hit) -> Found:
    row = hit.row
    return Found(
        key=row.key,
        kind=row.kind,
        name=row.name,
        version=row.version,
        rank=hit.rank,
        matched=hit.matched,
        held_by=row.held_by,
        leaned_on=row.leaned_on,
    )
