"""Paths: the ways that lead from one component to another, shortest first, with who says each hop.

A way runs along the edges from what leans on or was made (downstream) to what that is or came
from (upstream), whichever of the two was named first; edges inside an assembly hold only there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

from lineage.errors import ArgumentInvalidError, VocabularyError
from lineage.graph.engine import Direction, Engine, Mask, Place, Reached, Walk
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View
from lineage.vocabulary.edges import EDGES
from queries.hop import Hop, hop_between
from queries.index import index_of
from queries.met import described
from queries.naming import Named, Seen, look
from queries.question import Handle

MOST = 100
_EFFORT = 200_000
"""Unfinished ways that are looked at before the search gives up; about two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The question: at most ``first`` ways (1 to 100), of at most ``depth`` hops.

    ``edges`` narrows to these edge kinds (none: all); ``assembly`` to ways inside that one.
    """

    from_key: str
    to_key: str
    first: int = 5
    depth: int | None = None
    edges: tuple[str, ...] = ()
    assembly: str | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayStep:
    """A component on a way: where it stands (null: everywhere) and the edge that led to it."""

    key: str
    edge: str | None
    assembly: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way. ``rank`` counts from 1, ``length`` is the number of hops.

    ``path`` goes from the component that was named first to the other, ``hops`` are the same
    edges in that order with everybody who states them, each pointing upstream.
    """

    rank: int
    length: int
    path: tuple[WayStep, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathsCompleteness:
    """How sure the answer is.

    ``complete``: all ways there are stand in it. ``truncated_by`` is first (there may be more
    ways), depth, budget (the search gave up) or null. ``unknown_dependencies`` counts the members
    that the search passed of which, in some assembly, nobody says what they lean on.
    """

    complete: bool
    truncated_by: str | None
    unknown_dependencies: int
    archived: int
    uncounted: int
    unresolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The ways, shortest first, then by text; [] means that nobody states one.

    ``direction`` is upstream where the first leans on or was made from the second, downstream
    where the second does from the first, null where no way is known.
    """

    ROWS: ClassVar[str] = "paths"

    headline: str
    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    from_key: str
    to_key: str
    assembly: str | None
    depth: int | None
    direction: str | None
    completeness: PathsCompleteness
    paths: tuple[Way, ...]


def answer(question: Paths, handle: Handle) -> Answer:
    """The ways between two components.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError (either end, the assembly),
    VocabularyError (an edge kind), ArgumentInvalidError (``first``, ``depth``, the assembly).
    """
    _check(question)
    start, end, room, at = _ends(question, handle)
    view = handle.views.view(at)
    held = _within(room, view)
    walk = Walk(
        starts=(),
        direction=Direction.UPSTREAM,
        at=replace(at, revision=view.revision.number),
        mask=Mask(kinds=frozenset(question.edges) if question.edges else None),
        depth=question.depth,
        budget=_EFFORT,
    )
    places = ([(key, held) for key in start.keys], [(key, held) for key in end.keys])
    found, cut, direction = _search(handle.engine, view, walk, places, question.first)
    ways = tuple(
        _way(view, rank, path, reverse=direction == Direction.DOWNSTREAM)
        for rank, path in enumerate(found, start=1)
    )
    seen = [place for some in places for place in some if _is_there(view, place)]
    reach = handle.engine.reach(replace(walk, starts=tuple(seen), budget=None)) if seen else ()
    passed = {one.component for one in reach}
    more = len(ways) == question.first or question.depth is not None
    completeness = PathsCompleteness(
        complete=not (cut or more),
        truncated_by="budget" if cut else _bound(question, len(ways)),
        unknown_dependencies=_unknown(view, passed),
        archived=len(view.left_out.archived),
        uncounted=len(view.left_out.uncounted),
        unresolved=view.left_out.unresolved,
    )
    return Answer(
        headline=_headline(view, start.key, end.key, ways, completeness),
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        scope=view.scope.value,
        stream=view.stream,
        from_key=start.key,
        to_key=end.key,
        assembly=held,
        depth=question.depth,
        direction=direction,
        completeness=completeness,
        paths=ways,
    )


def _check(question: Paths) -> None:
    if not 1 <= question.first <= MOST:
        raise ArgumentInvalidError(name="first", reason=f"{question.first} is not in 1 to {MOST}")
    if question.depth is not None and question.depth < 0:
        raise ArgumentInvalidError(name="depth", reason=f"{question.depth} is less than 0")
    for kind in question.edges:
        if kind not in EDGES:
            raise VocabularyError(text=kind, table=EDGES.title, known=", ".join(EDGES.names()))


def _ends(question: Paths, handle: Handle) -> tuple[Named, Named, Named | None, At]:
    """Both ends and the assembly, and a place that sees all of them, archived ones included."""
    at, seen = question.at, list[Seen]()
    for text in (question.from_key, question.to_key, question.assembly):
        if text is not None:
            seen.append(look(text, at, handle.views))
            at = seen[-1].at
    return seen[0].named, seen[1].named, seen[2].named if len(seen) > 2 else None, at


def _within(room: Named | None, view: View) -> Key | None:
    if room is None:
        return None
    held = [key for key in room.keys if key in view.assemblies]
    if len(held) != 1:
        reason = f"'{room.key}' is no assembly" if not held else f"{len(held)} versions: say which"
        raise ArgumentInvalidError(name="assembly", reason=reason)
    return held[0]


def _search(
    engine: Engine, view: View, walk: Walk, ends: tuple[list[Place], list[Place]], most: int
) -> tuple[list[tuple[Reached, ...]], bool, str | None]:
    """Ways along the edges; where there is none, ways that lead from the second to the first."""
    cut = False
    first, second = ([place for place in some if _is_there(view, place)] for some in ends)
    for below, above, direction in (
        (first, second, Direction.UPSTREAM), (second, first, Direction.DOWNSTREAM),
    ):  # fmt: skip
        found: list[tuple[Reached, ...]] = []
        for target in above if below else ():
            ways = engine.paths(replace(walk, starts=tuple(below)), target, most)
            cut = cut or ways.truncated
            found += ways
        if found:
            found.sort(key=lambda way: (way[-1].depth, [_text(one) for one in way]))
            return found[:most], cut, direction.value
    return [], cut, None


def _is_there(view: View, place: Place) -> bool:
    """Whether the graph has it; what is no member of an assembly is in no way inside that."""
    component, assembly = place
    if assembly is None:
        return component in view.nodes
    return component in view.assemblies[assembly].content.members


def _text(place: Reached) -> tuple[str, str, str]:
    return place.component, place.assembly or "", place.edge or ""


def _way(view: View, rank: int, path: tuple[Reached, ...], *, reverse: bool) -> Way:
    steps: list[WayStep] = []
    hops: list[Hop] = []
    for before, place in pairwise((None, *path)):
        if place is None:
            continue
        if before is not None and place.edge is not None:
            hops.append(hop_between(view, before, place))
        elif steps and steps[-1].key == place.component:
            # A free edge: the same component, seen as a whole or inside an assembly.
            steps[-1] = replace(steps[-1], assembly=steps[-1].assembly or place.assembly)
            continue
        steps.append(WayStep(key=place.component, edge=place.edge, assembly=place.assembly))
    if reverse:
        hops.reverse()
        edges = [None, *(hop.edge for hop in hops)]
        steps = [
            replace(step, edge=edge) for step, edge in zip(reversed(steps), edges, strict=True)
        ]
    return Way(rank=rank, length=len(hops), path=tuple(steps), hops=tuple(hops))


def _bound(question: Paths, found: int) -> str | None:
    """Which bound of the question may have hidden a way; None where none did."""
    if found == question.first:
        return "first"
    return "depth" if question.depth is not None else None


def _unknown(view: View, passed: set[Key]) -> int:
    holding = index_of(view).holding
    return sum(
        any(content.members[key].unknown for content in holding.get(key, ())) for key in passed
    )


def _headline(
    view: View, start: Key, end: Key, ways: tuple[Way, ...], state: PathsCompleteness
) -> str:
    one, other = _title(view, start), _title(view, end)
    if ways:
        count = "One way leads" if len(ways) == 1 else f"{len(ways)} ways lead"
        lengths = sorted({way.length for way in ways})
        hops = f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 1 else str(lengths[0])
        unit = "hop" if lengths == [1] else "hops"
        more = "; there may be more" if state.truncated_by in ("first", "budget") else ""
        return f"{count} from {one} to {other}, of {hops} {unit}{more}."
    if state.truncated_by == "budget":
        return f"No way from {one} to {other} was found before the search was ended."
    bound = " of that length" if state.truncated_by == "depth" else ""
    said = f"Nobody states a way{bound} between {one} and {other}"
    if not state.unknown_dependencies:
        return f"{said}."
    members = "member" if state.unknown_dependencies == 1 else "members"
    return (
        f"{said}; of {state.unknown_dependencies} {members} nobody says what they lean on, so "
        "there may be one."
    )


def _title(view: View, key: Key) -> str:
    _, name, version = described(view, key)
    return f"{name} {version}" if version else name
