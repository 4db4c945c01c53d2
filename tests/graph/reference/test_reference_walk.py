"""The judge on small graphs drawn by hand: what may be reached, how far, and by which way."""

from __future__ import annotations

import networkx as nx
import pytest

from lineage.errors import KeyUnknownError
from lineage.graph.engine import Direction, Mask, Walk
from lineage.graph.engines.reference import ReferenceEngine
from lineage.model.claim import Statement
from lineage.model.revision import At
from tests.snapshots import SnapshotViews, edge, member, said, snapshot

UP, DOWN = Direction.UPSTREAM, Direction.DOWNSTREAM
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
SHARED = "pkg:pypi/sentence-transformers@6.2.0"
CHAT, SEARCH = "service:acme/chat@1.0", "service:acme/search@1.0"


def engine(assemblies: dict[str, list[Statement]], *world: Statement) -> ReferenceEngine:
    held = [("s", f"bom {key}", key, said_of, 1) for key, said_of in assemblies.items()]
    return ReferenceEngine(SnapshotViews(snapshot([*held, ("w", "world", None, world, 2)])))


def depths(judge: ReferenceEngine, *starts, direction=DOWN, **more):
    return dict(judge.reach(Walk(starts=starts, direction=direction, **more)).depths())


def two_services() -> ReferenceEngine:
    return engine(
        {
            CHAT: [member(SHARED, "direct"), member(OLD), edge(SHARED, "depends_on", OLD)],
            SEARCH: [member(SHARED, "direct"), member(NEW), edge(SHARED, "depends_on", NEW)],
        }
    )


def test_a_shared_package_blames_only_the_service_that_resolved_it_so():
    judge = two_services()
    assert depths(judge, (OLD, None)) == {
        (OLD, None): 0,
        (OLD, CHAT): 0,
        (SHARED, CHAT): 1,
        (CHAT, None): 2,
    }
    assert (SEARCH, None) in depths(judge, (NEW, None))
    # The same claims merged into one node per package blame both services.
    merged = nx.DiGraph([(CHAT, SHARED), (SEARCH, SHARED), (SHARED, OLD), (SHARED, NEW)])
    assert {CHAT, SEARCH} <= nx.ancestors(merged, OLD)


def test_upstream_an_occurrence_goes_on_to_its_component_and_no_other_assembly():
    judge = engine(
        {
            CHAT: [member(SHARED), member(OLD), edge(SHARED, "depends_on", OLD)],
            SEARCH: [member(SHARED), member(NEW), edge(SHARED, "depends_on", NEW)],
        },
        edge(OLD, "built_from", "code:acme/torch@abc"),
    )
    found = depths(judge, (CHAT, None), direction=UP)
    assert found == {
        (CHAT, None): 0,
        (SHARED, CHAT): 1,
        (SHARED, None): 1,
        (OLD, CHAT): 2,
        (OLD, None): 2,
        ("code:acme/torch@abc", None): 3,
    }


def test_subject_and_assembly_are_two_nodes_in_one_place():
    front = "service:acme/front@1"
    judge = engine({CHAT: [member(OLD)]}, edge(front, "calls", CHAT))
    assert depths(judge, (OLD, None))[front, None] == 2
    assert depths(judge, (CHAT, None)) == {(CHAT, None): 0, (front, None): 1}


def test_being_inside_a_release_does_not_lead_on_to_what_its_own_bom_contains():
    image = "container:acme/image@7"
    bom = [member(OLD)]
    known = [member(image), member(NEW), edge(image, "depends_on", NEW)]
    unknown = [member(image)]
    outer = "service:acme/release@1"
    assert (OLD, image) not in depths(
        engine({image: bom, outer: known}), (outer, None), direction=UP
    )
    found = depths(engine({image: bom, outer: unknown}), (outer, None), direction=UP)
    assert found[image, outer] == 1
    assert found[image, None] == 1
    assert found[OLD, image] == 2
    assert depths(engine({image: bom, outer: unknown}), (OLD, None))[outer, None] == 2


def test_an_assembly_that_is_a_member_of_itself_does_not_bring_itself_along():
    judge = engine({CHAT: [member(CHAT), member(OLD)]})
    assert depths(judge, (CHAT, CHAT), direction=UP) == {(CHAT, CHAT): 0, (CHAT, None): 0}
    assert (OLD, CHAT) in depths(judge, (CHAT, None), direction=UP)


def test_a_declared_end_is_an_end():
    image, outer = "container:acme/image@7", "service:acme/release@1"
    judge = engine(
        {image: [member(OLD)], outer: [member(image), said(image, "dependencies", "none")]}
    )
    assert (outer, None) not in depths(judge, (OLD, None))


