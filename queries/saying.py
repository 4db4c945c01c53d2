"""Who says it: the sources, requirements and edges of a view as plain values of an answer."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from lineage.model.claim import Requirement
from lineage.record.view import Source, Value, View, WorldEdge
from lineage.vocabulary.properties import PRECEDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A stream that says something, since a revision. ``submission`` is the receipt's id."""

    stream: str
    slot: str
    revision: int
    precedence: str
    format: str
    principal: str
    submission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A declared requirement: the raw range, its scheme, its marker and the extras asked for."""

    raw: str
    scheme: str
    marker: str | None
    extra: str | None
    extras: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A named attribute of an edge."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEdge:
    """An edge that holds everywhere, pointing upstream, with who states it."""

    kind: str
    downstream: str
    upstream: str
    dependency_scope: str
    role: str
    origin: str
    confidence: float | None
    unpinned: bool
    requirements: tuple[Wish, ...]
    attributes: tuple[Attribute, ...]
    claimed_by: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedValue:
    """One claimed value of a property. ``first`` marks the one that filters and verdicts use.

    ``state`` is value, none, unknown, withheld or not_applicable, as its author said.
    """

    name: str
    value: Any
    state: str
    first: bool
    claimed_by: tuple[Saying, ...]


def sayings(
    view: View, statements: Iterable[int], streams: Container[str] | None = None
) -> tuple[Saying, ...]:
    """Who makes these statements: by precedence, then the newest revision first.

    Assemblies share equal statements: ``streams`` are those that speak of the one in question.
    """
    found = {
        source
        for number in statements
        for source in view.sources.get(number, ())
        if streams is None or source.stream in streams
    }
    ordered = sorted(found, key=lambda s: (_rank(s), -s.revision, s.stream, s.slot))
    return tuple(
        Saying(
            stream=source.stream,
            slot=source.slot,
            revision=source.revision,
            precedence=source.precedence,
            format=source.format,
            principal=source.principal,
            submission=source.submission,
        )
        for source in ordered
    )


def wishes(requirements: Iterable[Requirement]) -> tuple[Wish, ...]:
    """Requirements as values of an answer."""
    return tuple(
        Wish(raw=r.raw, scheme=r.scheme, marker=r.marker, extra=r.extra, extras=r.extras)
        for r in requirements
    )


def stated(view: View, edge: WorldEdge) -> StatedEdge:
    """An edge of the view as a value of an answer."""
    return StatedEdge(
        kind=edge.kind,
        downstream=edge.downstream,
        upstream=edge.upstream,
        dependency_scope=edge.dependency_scope,
        role=edge.role,
        origin=edge.origin,
        confidence=edge.confidence,
        unpinned=edge.unpinned,
        requirements=wishes(edge.requirements),
        attributes=tuple(Attribute(name=name, value=value) for name, value in edge.attributes),
        claimed_by=sayings(view, edge.statements),
    )


def claimed(view: View, values: Iterable[Value]) -> tuple[ClaimedValue, ...]:
    """Claimed values, in the view's order: the first of each name is the one that decides."""
    seen: set[str] = set()
    found = []
    for value in values:
        found.append(
            ClaimedValue(
                name=value.name,
                value=value.value,
                state=value.state,
                first=value.name not in seen,
                claimed_by=sayings(view, (value.statement,)),
            )
        )
        seen.add(value.name)
    return tuple(found)


def _rank(source: Source) -> int:
    return PRECEDENCE.get(source.precedence).rank if source.precedence in PRECEDENCE else 99
