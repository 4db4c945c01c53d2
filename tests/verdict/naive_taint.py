"""Taints a second way: a naive walk over the graph that the reference engine makes of a view."""

from __future__ import annotations

from lineage.graph.engine import Place
from lineage.model.identity import Key
from lineage.record.view import View
from lineage.vocabulary.changes import CROSSINGS

RUNTIME = ("", "runtime")


def table(change: str, effect: str, below: str) -> set[str]:
    """Edge kinds with this effect for an edge whose downstream is of that kind."""
    narrow = {
        kind: row.effect
        for row in CROSSINGS
        if change in row.changes and row.downstream and below in row.downstream
        for kind in row.edge_kinds
    }
    wide = {
        kind
        for row in CROSSINGS
        if row.effect == effect and change in row.changes and not row.downstream
        for kind in row.edge_kinds
    }
    return (wide - narrow.keys()) | {kind for kind, one in narrow.items() if one == effect}


def naive(  # noqa: C901
    view: View, change: str, subjects: set[Key]
) -> tuple[set[Place], set[Place]]:
    """Exposed places (subjects among them) and noticed ones.

    Nodes are (component, None), (component, assembly) and ("", assembly) for the assembly itself.
    """
    exposed: set[tuple[str, str | None]] = set()
    noticed: set[tuple[str, str | None]] = set()
    ahead: list[tuple[str, str | None]] = [(key, None) for key in subjects]

    def kind(key: str) -> str:
        node = view.nodes.get(Key(key))
        return node.kind if node else ""

    def cross(edge: str, downstream: str, place: tuple[str, str | None], scope: str = "") -> None:
        if edge in table(change, "EXPOSED", kind(downstream)) and scope in RUNTIME:
            ahead.append(place)
        elif edge in table(change, "EXPOSED", kind(downstream)) | table(
            change, "NOTICE", kind(downstream)
        ):
            noticed.add(place)

    while ahead:
        node = ahead.pop()
        if node in exposed:
            continue
        exposed.add(node)
        component, room = node
        if component == "" or room is None:
            upstream = room if component == "" else component
            for edge in view.edges:
                if edge.upstream == upstream:
                    cross(edge.kind, edge.downstream, (edge.downstream, None))
        if component == "":
            for key, assembly in view.assemblies.items():
                inner = assembly.content.members.get(Key(str(room)))
                if inner is not None and inner.unknown and key != room:
                    ahead.append((str(room), key))
            continue
        if room is None:
            ahead += [
                (component, key)
                for key, assembly in view.assemblies.items()
                if component in assembly.content.members
            ]
            continue
        content = view.assemblies[Key(room)].content
        member = content.members[Key(component)]
        cross("contains", room, ("", room), member.dependency_scope)
        for inner_edge in content.edges:
            if inner_edge.upstream == component:
                cross(inner_edge.kind, inner_edge.downstream, (inner_edge.downstream, room))
    all_of_them = _folded(exposed | noticed)
    found = _folded(exposed)
    return found, {place for place in all_of_them if place not in found}


def _folded(nodes: set[tuple[str, str | None]]) -> set[Place]:
    """Assembly and component are one item; an occurrence of what is exposed everywhere is none."""
    found: set[Place] = set()
    for component, room in nodes:
        if component == "":
            found.add((Key(str(room)), None))
        else:
            found.add((Key(component), Key(room) if room else None))
    everywhere = {component for component, room in found if room is None}
    return {place for place in found if place[1] is None or place[0] not in everywhere}
