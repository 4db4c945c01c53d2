"""Ways between two components, on every engine."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from lineage.errors import ArgumentInvalidError, KeyUnknownError, VocabularyError
from lineage.graph.engine import Direction, Walk
from lineage.model.revision import At
from queries.asking import ask
from queries.paths import Paths
from queries.question import Handle
from tests.conformance.discovery import ENGINES
from tests.snapshots import SnapshotViews, edge, member, snapshot
from tests.strategies.estates import estate

CHAT, SEARCH = "service:acme/chat@1.0", "service:acme/search@1.0"
VLLM, TORCH, NUMPY = "pkg:pypi/vllm@0.11", "pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.0"
MODEL, BASE = "model:acme/tuned@2", "model:acme/base@1"
LOCK = [
    member(VLLM, "direct", ">=0.11"),
    member(TORCH),
    member(NUMPY),
    edge(VLLM, "depends_on", TORCH, "==2.9.1"),
    edge(VLLM, "depends_on", NUMPY),
    edge(TORCH, "depends_on", NUMPY, "<3"),
]
WORLD = [edge(CHAT, "serves", MODEL), edge(MODEL, "fine_tuned_from", BASE)]
HOLDINGS = [("git", "lock", CHAT, LOCK, 1), ("card", "world", None, WORLD, 2)]


@pytest.fixture(params=sorted(ENGINES))
def handle(request):
    views = SnapshotViews(snapshot(HOLDINGS))
    return Handle(views=views, engine=ENGINES[request.param](views))


def lengths(answer) -> list[int]:
    return [way.length for way in answer.paths]


def test_shortest_first_with_who_states_each_hop(handle) -> None:
    answer = ask(handle, Paths(from_key=CHAT, to_key=NUMPY))
    assert answer.direction == "upstream"
    assert lengths(answer) == [2, 3]
    assert [step.key for step in answer.paths[1].path] == [CHAT, VLLM, TORCH, NUMPY]
    assert [step.edge for step in answer.paths[1].path] == [
        None, "contains", "depends_on", "depends_on",
    ]  # fmt: skip
    first, _, last = answer.paths[1].hops
    assert (first.downstream, first.edge, first.upstream) == (CHAT, "contains", VLLM)
    assert [wish.raw for wish in first.requirements] == [">=0.11"]
    assert [wish.raw for wish in last.requirements] == ["<3"]
    assert {one.assembly for one in answer.paths[1].hops} == {CHAT}
    assert [said.stream for hop in answer.paths[1].hops for said in hop.claimed_by] == ["git"] * 3
    assert answer.completeness.truncated_by is None


def test_the_other_way_round_is_said(handle) -> None:
    answer = ask(handle, Paths(from_key=BASE, to_key=CHAT))
    assert answer.direction == "downstream"
    (way,) = answer.paths
    assert [step.key for step in way.path] == [BASE, MODEL, CHAT]
    assert [step.edge for step in way.path] == [None, "fine_tuned_from", "serves"]
    assert [(hop.downstream, hop.upstream) for hop in way.hops] == [(MODEL, BASE), (CHAT, MODEL)]


def test_bounds_are_said(handle) -> None:
    one = ask(handle, Paths(from_key=CHAT, to_key=NUMPY, first=1))
    assert (lengths(one), one.completeness.truncated_by) == ([2], "first")
    assert not one.completeness.complete
    near = ask(handle, Paths(from_key=CHAT, to_key=NUMPY, depth=1))
    assert (lengths(near), near.completeness.truncated_by) == ([], "depth")
    inner = ask(handle, Paths(from_key=CHAT, to_key=NUMPY, edges=("serves",)))
    assert lengths(inner) == []


def test_inside_one_assembly(handle) -> None:
    answer = ask(handle, Paths(from_key=TORCH, to_key=NUMPY, assembly=CHAT))
    assert lengths(answer) == [1]
    assert answer.assembly == CHAT
    assert ask(handle, Paths(from_key=MODEL, to_key=NUMPY, assembly=CHAT)).paths == ()


def test_no_way_is_not_none_where_nobody_looked(handle) -> None:
    answer = ask(handle, Paths(from_key=NUMPY, to_key=BASE))
    assert answer.paths == ()
    assert answer.direction is None
    assert answer.completeness.unknown_dependencies == 1
    assert "there may be one" in answer.headline


def test_what_cannot_be_asked(handle) -> None:
    with pytest.raises(KeyUnknownError):
        ask(handle, Paths(from_key=CHAT, to_key="pkg:pypi/nix@1"))
    with pytest.raises(ArgumentInvalidError, match="first"):
        ask(handle, Paths(from_key=CHAT, to_key=NUMPY, first=0))
    with pytest.raises(ArgumentInvalidError, match="depth"):
        ask(handle, Paths(from_key=CHAT, to_key=NUMPY, depth=-1))
    with pytest.raises(VocabularyError):
        ask(handle, Paths(from_key=CHAT, to_key=NUMPY, edges=("likes",)))
    with pytest.raises(ArgumentInvalidError, match="no assembly"):
        ask(handle, Paths(from_key=TORCH, to_key=NUMPY, assembly=MODEL))


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_crowd_of_ways_ends(name) -> None:
    """Twelve packages that all lean on each other, and none of them on the one asked for."""
    crowd = [f"pkg:pypi/p{number}@1" for number in range(12)]
    lock = [member(one) for one in (*crowd, NUMPY)]
    lock += [edge(a, "depends_on", b) for a in crowd for b in crowd if a != b]
    lock.append(edge(crowd[-1], "depends_on", NUMPY))
    views = SnapshotViews(snapshot([("git", "lock", CHAT, lock, 1)]))
    engine = ENGINES[name](views)
    walk = Walk(starts=((crowd[0], CHAT),), direction=Direction.UPSTREAM, budget=300)
    ways = engine.paths(walk, (NUMPY, CHAT), 10_000)
    assert ways.truncated
    assert 0 < len(ways) < 300


def test_a_way_exists_exactly_where_a_walk_reaches() -> None:
    """Against the judge's own walk, on random estates."""
    seen: Counter[str] = Counter()
    for seed in range(60):
        views = estate(seed).views
        view, handle = views.view(At()), Handle(views=views, engine=ENGINES["csr"](views))
        judge, rng = ENGINES["reference"](views), random.Random(seed)
        keys = sorted(view.nodes)
        for _ in range(6):
            one, other = rng.choice(keys), rng.choice(keys)
            if {one, other} & view.left_out.archived:
                continue  # naming it takes it into the view
            answer = ask(handle, Paths(from_key=one, to_key=other, first=50))
            up = judge.reach(Walk(starts=((one, None),), direction=Direction.UPSTREAM)).depths()
            down = judge.reach(Walk(starts=((other, None),), direction=Direction.UPSTREAM)).depths()
            if (other, None) in up:
                assert answer.direction == "upstream"
                assert answer.paths[0].length == up[other, None]
            elif (one, None) in down:
                assert answer.direction == "downstream"
                assert answer.paths[0].length == down[one, None]
            else:
                assert answer.direction is None
            seen[str(answer.direction)] += 1
            seen["several"] += len(answer.paths) > 1
    assert min(seen["upstream"], seen["downstream"], seen["None"], seen["several"]) >= 20
