"""What an estate contains of all that makes an engine wrong, counted by looking at its view.

Nothing here is taken from the maker's intentions: a feature counts where it is really there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import networkx as nx

from lineage.model.claim import Edge, Pointer
from lineage.model.identity import Key, identify
from lineage.record.view import Content, View
from lineage.vocabulary.edges import EDGES
from tests.strategies.estates import Estate

FEATURES = (
    "equal closures of one member",
    "unequal closures of one member",
    "shared lock",
    "two streams on one assembly",
    "nested assembly, dependencies known",
    "nested assembly, dependencies unknown",
    "cycle among members",
    "member that no edge reaches",
    "serves onto an assembly",
    "runs_on onto an assembly",
    "calls onto an assembly",
    "derivation onto an assembly",
    "join",
    "pointer",
    "name without a version",
    "several marked versions",
    "branch that does not count",
    "archived assembly",
    "assembly that holds itself",
)
SHARE = 0.1
"""Each feature is in at least this part of the cases."""


def features(estate: Estate, view: View) -> set[str]:
    """The features that an estate and its view (of all that is there) show."""
    return set(_in_record(estate)) | set(_in_view(view))


def _in_record(estate: Estate) -> Iterator[str]:
    said = [one for push in estate.pushes for one in (*push.inside, *push.world)]
    edges = [one for one in said if isinstance(one, Edge)]
    if any(one.kind == "same_as" for one in edges):
        yield "join"
    if any(one.pointer for one in edges) and any(isinstance(one, Pointer) for one in said):
        yield "pointer"
    if any(one.upstream == identify(one.upstream).family for one in edges if not one.pointer):
        yield "name without a version"
    if any(push.default is False for push in estate.pushes):
        yield "branch that does not count"
    marked = Counter(
        identify(subject).family
        for subject in {push.subject for push in estate.pushes if push.subject}
        if any(push.latest is not None for push in estate.pushes if push.subject == subject)
    )
    if any(times > 1 for times in marked.values()):
        yield "several marked versions"


def _in_view(view: View) -> Iterator[str]:
    contents = {key: one.content for key, one in view.assemblies.items()}
    yield from _closures(contents)
    if len({one.digest for one in contents.values()}) < len(contents):
        yield "shared lock"
    if any(len(one.streams) > 1 for one in view.assemblies.values()):
        yield "two streams on one assembly"
    if any(key in content.members for key, content in contents.items()):
        yield "assembly that holds itself"
    for key, content in contents.items():
        for member, facts in content.members.items():
            if member in contents and member != key:
                said = "unknown" if facts.unknown else "known"
                yield f"nested assembly, dependencies {said}"
        graph = _graph(content)
        if any(len(found) > 1 for found in nx.strongly_connected_components(graph)):
            yield "cycle among members"
        if any(not degree for member, degree in graph.in_degree() if _loose(content, member)):
            yield "member that no edge reaches"
    for edge in view.edges:
        if edge.upstream in contents:
            derived = EDGES.get(edge.kind).edge_class == "derivation"
            yield f"{'derivation' if derived else edge.kind} onto an assembly"


def _closures(contents: dict[Key, Content]) -> Iterator[str]:
    closures: dict[Key, Counter[object]] = {}
    for content in contents.values():
        graph = _graph(content)
        for member in content.members:
            inside = {member, *nx.descendants(graph, member)}
            edges = frozenset(
                (one.kind, one.downstream, one.upstream, one.dependency_scope, one.requirements)
                for one in content.edges
                if one.downstream in inside
            )
            known = frozenset(
                (one, content.members[one].unknown, content.members[one].facts) for one in inside
            )
            closures.setdefault(member, Counter())[edges, known] += 1
    for found in closures.values():
        if len(found) > 1:
            yield "unequal closures of one member"
        if any(times > 1 for times in found.values()):
            yield "equal closures of one member"


def _graph(content: Content) -> nx.DiGraph[Key]:
    graph: nx.DiGraph[Key] = nx.DiGraph()
    graph.add_nodes_from(content.members)
    graph.add_edges_from((one.downstream, one.upstream) for one in content.edges)
    return graph


def _loose(content: Content, member: Key) -> bool:
    return content.members[member].direct != "direct"
