"""Provenance: everything a component was made from, who says so, and what nobody says.

Walks upstream over derivation edges (on request over dependence and structure too). Every
component that is reached has its depth, the hop that reached it and one shortest path. Beside
them: the licences met on the way, runs, code, data with digests, hardware, software, evaluations,
energy; the gaps; and a completeness score whose formula is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

from lineage.graph.engine import Direction, Mask, Reached, Walk
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from queries.gap import Gap, ProvenanceCompleteness, completeness_of, gaps_of
from queries.hop import Hop, hop_between
from queries.index import index_of
from queries.met import (
    LineageItem,
    MetEnergy,
    MetLicence,
    beside,
    described,
    energy_of,
    licences_of,
    of_kind,
)
from queries.naming import look
from queries.narrowed import BESIDE, Narrowed
from queries.question import Handle

_DERIVATION = ("derivation",)
_DEPENDENCE = ("derivation", "dependence", "structure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The question. ``depth`` bounds the hops; ``dependence`` walks what it leans on as well."""

    key: str
    depth: int | None = None
    dependence: bool = False
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A component on a path and the kind of the edge that led to it (null at the start)."""

    key: str
    edge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A component that the lineage reaches. ``assemblies`` are those it was reached inside.

    ``hop`` is the last edge of ``path`` with everybody who states it.
    """

    key: str
    kind: str
    name: str
    version: str | None
    depth: int
    assemblies: tuple[str, ...]
    hop: Hop | None
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many components of a kind the lineage reaches."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it was made from. Lists go by depth, then key; [] means that nobody claims any."""

    ROWS: ClassVar[str] = "upstream"

    headline: str
    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    key: str
    dependence: bool
    depth: int | None
    completeness: ProvenanceCompleteness
    counts: tuple[Count, ...]
    licences: tuple[MetLicence, ...]
    runs: tuple[LineageItem, ...]
    commits: tuple[LineageItem, ...]
    data: tuple[LineageItem, ...]
    hardware: tuple[LineageItem, ...]
    software: tuple[LineageItem, ...]
    evaluations: tuple[LineageItem, ...]
    energy: tuple[MetEnergy, ...]
    gaps: tuple[Gap, ...]
    upstream: tuple[Upstream, ...]
    narrowed: Narrowed | None = field(default=None, metadata=BESIDE)


def answer(question: Provenance, handle: Handle) -> Answer:
    """The lineage of the component; KeyUnknownError, KeyAmbiguousError, KeyMalformedError."""
    seen = look(question.key, question.at, handle.views)
    view, index = seen.view, index_of(seen.view)
    classes = _DEPENDENCE if question.dependence else _DERIVATION
    walk = Walk(
        starts=tuple((key, None) for key in seen.named.keys),
        direction=Direction.UPSTREAM,
        at=seen.at,
        mask=Mask(kinds=frozenset(kind.name for kind in EDGES if kind.edge_class in classes)),
        depth=None if question.depth is None else max(0, question.depth),
    )
    reach = handle.engine.reach(walk)
    starts = set(seen.named.keys)
    upstream = _upstream(view, [(r, reach.path((r.component, r.assembly))) for r in reach], starts)
    depths = {Key(row.key): row.depth for row in upstream} | dict.fromkeys(seen.named.keys, 0)
    gaps, needed = gaps_of(view, index, depths, (row.hop for row in upstream if row.hop))
    counts = _counts(upstream)
    completeness = completeness_of(view, gaps, needed, truncated=reach.truncated)
    return Answer(
        headline=_headline(view, seen.named.key, counts, completeness),
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        key=seen.named.key,
        dependence=question.dependence,
        depth=question.depth,
        completeness=completeness,
        counts=tuple(Count(kind=kind, count=number) for kind, number in counts.items()),
        licences=licences_of(view, depths),
        runs=of_kind(view, depths, "run"),
        commits=of_kind(view, depths, "code"),
        data=of_kind(view, depths, "dataset"),
        hardware=beside(view, index, depths, ("ran_on",), ("hardware", "host")),
        software=beside(
            view, index, depths, ("trained_with", "built_with", "ran_on"),
            ("framework", "environment", "container"),
        ),
        evaluations=beside(view, index, depths, ("evaluated_on",), ()),
        energy=energy_of(view, depths),
        gaps=gaps,
        upstream=upstream,
    )  # fmt: skip


def _upstream(
    view: View, reached: list[tuple[Reached, tuple[Reached, ...]]], starts: set[Key]
) -> tuple[Upstream, ...]:
    first: dict[Key, tuple[Reached, tuple[Reached, ...]]] = {}
    inside: dict[Key, set[str]] = {}
    for place, path in reached:
        if place.component in starts:
            continue
        first.setdefault(place.component, (place, path))
        if place.assembly:
            inside.setdefault(place.component, set()).add(place.assembly)
    rows = [
        _row(view, place, path, tuple(sorted(inside.get(key, ()))))
        for key, (place, path) in first.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.depth, row.key)))


def _row(
    view: View, place: Reached, path: tuple[Reached, ...], assemblies: tuple[str, ...]
) -> Upstream:
    steps: list[Step] = []
    for one in path:
        if not steps or one.component != steps[-1].key:
            steps.append(Step(key=one.component, edge=one.edge))
    pairs = list(pairwise(path))
    last = next(((a, b) for a, b in reversed(pairs) if b.edge is not None), None)
    kind, name, version = described(view, place.component)
    return Upstream(
        key=place.component,
        kind=kind,
        name=name,
        version=version,
        depth=place.depth,
        assemblies=assemblies,
        hop=hop_between(view, *last) if last else None,
        path=tuple(steps),
    )


def _counts(upstream: Iterable[Upstream]) -> dict[str, int]:
    counts = dict.fromkeys(NODES.names(), 0)
    for row in upstream:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    return {kind: number for kind, number in counts.items() if number}


def _headline(view: View, key: Key, counts: dict[str, int], state: ProvenanceCompleteness) -> str:
    _, name, version = described(view, key)
    title = f"{name} {version}" if version else name
    parts = [
        f"{number} {kind if number == 1 else NODES.get(kind).plural}"
        for kind, number in counts.items()
    ]
    made = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""
    said = f"{title} comes from {made}" if made else f"Nobody says what {title} was made from"
    if state.score is None:
        return f"{said}."
    return (
        f"{said}; {state.claimed} of {state.needed} facts of a reproducible lineage are claimed "
        f"({state.score:.0%})."
    )
