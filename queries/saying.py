"""Who says it: the sources, requirements and edges of a view as plain values of an answer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lineage.model.claim import Requirement
from lineage.record.view import Expired, Source, Value, View, WorldEdge
from lineage.vocabulary.properties import ATTESTATION, PRECEDENCE


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
class Attested:
    """Who vouches for a value, what shows it, and the last day on which that counts."""

    by: str
    evidence: str
    expires: str
    submission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedValue:
    """One claimed value of a property. ``first`` marks the one that filters and verdicts use.

    ``state`` is value, none, unknown, withheld or not_applicable, as its author said.
    ``attested`` are the persons who vouch for it; ``expired`` is true where it counts no longer,
    because the day of the attestation that claims it has passed.
    """

    name: str
    value: Any
    state: str
    first: bool
    claimed_by: tuple[Saying, ...]
    attested: tuple[Attested, ...] = ()
    expired: bool = False


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
    return tuple(_saying(source) for source in ordered)


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


def claimed(
    view: View, values: Iterable[Value], expired: Iterable[Expired] = ()
) -> tuple[ClaimedValue, ...]:
    """Claimed values, in the view's order: the first of each name is the one that decides.

    What has expired stands behind what counts of its name.
    """
    every = list(values)
    beside = _attestations(view, every)
    seen: set[str] = set()
    found = []
    for value in every:
        if value.name == ATTESTATION:
            continue
        by = sayings(view, (value.statement,))
        found.append(
            ClaimedValue(
                name=value.name,
                value=value.value,
                state=value.state,
                first=value.name not in seen,
                claimed_by=by,
                attested=tuple(beside[s.submission] for s in by if s.submission in beside),
            )
        )
        seen.add(value.name)
    over = [_expired(one) for one in expired]
    return tuple(sorted([*found, *over], key=lambda one: one.name)) if over else tuple(found)


def _attestations(view: View, values: Iterable[Value]) -> dict[str, Attested]:
    """What goes with the attestations among these values, by submission."""
    return {
        source.submission: _attested(value.value, source)
        for value in values
        if value.name == ATTESTATION
        for source in view.sources.get(value.statement, ())
    }


def _attested(told: Any, source: Source) -> Attested:
    fields = told if isinstance(told, Mapping) else {}
    return Attested(
        by=str(fields.get("by", source.principal)),
        evidence=str(fields.get("evidence", "")),
        expires=str(fields.get("expires", "")),
        submission=source.submission,
    )


def _expired(one: Expired) -> ClaimedValue:
    return ClaimedValue(
        name=one.name,
        value=one.value,
        state=one.state,
        first=False,
        claimed_by=(_saying(one.source),),
        attested=(_attested(one.attestation, one.source),),
        expired=True,
    )


def _saying(source: Source) -> Saying:
    return Saying(
        stream=source.stream,
        slot=source.slot,
        revision=source.revision,
        precedence=source.precedence,
        format=source.format,
        principal=source.principal,
        submission=source.submission,
    )


def _rank(source: Source) -> int:
    return PRECEDENCE.get(source.precedence).rank if source.precedence in PRECEDENCE else 99
