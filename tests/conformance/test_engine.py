"""The port's contract, one list of checks that every engine takes; nobody is excused."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from lineage.errors import KeyUnknownError, RevisionUnknownError
from lineage.graph.engine import Direction, Engine, Mask, Walk
from lineage.model.identity import Key
from lineage.model.revision import At, Scope
from lineage.record.store import Record
from tests.conformance.discovery import ENGINES, JUDGE, share
from tests.conformance.exact import Exact
from tests.conformance.recorded import recorded
from tests.snapshots import edge, member
from tests.strategies.estates import Estate, Push, estate

TORCH = Key("pkg:pypi/torch@2.9.1")
VLLM = Key("pkg:pypi/vllm@0.11")
NUMPY = Key("pkg:pypi/numpy@2.3")
CHAT = Key("service:acme/chat@1.0")
SEARCH = Key("service:acme/search@1.0")

ESTATE = Estate(
    seed=0,
    pushes=(
        Push(
            stream="git",
            slot="chat",
            subject=CHAT,
            inside=(member(VLLM), member(TORCH), edge(VLLM, "depends_on", TORCH)),
        ),
        Push(
            stream="ops",
            slot="search",
            subject=SEARCH,
            inside=(
                member(TORCH),
                member(NUMPY),
                edge(TORCH, "depends_on", NUMPY, dependency_scope="optional"),
            ),
            world=(edge(SEARCH, "calls", CHAT),),
        ),
    ),
)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, database: str | None) -> Iterator[Engine]:
    """Each engine in turn, over two revisions of a small estate: by hand, and of each database."""
    if database is None:
        yield ENGINES[request.param](ESTATE.views)
        return
    with Record.open(database) as record:
        yield ENGINES[request.param](recorded(record, ESTATE, f"contract-{uuid.uuid4().hex}"))


def down(*starts: tuple[str, str | None], **more: object) -> Walk:
    return Walk(starts=starts, direction=Direction.DOWNSTREAM, **more)  # type: ignore[arg-type]


def up(*starts: tuple[str, str | None], **more: object) -> Walk:
    return Walk(starts=starts, direction=Direction.UPSTREAM, **more)  # type: ignore[arg-type]


def test_the_judge_is_among_the_engines() -> None:
    assert JUDGE in ENGINES
    assert len(ENGINES) >= 2


def test_has_a_name(engine: Engine) -> None:
    assert engine.name in ENGINES


def test_impact_of_a_package(engine: Engine) -> None:
    assert dict(engine.reach(down((TORCH, None))).depths()) == {
        (TORCH, None): 0,
        (TORCH, CHAT): 0,
        (TORCH, SEARCH): 0,
        (VLLM, CHAT): 1,
        (SEARCH, None): 1,
        (CHAT, None): 2,
    }


def test_provenance_of_a_service(engine: Engine) -> None:
    assert dict(engine.reach(up((SEARCH, None))).depths()) == {
        (SEARCH, None): 0,
        (CHAT, None): 1,
        (TORCH, SEARCH): 1,
        (TORCH, None): 1,
        (NUMPY, SEARCH): 2,
        (NUMPY, None): 2,
        (VLLM, CHAT): 2,
        (VLLM, None): 2,
        (TORCH, CHAT): 3,
    }


def test_start_inside_an_assembly_stays_there_until_its_top(engine: Engine) -> None:
    assert dict(engine.reach(down((TORCH, CHAT))).depths()) == {
        (TORCH, CHAT): 0,
        (VLLM, CHAT): 1,
        (CHAT, None): 2,
        (SEARCH, None): 3,
    }


def test_list_goes_by_depth_then_key_then_assembly(engine: Engine) -> None:
    listed = [(one.depth, one.component, one.assembly) for one in engine.reach(down((TORCH, None)))]
    assert listed == [
        (0, TORCH, None),
        (0, TORCH, CHAT),
        (0, TORCH, SEARCH),
        (1, VLLM, CHAT),
        (1, SEARCH, None),
        (2, CHAT, None),
    ]


def test_items_name_the_last_edge_and_the_place_before(engine: Engine) -> None:
    items = {(one.component, one.assembly): one for one in engine.reach(down((TORCH, CHAT)))}
    assert (items[TORCH, CHAT].edge, items[TORCH, CHAT].parent) == (None, None)
    assert (items[VLLM, CHAT].edge, items[VLLM, CHAT].parent) == ("depends_on", (TORCH, CHAT))
    assert (items[CHAT, None].edge, items[CHAT, None].parent) == ("contains", (VLLM, CHAT))
    assert (items[SEARCH, None].edge, items[SEARCH, None].parent) == ("calls", (CHAT, None))


def test_path_counts_its_stated_edges(engine: Engine) -> None:
    path = engine.reach(down((TORCH, None))).path((CHAT, None))
    assert [(one.component, one.assembly, one.edge, one.depth) for one in path] == [
        (TORCH, None, None, 0),
        (TORCH, CHAT, None, 0),
        (VLLM, CHAT, "depends_on", 1),
        (CHAT, None, "contains", 2),
    ]
    assert engine.reach(down((TORCH, None))).path((NUMPY, SEARCH)) == ()
    assert engine.reach(down((TORCH, None))).path((Key("pkg:pypi/none@1"), None)) == ()


def test_mask_filters_stated_edges_only(engine: Engine) -> None:
    only = Mask(kinds=frozenset({"depends_on"}))
    assert (CHAT, None) not in engine.reach(down((TORCH, None), mask=only)).depths()
    assert (VLLM, CHAT) in engine.reach(down((TORCH, None), mask=only)).depths()
    runtime = Mask(dependency_scopes=frozenset({"runtime"}))
    assert (TORCH, SEARCH) not in engine.reach(down((NUMPY, None), mask=runtime)).depths()
    assert (TORCH, SEARCH) in engine.reach(down((NUMPY, None))).depths()


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_depth_bounds_the_stated_edges(engine: Engine, depth: int) -> None:
    whole = engine.reach(up((SEARCH, None))).depths()
    bounded = engine.reach(up((SEARCH, None), depth=depth))
    assert dict(bounded.depths()) == {k: v for k, v in whole.items() if v <= depth}
    assert not bounded.truncated


def test_budget_keeps_the_nearest_and_says_so(engine: Engine) -> None:
    whole = list(engine.reach(down((TORCH, None))))
    cut = engine.reach(down((TORCH, None), budget=4))
    assert cut.truncated
    assert [(o.component, o.assembly) for o in cut] == [
        (o.component, o.assembly) for o in whole[:4]
    ]
    assert len(cut) == len(cut.depths()) == 4
    assert cut.path((CHAT, None)) == ()
    assert not engine.reach(down((TORCH, None), budget=len(whole))).truncated


def test_unknown_start_is_an_error(engine: Engine) -> None:
    for start in [("pkg:pypi/none@1", None), (VLLM, SEARCH), (TORCH, "service:acme/none@1")]:
        with pytest.raises(KeyUnknownError):
            engine.reach(down(start))  # type: ignore[arg-type]


def test_unknown_revision_is_an_error(engine: Engine) -> None:
    with pytest.raises(RevisionUnknownError):
        engine.reach(down((TORCH, None), at=At(revision=9)))


def test_past_revision_is_as_it_was(engine: Engine) -> None:
    assert dict(engine.reach(down((TORCH, None), at=At(revision=1))).depths()) == {
        (TORCH, None): 0,
        (TORCH, CHAT): 0,
        (VLLM, CHAT): 1,
        (CHAT, None): 2,
    }


def test_apply_returns_the_newest_revision(engine: Engine) -> None:
    assert engine.apply(At()).number == 2


def test_paths_are_shortest_first(engine: Engine) -> None:
    found = engine.paths(down((TORCH, None)), (SEARCH, None), 5)
    shapes = [[(one.component, one.edge) for one in path] for path in found]
    assert shapes == [
        [(TORCH, None), (TORCH, None), (SEARCH, "contains")],
        [
            (TORCH, None),
            (TORCH, None),
            (VLLM, "depends_on"),
            (CHAT, "contains"),
            (SEARCH, "calls"),
        ],
    ]
    assert engine.paths(down((TORCH, None)), (SEARCH, None), 1) == found[:1]
    assert engine.paths(down((CHAT, None)), (NUMPY, None), 3) == ()


def test_subgraph_has_the_stated_edges_between_what_was_reached(engine: Engine) -> None:
    assert engine.subgraph(down((TORCH, CHAT))) == (
        ((VLLM, CHAT), "depends_on", (TORCH, CHAT)),
        ((CHAT, None), "contains", (VLLM, CHAT)),
        ((SEARCH, None), "calls", (CHAT, None)),
    )


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_agrees_with_the_table_of_the_port(name: str) -> None:
    """The judge too is examined: against the port's table, spelled out edge by edge."""
    wrong = []
    for seed in range(share(name, 150)):
        made = estate(seed)
        engine, scope = ENGINES[name](made.views), [*Scope][seed % 2]
        exact = Exact(made.views.view(At(scope=scope)))
        for key in exact.view.nodes:
            for direction in Direction:
                walk = Walk(starts=((key, None),), direction=direction, at=At(scope=scope))
                reach = engine.reach(walk)
                if dict(reach.depths()) != exact.depths(walk.starts, direction, Mask()):
                    wrong.append((seed, key, direction))
                if not all(
                    exact.follows(reach.path(place), direction, Mask()) for place in reach.depths()
                ):
                    wrong.append((seed, key, direction, "path"))
    assert wrong == []
