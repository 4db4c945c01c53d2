"""What an answer looks like as a drawing: components, and edges that point upstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.output.rows import rows
from lineage.model.identity import identify
from queries.rowed import rows_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """``nodes`` maps a key to its label, ``marks`` to a word beside it (its verdict).

    ``edges`` are (downstream, kind, upstream).
    """

    nodes: dict[str, str]
    marks: dict[str, str]
    edges: tuple[tuple[str, str, str], ...]


def drawing(answer: Any) -> Drawing:
    """The drawing of an answer: the paths of its rows, or a component with its neighbours."""
    nodes: dict[str, str] = {}
    marks: dict[str, str] = {}
    edges: dict[tuple[str, str, str], None] = {}
    against = rows_field(type(answer)) == "affected"
    if isinstance(key := getattr(answer, "key", None), str):
        nodes[key] = label(key)
    for row in rows(answer):
        _draw_row(row, nodes, edges, against=against)
        if isinstance(verdict := getattr(row, "verdict", None), str):
            marks.setdefault(row.key, verdict)
    for name in ("upstream", "downstream"):
        for edge in getattr(answer, name, ()):
            if hasattr(edge, "downstream"):
                nodes.setdefault(edge.downstream, label(edge.downstream))
                nodes.setdefault(edge.upstream, label(edge.upstream))
                edges[edge.downstream, edge.kind, edge.upstream] = None
    return Drawing(nodes=nodes, marks=marks, edges=tuple(edges))


def _draw_row(
    row: Any, nodes: dict[str, str], edges: dict[tuple[str, str, str], None], *, against: bool
) -> None:
    if _draw_pair(row, nodes, edges):
        return
    if isinstance(key := getattr(row, "key", None), str):
        nodes.setdefault(key, label(key))
    for hop in getattr(row, "hops", ()):
        for end in (hop.downstream, hop.upstream):
            nodes.setdefault(end, label(end))
        edges[hop.downstream, hop.edge, hop.upstream] = None
    if hasattr(row, "hops"):
        return
    before: str | None = None
    for step in getattr(row, "path", None) or ():
        nodes.setdefault(step.key, label(step.key))
        if before is not None and before != step.key:
            ends = (step.key, before) if against else (before, step.key)
            edges[ends[0], step.edge or "", ends[1]] = None
        before = step.key


def _draw_pair(row: Any, nodes: dict[str, str], edges: dict[tuple[str, str, str], None]) -> bool:
    """A row that is an edge itself: stated, or from an assembly to what it holds."""
    if hasattr(row, "downstream") and hasattr(row, "upstream") and hasattr(row, "kind"):
        ends = (row.downstream, row.kind, row.upstream)
    elif hasattr(row, "component") and hasattr(row, "assembly"):
        ends = (row.assembly, "contains", row.component)
    else:
        return False
    for key in (ends[0], ends[2]):
        nodes.setdefault(key, label(key))
    edges[ends] = None
    return True


def label(key: str) -> str:
    """Kind, name and version of a key, short enough for a box."""
    identity = identify(key)
    name = f"{identity.namespace}/{identity.name}" if identity.namespace else identity.name
    return f"{name} {identity.version}" if identity.version else name
