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

from lineage.graph.engine import Direction, Mask, Reached, Walk
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.view import View
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from queries.hop import Hop, hop_between
from queries.index import Index, index_of
from queries.licence import Terms, licence_text, terms_of
from queries.naming import look
from queries.need import is_met, needs_of
from queries.question import Handle
from queries.saying import ClaimedValue, Saying, claimed

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
class Licence:
    """A licence claimed on the way. ``terms`` are the licences of the expression."""

    key: str
    depth: int
    licence: str
    state: str
    terms: tuple[Terms, ...]
    claimed_by: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A run, a commit, a dataset, a machine or a library of the lineage.

    ``edge`` and ``of`` say how it belongs to the lineage where it is not a part of the walk.
    """

    key: str
    name: str
    version: str | None
    depth: int
    edge: str | None
    of: str | None
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """A claimed quantity of energy (kWh) or emissions (kg CO2e) of a component."""

    key: str
    unit: str
    claim: ClaimedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A fact that a reproducible lineage needs of this component and nobody claims."""

    key: str
    fact: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of what is needed is claimed. ``score`` is null where nothing is needed.

    ``complete`` is false where the walk was cut (``truncated_by`` says by what) or facts are
    missing. ``archived`` counts assemblies that were left out, ``unresolved`` moving names that
    nobody states.
    """

    complete: bool
    truncated_by: str | None
    score: float | None
    claimed: int
    needed: int
    formula: str
    archived: int
    uncounted: int
    unresolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many components of a kind the lineage reaches."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it was made from. Lists go by depth, then key; [] means that nobody claims any."""

    headline: str
    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    key: str
    dependence: bool
    depth: int | None
    completeness: Completeness
    counts: tuple[Count, ...]
    licences: tuple[Licence, ...]
    runs: tuple[Item, ...]
    commits: tuple[Item, ...]
    data: tuple[Item, ...]
    hardware: tuple[Item, ...]
    software: tuple[Item, ...]
    evaluations: tuple[Item, ...]
    energy: tuple[Energy, ...]
    gaps: tuple[Gap, ...]
    upstream: tuple[Upstream, ...]


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
    gaps, needed = _gaps(view, index, depths, upstream)
    counts = _counts(upstream)
    completeness = _completeness(view, gaps, needed, truncated=reach.truncated)
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
        licences=_licences(view, depths),
        runs=_of_kind(view, depths, "run"),
        commits=_of_kind(view, depths, "code"),
        data=_of_kind(view, depths, "dataset"),
        hardware=_beside(view, index, depths, ("ran_on",), ("hardware", "host")),
        software=_beside(
            view, index, depths, ("trained_with", "built_with", "ran_on"),
            ("framework", "environment", "container"),
        ),
        evaluations=_beside(view, index, depths, ("evaluated_on",), ()),
        energy=_energy(view, depths),
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
    kind, name, version = _described(view, place.component)
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


def _described(view: View, key: Key) -> tuple[str, str, str | None]:
    node = view.nodes.get(key)
    if node is not None:
        return node.kind, node.name, node.version
    identity = identify(key)
    return identity.kind, identity.name, identity.version


def _by_depth(depths: dict[Key, int]) -> list[Key]:
    return sorted(depths, key=lambda key: (depths[key], key))


def _licences(view: View, depths: dict[Key, int]) -> tuple[Licence, ...]:
    return tuple(
        Licence(
            key=key,
            depth=depths[key],
            licence=text,
            state=claim.state,
            terms=terms_of(text) if text else (),
            claimed_by=claim.claimed_by,
        )
        for key in _by_depth(depths)
        for claim in claimed(view, (v for v in view.values.get(key, ()) if v.name == "licence"))
        for text in (licence_text(claim.value),)
    )


def _of_kind(view: View, depths: dict[Key, int], kind: str) -> tuple[Item, ...]:
    return tuple(
        _item(view, key, depths[key], None, None)
        for key in _by_depth(depths)
        if _described(view, key)[0] == kind
    )


def _beside(
    view: View, index: Index, depths: dict[Key, int], edges: tuple[str, ...], kinds: tuple[str, ...]
) -> tuple[Item, ...]:
    found = [
        _item(view, edge.upstream, depths[key] + 1, edge.kind, key)
        for key in _by_depth(depths)
        for edge in index.upstream.get(key, ())
        if edge.kind in edges and (not kinds or _described(view, edge.upstream)[0] in kinds)
    ]
    return tuple(sorted(set(found), key=lambda item: (item.depth, item.key, item.of or "")))


def _item(view: View, key: Key, depth: int, edge: str | None, of: str | None) -> Item:
    _, name, version = _described(view, key)
    values = view.values.get(key, ())
    digests = {str(v.value) for v in values if v.name == "digest" and v.state == "value"}
    if identify(key).form == "digest":
        digests.add(identify(key).name)
    return Item(
        key=key, name=name, version=version, depth=depth, edge=edge, of=of,
        digests=tuple(sorted(digests)),
    )  # fmt: skip


def _energy(view: View, depths: dict[Key, int]) -> tuple[Energy, ...]:
    return tuple(
        Energy(key=key, unit=unit, claim=claim)
        for key in _by_depth(depths)
        for name, unit in (("energy", "kWh"), ("co2e", "kg"))
        for claim in claimed(view, (v for v in view.values.get(key, ()) if v.name == name))
    )


def _gaps(
    view: View, index: Index, depths: dict[Key, int], upstream: Iterable[Upstream]
) -> tuple[tuple[Gap, ...], int]:
    found: list[Gap] = []
    needed = 0
    for key in _by_depth(depths):
        for need in needs_of(_described(view, key)[0]):
            needed += 1
            if not is_met(need, key, view, index):
                found.append(Gap(key=key, fact=need.fact, text=need.text))
    for row in upstream:
        if row.hop is not None and row.hop.unpinned:
            needed += 1
            found.append(Gap(key=row.key, fact="pin", text="which version of it was meant"))
    return tuple(found), needed


def _completeness(
    view: View, gaps: tuple[Gap, ...], needed: int, *, truncated: bool
) -> Completeness:
    have = needed - len(gaps)
    score = round(have / needed, 3) if needed else None
    ratio = f"{have} / {needed} = {score:.3f}" if score is not None else "nothing is needed"
    return Completeness(
        complete=not gaps and not truncated,
        truncated_by="budget" if truncated else None,
        score=score,
        claimed=have,
        needed=needed,
        formula=(
            f"score = claimed / needed = {ratio}: needed are, for the component and each one "
            "upstream, the facts that its kind needs for a reproducible lineage, and one for "
            "each hop to a name without a version; claimed are those that somebody claims "
            "(none and not_applicable count, unknown and withheld do not)"
        ),
        archived=len(view.left_out.archived),
        uncounted=len(view.left_out.uncounted),
        unresolved=view.left_out.unresolved,
    )


def _counts(upstream: Iterable[Upstream]) -> dict[str, int]:
    counts = dict.fromkeys(NODES.names(), 0)
    for row in upstream:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    return {kind: number for kind, number in counts.items() if number}


def _headline(view: View, key: Key, counts: dict[str, int], state: Completeness) -> str:
    _, name, version = _described(view, key)
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
