"""More than one way from what changes to what it affects, on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lineage.errors import ArgumentInvalidError, BudgetExceededError
from lineage.graph.engine import Direction, Engine, Mask, Place, Reached, Walk
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View
from lineage.verdict.crossing import kinds
from lineage.verdict.outcome import NOTICE
from lineage.vocabulary.changes import CROSSINGS
from queries.affected import Affected, PathStep

MOST = 20
_MOST_ITEMS = 500
_EFFORT = 5_000
"""Unfinished ways that are looked at for one item."""

_Way = tuple[PathStep, ...]


def check(paths: int | None) -> None:
    """Raises ArgumentInvalidError for a number of ways that is not asked for like that."""
    if paths is not None and not 1 <= paths <= MOST:
        raise ArgumentInvalidError(name="paths", reason=f"{paths} is not in 1 to {MOST}")


def with_ways(
    affected: Sequence[Affected], change: str, view: View, engine: Engine, at: At, paths: int
) -> tuple[Affected, ...]:
    """The items, each with up to so many ways: the one that decides first, then the shortest.

    A way leads from what is swapped over any edge that the change crosses; a notice goes no
    further, so only a notice is led to by edges that give one. Raises BudgetExceededError for so
    many items that nobody could read them.
    """
    if len(affected) > _MOST_ITEMS:
        raise BudgetExceededError(
            cost=len(affected), limit=_MOST_ITEMS,
            what="affected items with their ways: narrow the question to an assembly or an owner",
        )  # fmt: skip
    effects = dict.fromkeys(row.effect for row in CROSSINGS)
    every = frozenset().union(*(kinds(change, effect) for effect in effects))
    further = frozenset().union(*(kinds(change, effect) for effect in effects if effect != NOTICE))
    gone: list[Place] = [
        (Key(one.key), Key(one.assembly) if one.assembly else None)
        for one in affected
        if one.verdict == "SWAPPED" and one.key in view.nodes
    ]
    walks = {
        noticed: Walk(
            starts=(), direction=Direction.DOWNSTREAM, at=at, mask=Mask(kinds=mask), budget=_EFFORT
        )
        for noticed, mask in ((True, every), (False, further))
    }
    return tuple(
        replace(one, paths=_of(one, gone, walks[one.verdict == NOTICE], view, engine, paths))
        for one in affected
    )


def _of(
    one: Affected, gone: Sequence[Place], walk: Walk, view: View, engine: Engine, most: int
) -> tuple[_Way, ...]:
    found: dict[_Way, None] = {one.path: None}
    assembly = Key(one.assembly) if one.assembly else None
    starts = [place for place in gone if assembly is None or place[1] in (assembly, None)]
    if one.verdict != "SWAPPED" and starts and one.key in view.nodes and most > 1:
        ways = engine.paths(replace(walk, starts=tuple(starts)), (Key(one.key), assembly), most)
        found.update((_told(way), None) for way in ways)
    return tuple(found)[:most]


def _told(way: Sequence[Reached]) -> _Way:
    """The steps of a way; where it stays at one component it does not step."""
    steps: list[PathStep] = []
    for one in way:
        if not steps or steps[-1].key != one.component:
            steps.append(PathStep(key=one.component, edge=one.edge if steps else None))
    return tuple(steps)
