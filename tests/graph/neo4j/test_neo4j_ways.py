"""Neo4j answers to the last edge as the engine in this process: lists, ways, counts, distances."""

from __future__ import annotations

import random

import pytest

from lineage.graph.engine import Direction, Mask, Walk
from lineage.graph.engines.csr import CsrEngine
from lineage.model.revision import At
from tests.graph.neo4j.estate_pair import engine_over
from tests.snapshots import SnapshotViews, edge, snapshot
from tests.strategies.estates import estate

pytestmark = pytest.mark.neo4j

MASKS = (
    Mask(),
    Mask(dependency_scopes=frozenset({"runtime"})),
    Mask(kinds=frozenset({"contains"})),
)


@pytest.mark.parametrize("seed", [3, 27])
def test_lists_and_ways_are_those_of_the_other_engine(seed: int) -> None:
    made = estate(seed)
    ours, theirs = engine_over(made.views, aside=False), CsrEngine(made.views)
    keys = sorted(made.views.view(At()).nodes)
    rng = random.Random(seed)
    for key in rng.sample(keys, min(3, len(keys))):
        for direction in Direction:
            walk = Walk(starts=((key, None),), direction=direction, mask=rng.choice(MASKS))
            mine, right = ours.reach(walk), theirs.reach(walk)
            assert list(mine) == list(right)
            for one in right:
                place = (one.component, one.assembly)
                assert mine.path(place) == right.path(place)
            assert ours.subgraph(walk) == theirs.subgraph(walk)
            target = (rng.choice(keys), None)
            assert ours.paths(walk, target, 5) == theirs.paths(walk, target, 5)


@pytest.mark.parametrize("seed", [5])
def test_counts_and_distances_are_those_of_the_walk(seed: int) -> None:
    """What is asked in one statement equals what the walk finds."""
    made = estate(seed)
    ours, theirs = engine_over(made.views, aside=False), CsrEngine(made.views)
    for key in sorted(made.views.view(At()).nodes)[:3]:
        walk = Walk(starts=((key, None),), direction=Direction.DOWNSTREAM)
        assert len(ours.reach(walk)) == len(theirs.reach(walk))
        assert dict(ours.reach(walk).depths()) == dict(theirs.reach(walk).depths())


def test_distances_without_assemblies_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [f"model:acme/m{number}@1" for number in range(6)]
    pairs = [(5, 4), (4, 3), (3, 0), (5, 1), (1, 0), (2, 1)]
    said = [edge(models[below], "fine_tuned_from", models[above]) for below, above in pairs]
    views = SnapshotViews(snapshot([("git", "all", None, said, 1)]))
    ours, theirs = engine_over(views, aside=False), CsrEngine(views)
    walk = Walk(starts=((models[0], None),), direction=Direction.DOWNSTREAM)  # type: ignore[arg-type]
    right = dict(theirs.reach(walk).depths())
    assert len(right) == 6
    monkeypatch.setattr("lineage.graph.engines.neo4j.served.reached", None)
    assert dict(ours.reach(walk).depths()) == right
    assert len(ours.reach(walk)) == 6


def test_a_long_answer_comes_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    made = estate(27)
    monkeypatch.setattr("lineage.graph.engines.neo4j.hops.PAGE", 2)
    ours, theirs = engine_over(made.views, aside=False), CsrEngine(made.views)
    for key in sorted(made.views.view(At()).nodes)[:1]:
        for direction in Direction:
            walk = Walk(starts=((key, None),), direction=direction)
            assert list(ours.reach(walk)) == list(theirs.reach(walk))
            assert ours.subgraph(walk) == theirs.subgraph(walk)


def test_another_revision_or_scope_is_answered_aside() -> None:
    made = estate(7)
    ours, theirs = engine_over(made.views), CsrEngine(made.views)
    past = At(revision=1)
    for key in sorted(made.views.view(past).nodes)[:4]:
        walk = Walk(starts=((key, None),), direction=Direction.UPSTREAM, at=past)
        assert list(ours.reach(walk)) == list(theirs.reach(walk))
