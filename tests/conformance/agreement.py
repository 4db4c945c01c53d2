"""Holds an engine to the judge on one random estate, and counts what was asked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lineage.graph.engine import Direction, Engine, Mask, Place, Reach, Walk
from lineage.model.revision import At, Scope
from lineage.record.view import View, Views
from lineage.vocabulary.edges import EDGES
from tests.conformance.discovery import ENGINES, JUDGE, MakesEngine
from tests.conformance.exact import Exact
from tests.strategies.coverage import features
from tests.strategies.estates import SCOPES, estate

EVERYTHING = At(scope=Scope.ALL)


@dataclass
class Tally:
    """What was compared, what the estates contained, and every difference."""

    cases: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another has counted."""
        self.cases += other.cases
        self.asked += other.asked
        self.seen += other.seen
        self.differences += other.differences

    def table(self) -> list[str]:
        """The tally as lines of text."""
        rows = [f"{self.cases} estates, {self.asked.total()} questions, no difference allowed"]
        rows += [f"  {count:>8}  {name}" for name, count in sorted(self.asked.items())]
        rows += ["  estates that contain:"]
        rows += [
            f"  {count:>8}  {name} ({count / self.cases:.0%})"
            for name, count in sorted(self.seen.items())
        ]
        return rows


def compare(make: MakesEngine, seed: int, tally: Tally, recorded: Views | None = None) -> None:
    """One estate: the engine's answers against the judge's, counted and noted in the tally.

    The engine sees the estate as ``recorded`` shows it, where that is given; the judge never does.
    """
    made = estate(seed)
    engine, judge = make(recorded or made.views), ENGINES[JUDGE](made.views)
    engine.apply(At())
    judge.apply(At())
    view, whole = made.views.view(At()), made.views.view(EVERYTHING)
    tally.cases += 1
    tally.seen.update(features(made, whole))
    if view.left_out.archived:
        tally.seen["archived assembly"] += 1
    rng = random.Random(seed)
    exact = Exact(view)
    for number, (what, walk) in enumerate(walks(view, whole, rng)):
        ours, theirs = engine.reach(walk), judge.reach(walk)
        wrong = differs(ours, theirs, walk)
        tally.asked[what] += 1
        if wrong:
            tally.differences.append(f"seed {seed}: {walk}: {wrong}")
        elif walk.at == At() and number % 8 == 0 and not walk.budget:
            _paths(ours, walk, exact, f"seed {seed}", tally)
    _rest(engine, judge, view, rng, f"seed {seed}", tally)


def walks(view: View, whole: View, rng: random.Random) -> Iterator[tuple[str, Walk]]:
    """What is asked of an estate: every component, some occurrences, masks, depths, all scopes."""
    for key in view.nodes:
        for direction in Direction:
            yield str(direction), Walk(starts=((key, None),), direction=direction)
    inner = occurrences(view)
    for place in rng.sample(inner, min(4, len(inner))):
        for direction in Direction:
            yield f"{direction} inside", Walk(starts=(place,), direction=direction)
    places: list[Place] = [*((key, None) for key in view.nodes), *inner]
    for _ in range(4):
        starts = tuple(rng.sample(places, min(len(places), rng.choice((1, 1, 2, 3)))))
        yield "masked or bounded", some_walk(starts, rng)
    for _ in range(3):
        every: list[Place] = [*((key, None) for key in whole.nodes), *occurrences(whole)]
        walk = Walk(starts=(rng.choice(every),), direction=rng.choice([*Direction]), at=EVERYTHING)
        yield "scope all", walk


def some_walk(starts: tuple[Place, ...], rng: random.Random) -> Walk:
    """A walk from these starts under a random mask, depth or budget."""
    kinds = [*EDGES.names()]
    return Walk(
        starts=starts,
        direction=rng.choice([*Direction]),
        mask=Mask(
            kinds=rng.choice((None, frozenset({"depends_on", "contains", *kinds[:12:2]}))),
            dependency_scopes=rng.choice((None, frozenset(rng.sample(SCOPES, 2)))),
        ),
        depth=rng.choice((None, 0, 1, 2, 3)),
        budget=rng.choice((None, None, 1, 4)),
    )


def occurrences(view: View) -> list[Place]:
    """Every (component, assembly) of a view."""
    return [(member, key) for key, one in view.assemblies.items() for member in one.content.members]


def differs(ours: Reach, theirs: Reach, walk: Walk) -> str:
    """How two answers differ; empty if they do not. Iteration is held to its order as well."""
    mine, right = dict(ours.depths()), dict(theirs.depths())
    if mine != right:
        unlike = {p: (mine.get(p), right.get(p)) for p in mine.keys() | right.keys()}
        return str({p: pair for p, pair in unlike.items() if pair[0] != pair[1]})
    if ours.truncated != theirs.truncated:
        return f"truncated {ours.truncated}, not {theirs.truncated}"
    listed = [(one.depth, one.component, one.assembly or "") for one in ours]
    if len(ours) != len(mine) or len(listed) != len(mine) or listed != sorted(listed):
        return f"{len(ours)} places, {len(listed)} listed, {len(mine)} with a depth, or unsorted"
    if any(mine[component, held or None] != depth for depth, component, held in listed):  # type: ignore[index]
        return "depths in the list are others"
    return ""


def _paths(ours: Reach, walk: Walk, exact: Exact, name: str, tally: Tally) -> None:
    for place, depth in ours.depths().items():
        path = ours.path(place)
        tally.asked["path"] += 1
        ends = path[-1].depth == depth and (path[-1].component, path[-1].assembly) == place
        if not ends or not exact.follows(path, walk.direction, walk.mask):
            tally.differences.append(f"{name}: {walk}: no path to {place}: {path}")


def _rest(
    engine: Engine, judge: Engine, view: View, rng: random.Random, name: str, tally: Tally
) -> None:
    places: list[Place] = [*((key, None) for key in view.nodes), *occurrences(view)]
    walk = some_walk((rng.choice(places),), rng)
    tally.asked["subgraph"] += 1
    if engine.subgraph(walk) != judge.subgraph(walk):
        tally.differences.append(f"{name}: subgraph of {walk}")
    target = rng.choice(places)
    walk = Walk(starts=(rng.choice(places),), direction=rng.choice([*Direction]))
    tally.asked["paths"] += 1
    ours, theirs = engine.paths(walk, target, 4), judge.paths(walk, target, 4)
    if ours != theirs:
        tally.differences.append(f"{name}: paths to {target} of {walk}: {ours} not {theirs}")
