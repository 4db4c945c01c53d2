"""Two services share a package that each resolved with another torch: blame neither for both."""

from __future__ import annotations

import networkx as nx

from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, provenance, wholes
from tests.snapshots import edge, member, snapshot

SENTENCES = "pkg:pypi/sentence-transformers@6.2.0"
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
SEARCH, CHAT = "service:acme/search@1.0", "service:acme/chat@1.0"


def lock(torch: str) -> list:
    return [
        member(SENTENCES, "direct"),
        member(torch, "transitive"),
        edge(SENTENCES, "depends_on", torch, ">=2"),
    ]


ESTATE = snapshot([("git", "search", SEARCH, lock(OLD), 1), ("git", "chat", CHAT, lock(NEW), 2)])


@on_every_engine
def test_impact_of_one_torch_never_reaches_the_other_service(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    assert impact(engine, OLD) == {
        (OLD, None): 0,
        (OLD, SEARCH): 0,
        (SENTENCES, SEARCH): 1,
        (SEARCH, None): 2,
    }
    assert wholes(impact(engine, NEW)) == {NEW, CHAT}


@on_every_engine
def test_impact_of_the_shared_package_reaches_both(make: MakesEngine) -> None:
    assert wholes(impact(over(make, ESTATE), SENTENCES)) == {SENTENCES, SEARCH, CHAT}


@on_every_engine
def test_provenance_of_one_service_has_one_torch(make: MakesEngine) -> None:
    found = provenance(over(make, ESTATE), SEARCH)
    assert (OLD, SEARCH) in found
    assert NEW not in wholes(found)


def test_a_graph_of_merged_packages_is_wrong() -> None:
    graph = nx.DiGraph()
    for service, torch in ((SEARCH, OLD), (CHAT, NEW)):
        graph.add_edge(service, SENTENCES)
        graph.add_edge(SENTENCES, torch)
    assert nx.ancestors(graph, OLD) == {SENTENCES, SEARCH, CHAT}