def test_contains_leads_to_direct_members_and_to_what_nobody_outside_its_cycle_leans_on():
    a, b, c, d = (f"pkg:pypi/{name}@1" for name in "abcd")
    judge = engine(
        {
            CHAT: [
                member(a),
                member(b),
                member(c),
                member(d, "direct"),
                edge(a, "depends_on", b),
                edge(b, "depends_on", a),
                edge(b, "depends_on", c),
                edge(c, "depends_on", d),
            ]
        }
    )
    found = depths(judge, (CHAT, None), direction=UP, depth=1)
    assert {place for place in found if place[1]} == {(a, CHAT), (b, CHAT), (d, CHAT)}
    edges = judge.subgraph(Walk(starts=((CHAT, None),), direction=UP))
    assert ((CHAT, None), "contains", (c, CHAT)) not in edges
    assert ((b, CHAT), "depends_on", (c, CHAT)) in edges


def test_a_start_inside_an_assembly_leaves_through_the_assembly_only():
    judge = engine(
        {
            CHAT: [member(SHARED), member(OLD), edge(SHARED, "depends_on", OLD)],
            SEARCH: [member(SHARED), member(OLD), edge(SHARED, "depends_on", OLD)],
        },
        edge("service:acme/front@1", "calls", CHAT),
    )
    assert depths(judge, (OLD, CHAT)) == {
        (OLD, CHAT): 0,
        (SHARED, CHAT): 1,
        (CHAT, None): 2,
        ("service:acme/front@1", None): 3,
    }


def test_mask_and_depth_bound_stated_edges_only():
    judge = engine(
        {
            CHAT: [
                member(OLD, "direct", dependency_scope="test"),
                member(NEW, "direct"),
                member(SHARED, "direct"),
            ]
        },
        edge("model:acme/m@1", "trained_on", "dataset:acme/d@1"),
        edge(CHAT, "serves", "model:acme/m@1"),
    )
    start = (CHAT, None)
    scoped = depths(judge, start, direction=UP, mask=Mask(dependency_scopes=frozenset({"test"})))
    assert set(scoped) == {start, (OLD, CHAT), (OLD, None)}
    kinds = depths(judge, start, direction=UP, mask=Mask(kinds=frozenset({"serves"})))
    assert kinds == {start: 0, ("model:acme/m@1", None): 1}
    near = depths(judge, start, direction=UP, depth=1)
    assert near[OLD, None] == 1
    assert ("dataset:acme/d@1", None) not in near


def test_a_budget_keeps_the_nearest_and_says_so():
    judge = two_services()
    cut = judge.reach(Walk(starts=((OLD, None),), direction=DOWN, budget=3))
    assert cut.truncated
    assert [(one.component, one.assembly) for one in cut] == [
        (OLD, None),
        (OLD, CHAT),
        (SHARED, CHAT),
    ]
    whole = judge.reach(Walk(starts=((OLD, None),), direction=DOWN, budget=4))
    assert not whole.truncated
    assert len(whole) == 4


def test_cycles_end_and_paths_pass_no_place_twice():
    a, b, c = (f"service:acme/{name}@1" for name in "abc")
    judge = engine({}, edge(a, "calls", b), edge(b, "calls", a), edge(b, "calls", c),
                   edge(a, "calls", c))  # fmt: skip
    walk = Walk(starts=((a, None),), direction=UP)
    assert depths(judge, (a, None), direction=UP) == {(a, None): 0, (b, None): 1, (c, None): 1}
    found = judge.paths(walk, (c, None), 10)
    assert [[one.component for one in path] for path in found] == [[a, c], [a, b, c]]
    assert judge.paths(walk, (c, None), 1) == found[:1]


def test_a_path_names_the_edge_and_the_place_before():
    judge = two_services()
    reach = judge.reach(Walk(starts=((OLD, None),), direction=DOWN))
    way = [(one.component, one.assembly, one.depth, one.edge) for one in reach.path((CHAT, None))]
    assert way == [
        (OLD, None, 0, None),
        (OLD, CHAT, 0, None),
        (SHARED, CHAT, 1, "depends_on"),
        (CHAT, None, 2, "contains"),
    ]
    assert reach.path((SEARCH, None)) == ()


def test_an_unknown_start_is_an_error_and_a_joined_key_is_not():
    judge = engine({CHAT: [member(OLD)]}, edge(OLD, "same_as", "framework:acme/torch@2.9.1"))
    assert depths(judge, ("framework:acme/torch@2.9.1", None))[CHAT, None] == 1
    for place in (("pkg:pypi/none@1", None), (NEW, CHAT), (OLD, SEARCH)):
        with pytest.raises(KeyUnknownError):
            judge.reach(Walk(starts=(place,), direction=DOWN))


def test_apply_brings_the_newest_revision_and_the_past_stays():
    views = SnapshotViews(
        snapshot([("s", "x", CHAT, [member(OLD)], 1)]),
        snapshot([("s", "x", CHAT, [member(NEW)], 2)]),
    )
    judge = ReferenceEngine(views)
    assert judge.apply(At()).number == 2
    past = Walk(starts=((OLD, None),), direction=DOWN, at=At(revision=1))
    assert (CHAT, None) in judge.reach(past).depths()
    with pytest.raises(KeyUnknownError):
        judge.reach(Walk(starts=((OLD, None),), direction=DOWN))
