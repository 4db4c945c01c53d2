"""How the graph on the server stands to the record: what `lineage graph` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lineage.graph.engines.neo4j.delta import Delta
from lineage.graph.engines.neo4j.form import Form
from lineage.graph.engines.neo4j.shape import RANGES
from lineage.graph.engines.neo4j.state import State
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.engines.neo4j.store import GraphStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the server's graph lacks and has too much, as counts; all zero where it is right."""

    missing_nodes: int
    surplus_nodes: int
    changed_nodes: int
    missing_edges: int
    surplus_edges: int

    @property
    def none(self) -> bool:
        """Whether the graph is the one of the record."""
        return not any((
            self.missing_nodes, self.surplus_nodes, self.changed_nodes,
            self.missing_edges, self.surplus_edges,
        ))  # fmt: skip


def difference(change: Delta) -> Difference:
    """A delta in counts."""
    return Difference(
        missing_nodes=int(np.count_nonzero(change.ids < 0)),
        surplus_nodes=len(change.surplus),
        changed_nodes=len(change.remarked),
        missing_edges=len(change.fresh),
        surplus_edges=len(change.gone[0]),
    )


def verdict(state: State | None, form: Form) -> str:
    """What a state is beside the graph that the record makes, in one word or two."""
    ours = form.projection.revision
    if state is None or not state.digest:
        return "not there"
    if state.stage == "loading":
        return "half written"
    if state.digest == form.digest:
        return "in step" if state.chain == ours.chain else "in step, of another revision"
    if state.revision > ours.number:
        return "ahead"
    if state.revision == ours.number and state.chain != ours.chain:
        return "of another record"
    return "behind"


def counts(store: GraphStore) -> Mapping[str, int]:
    """How many nodes of each label the graph has."""
    with store.connection.reading() as transaction:
        found = {}
        for label in RANGES:
            row = transaction.run(statement("count", (), (label,)), tenant=store.graph).single()
            found[label] = 0 if row is None else int(row["nodes"])
    return found
