"""Laws of engines: converse walks, no way out but the top, and history that stays."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.graph.engine import Direction, Engine, Mask, Place, Walk
from lineage.model.revision import At, Scope
from lineage.record.view import View
from tests.conformance.discovery import ENGINES, MakesEngine, share
from tests.snapshots import SnapshotViews
from tests.strategies.estates import Estate, estates

LAW = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
_EXAMPLES = 60
Body = Callable[..., None]


def law(**drawn: st.SearchStrategy[Any]) -> Callable[[Body], Body]:
    """A law that is tried on every engine, with fewer examples where each costs messages."""

    def decorate(body: Body) -> Body:
        def test(name: str) -> None:
            @settings(LAW, max_examples=share(name, _EXAMPLES))
            @given(**drawn)
            def tried(**values: Any) -> None:
                body(**values, make=ENGINES[name])

            tried()

        test.__name__, test.__doc__ = body.__name__, body.__doc__
        return pytest.mark.parametrize("name", sorted(ENGINES))(test)

    return decorate


def depths(engine: Engine, place: Place, direction: Direction, at: At) -> dict[Place, int]:
    walk = Walk(starts=(place,), direction=direction, at=at)
    return dict(engine.reach(walk).depths())


@law(made=estates())
def test_upstream_and_downstream_are_converse(made: Estate, make: MakesEngine) -> None:
    engine, view = make(made.views), made.views.view(At())
    bare: list[Place] = [(key, None) for key in view.nodes]
    up = {place: depths(engine, place, Direction.UPSTREAM, At()) for place in bare}
    down = {place: depths(engine, place, Direction.DOWNSTREAM, At()) for place in bare}
    for one in bare:
        for other in bare:
            # A way that ends at a component as a whole is no way into its assembly: converse are
            # the walks between components that are no assemblies, and every walk's inside.
            if one[0] in view.assemblies or other[0] in view.assemblies:
                continue
            assert up[one].get(other) == down[other].get(one)


@law(made=estates())
def test_occurrences_are_converse(made: Estate, make: MakesEngine) -> None:
    engine, view = make(made.views), made.views.view(At())
    for key, assembly in view.assemblies.items():
        inner: list[Place] = [(member, key) for member in assembly.content.members]
        below = {one: depths(engine, one, Direction.DOWNSTREAM, At()) for one in inner}
        above = {one: depths(engine, one, Direction.UPSTREAM, At()) for one in inner}
        for one in inner:
            for other in inner:
                assert above[one].get(other) == below[other].get(one)
            assert ((key, None) in below[one]) == (one in _contents(engine, view, key))


def _contents(engine: Engine, view: View, key: str) -> set[Place]:
    """What an assembly holds, as a walk from the assembly sees it."""
    held = view.assemblies[view.shown(key)].content.members  # type: ignore[arg-type]
    whole = depths(engine, (key, None), Direction.UPSTREAM, At())  # type: ignore[arg-type]
    return {(one, view.shown(key)) for one in held if (one, view.shown(key)) in whole}  # type: ignore[arg-type]


@law(made=estates())
def test_a_walk_leaves_an_assembly_at_its_top_only(made: Estate, make: MakesEngine) -> None:
    engine, view = make(made.views), made.views.view(At())
    for key, assembly in view.assemblies.items():
        for member in assembly.content.members:
            walk = Walk(starts=((member, key),), direction=Direction.DOWNSTREAM)
            reach = engine.reach(walk)
            for place in reach.depths():
                if place[1] == key:
                    continue
                path = reach.path(place)
                left = next(one for one in path if one.assembly != key)
                assert (left.component, left.assembly) == (key, None)


@law(made=estates(), scope=st.sampled_from([*Scope]))
def test_an_answer_at_a_revision_never_changes(
    made: Estate, scope: Scope, make: MakesEngine
) -> None:
    last = len(made.pushes)
    early = SnapshotViews(*(made.snapshot(n) for n in range(1, last)), made.snapshot(last))
    engine = make(early)
    before = _answers(engine, made, last // 2 or 1, scope)
    engine.apply(At())
    for revision in range(1, last + 1):
        _answers(engine, made, revision, Scope.DEFAULT)
    assert _answers(engine, made, last // 2 or 1, scope) == before
    alone = make(SnapshotViews(made.snapshot(last // 2 or 1)))
    assert _answers(alone, made, last // 2 or 1, scope) == before


def _answers(
    engine: Engine, made: Estate, revision: int, scope: Scope
) -> list[tuple[Place, Direction, dict[Place, int]]]:
    at = At(revision=revision, scope=scope)
    keys = sorted(made.views.view(at).nodes)
    rng = random.Random(made.seed)
    return [
        ((key, None), direction, depths(engine, (key, None), direction, at))
        for key in rng.sample(keys, min(4, len(keys)))
        for direction in Direction
    ]


@law(made=estates())
def test_a_mask_only_takes_away(made: Estate, make: MakesEngine) -> None:
    engine, view = make(made.views), made.views.view(At())
    mask = Mask(dependency_scopes=frozenset({"runtime"}))
    for key in view.nodes:
        for direction in Direction:
            walk = Walk(starts=((key, None),), direction=direction)
            some = Walk(starts=walk.starts, direction=direction, mask=mask)
            whole = engine.reach(walk).depths()
            assert all(whole[p] <= depth for p, depth in engine.reach(some).depths().items())
