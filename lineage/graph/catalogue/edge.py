"""Edges that hold everywhere, as rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.column import column_of
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.row import EdgeRow
from lineage.graph.catalogue.standing import ESTATE, KNOWLEDGE, ours
from lineage.record.view import View, WorldEdge

NAME = "edges"
COLUMNS = (
    "kind", "dependency_scope", "role", "origin", "confidence", "unpinned", "requirement",
    "known_by",
)  # fmt: skip


def edges_of(view: View, components: Components) -> Axis:
    """The rows of a view; ends ``downstream`` and ``upstream`` are components."""
    keys = [_key(edge) for edge in view.edges]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    edges = [view.edges[at] for at in order]
    rows = [_values(edge, view) for edge in edges]
    slot = components.axis.slot

    def end(names: list[str]) -> End:
        found = [-1 if (at := slot(name)) is None else at for name in names]
        return End(components.axis, np.array(found, dtype=np.int64))

    return Axis(
        NAME,
        keys=Dictionary(keys[at] for at in order),
        size=len(edges),
        columns={name: column_of([row[at] for row in rows]) for at, name in enumerate(COLUMNS)},
        ends={
            "downstream": end([edge.downstream for edge in edges]),
            "upstream": end([edge.upstream for edge in edges]),
        },
    )


def edge_rows(axis: Axis, slots: Ints) -> tuple[EdgeRow, ...]:
    """Edges as people see them."""
    return axis.rows_of(EdgeRow, (*COLUMNS, "downstream.key", "upstream.key"), slots)


def _key(edge: WorldEdge) -> str:
    """What makes an edge this one; keys have no spaces in them."""
    rest = (edge.role, edge.origin, edge.confidence, edge.attributes)
    named = f"{edge.kind} {edge.downstream} {edge.upstream} {edge.dependency_scope}"
    return f"{named} {orjson.dumps(rest).decode()}"


def _values(edge: WorldEdge, view: View) -> tuple[Any, ...]:
    wishes = sorted({one.raw for one in edge.requirements})
    return (
        edge.kind,
        edge.dependency_scope,
        edge.role,
        edge.origin,
        edge.confidence,
        edge.unpinned,
        ", ".join(wishes) if wishes else None,
        ESTATE if ours(edge, view) else KNOWLEDGE,
    )
