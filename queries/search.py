"""Search: components whose name, key or alias contains a text, best first.

Ranked: the name itself, then a name that begins with it, a word of a name that does, a name that
contains it, then keys and aliases. Among equals what more leans on comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lineage.errors import VocabularyError
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import Node, View
from lineage.vocabulary.nodes import NODES
from queries.index import Index, index_of
from queries.question import Handle

_WORD = re.compile(r"[^a-z0-9]+")


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
    view = handle.views.view(question.at)
    index = index_of(view)
    wanted = question.text.strip().lower()
    hits = [
        (rank, node, matched)
        for node in view.nodes.values()
        if (not question.kinds or node.kind in question.kinds)
        for rank, matched in (_best(wanted, node, view),)
        if rank is not None
    ]
    rows = [_row(rank, node, matched, index) for rank, node, matched in hits]
    rows.sort(key=lambda r: (r.rank, -(r.held_by + r.leaned_on), len(r.name), r.key))
    return Answer(
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        text=question.text,
        kinds=question.kinds,
        total=len(rows),
        found=tuple(rows if question.first is None else rows[: max(0, question.first)]),
    )


def _best(wanted: str, node: Node, view: View) -> tuple[int | None, str]:
    if not wanted:
        return None, ""
    rank = _rank(wanted, node.name.lower())
    if rank is not None:
        return rank, node.name
    for key in (node.key, *node.keys):
        if wanted == key.lower():
            return 0, key
        if wanted in key.lower():
            return 4, key
    for alias in _aliases(node.key, view):
        if (rank := _rank(wanted, alias.lower())) is not None:
            return rank + 5, alias
    return None, ""


def _rank(wanted: str, name: str) -> int | None:
    if wanted not in name:
        return None
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in _WORD.split(name)):
        return 2
    return 3


def _aliases(key: Key, view: View) -> list[str]:
    values = view.values.get(key, ())
    return [v.value for v in values if v.name == "alias" and isinstance(v.value, str)]


def _row(rank: int | None, node: Node, matched: str, index: Index) -> Found:
    contents = index.holding.get(node.key, ())
    return Found(
        key=node.key,
        kind=node.kind,
        name=node.name,
        version=node.version,
        rank=rank or 0,
        matched=matched,
        held_by=sum(len(index.assemblies[content.digest]) for content in contents),
        leaned_on=len(index.downstream.get(node.key, ())),
    )
