"""Two assemblies give a member one closure: it is one node, and still two occurrences."""

from __future__ import annotations

from lineage.graph.projection.projector import Projector
from lineage.model.revision import At
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, provenance
from tests.snapshots import SnapshotViews, edge, member, snapshot

VLLM, TORCH, FLASK = "pkg:pypi/vllm@0.11", "pkg:pypi/torch@2.9.1", "pkg:pypi/flask@3.1"
CHAT, SEARCH, USER = "service:acme/chat@1.0", "service:acme/search@1.0", "service:acme/user@1.0"
STACK = [member(VLLM), member(TORCH), edge(VLLM, "depends_on", TORCH)]
ESTATE = snapshot(
    [
        ("git", "chat", CHAT, STACK, 1),
        ("git", "search", SEARCH, [*STACK, member(FLASK)], 2),
        ("git", "user", USER, STACK, 3),
        ("ops", "calls", None, [edge(USER, "calls", SEARCH)], 4),
    ]
)


def test_one_closure_is_one_node_and_one_lock_one_resolution() -> None:
    graph = Projector().project(SnapshotViews(ESTATE).view(At()))
    chat, search, user = graph.resolution_of.tolist()
    assert chat == user != search
    assert len(graph.digests) == 3
    assert sorted(graph.occurrences.tolist()) == [1, 3, 3]


@on_every_engine
def test_impact_names_every_assembly_that_holds_it(make: MakesEngine) -> None:
    found = impact(over(make, ESTATE), TORCH)
    assert {held for key, held in found if key == VLLM} == {CHAT, SEARCH, USER}
    assert all(found[one, None] == 2 for one in (CHAT, SEARCH, USER))  # type: ignore[index]


@on_every_engine
def test_a_start_in_one_assembly_does_not_start_in_the_other(make: MakesEngine) -> None:
    assert impact(over(make, ESTATE), TORCH, SEARCH) == {
        (TORCH, SEARCH): 0,
        (VLLM, SEARCH): 1,
        (SEARCH, None): 2,
        (USER, None): 3,
    }
    assert impact(over(make, ESTATE), TORCH, CHAT) == {
        (TORCH, CHAT): 0,
        (VLLM, CHAT): 1,
        (CHAT, None): 2,
    }


@on_every_engine
def test_provenance_from_a_shared_node_stays_in_its_assembly(make: MakesEngine) -> None:
    assert provenance(over(make, ESTATE), VLLM, SEARCH) == {
        (VLLM, SEARCH): 0,
        (VLLM, None): 0,
        (TORCH, SEARCH): 1,
        (TORCH, None): 1,
    }
