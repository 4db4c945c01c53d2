"""Reading back what the server holds of a graph."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from lineage.errors import GraphDamagedError
from lineage.graph.engines.neo4j.delta import Held
from lineage.graph.engines.neo4j.form import Form, Mark, Numbers
from lineage.graph.engines.neo4j.shape import (
    COMPONENT,
    EVERY_TYPE,
    NAMED_BY,
    RANGES,
    kind_of,
    labels_of,
)
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.packing import Ints

if TYPE_CHECKING:
    from neo4j import Transaction

PAGE = 100_000
"""Neighbours in the store that come in one row."""


def read_ids(transaction: Transaction, graph: str, form: Form) -> Ints:
    """The ids of the form's nodes. GraphDamagedError where they are not those of the server."""
    ids = np.full(form.projection.nodes, -1, dtype=np.int64)
    for label, names, begin in zip(RANGES, form.names, form.begins[:-1], strict=True):
        number = {name: begin + at for at, name in enumerate(names)}
        for row in transaction.run(_nodes(label), tenant=graph, page=PAGE):
            at = [number.get(name, -1) for name in row["names"]]
            if -1 in at:
                raise GraphDamagedError(reason=f"a node {label} is there that nobody claims")
            ids[at] = row["ids"]
    if (ids < 0).any():
        raise GraphDamagedError(reason=f"{int((ids < 0).sum())} nodes are missing")
    return ids


def read_held(transaction: Transaction, graph: str) -> Held:
    """Everything the server holds of a graph: nodes with what they show, and edges."""
    names: list[list[str]] = [[], [], [], []]
    ids: list[list[int]] = [[], [], [], []]
    marks: list[Mark] = []
    for row in transaction.run(statement("components"), tenant=graph, page=PAGE):
        names[0] += row["names"]
        ids[0] += row["ids"]
        marks += map(_mark, row["marks"], row["kinds"])
    for at, label in enumerate(RANGES):
        if label == COMPONENT:
            continue
        for row in transaction.run(_nodes(label), tenant=graph, page=PAGE):
            names[at] += row["names"]
            ids[at] += row["ids"]
    every = np.fromiter(chain.from_iterable(ids), dtype=np.int64)
    pairs: dict[tuple[str, str], int] = {}
    columns: list[tuple[Ints, Ints, Ints]] = [(_EMPTY, _EMPTY, _EMPTY)]
    for label in RANGES:
        text = statement("edges", EVERY_TYPE, (label,))
        for row in transaction.run(text, tenant=graph, page=PAGE):
            pair = pairs.setdefault((kind_of(row["type"]), row["scope"]), len(pairs))
            down, up = _ints(row["down"]), _ints(row["up"])
            columns.append((down, up, np.full(len(down), pair, dtype=np.int64)))
    down, up, pair_of = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.argsort(every)
    inside = np.isin(up, every)
    return Held(
        names=tuple(tuple(one) for one in names),
        marks=tuple(marks),
        ids=every,
        down=_positions(every, order, down[inside]),
        up=_positions(every, order, up[inside]),
        pair=pair_of[inside].astype(np.uint16),
        pairs=tuple(pairs),
    )


_EMPTY: Ints = np.empty(0, dtype=np.int64)


def _nodes(label: str) -> str:
    return statement("nodes", (), (label,)).replace("NAME", NAMED_BY[label])


def _mark(shown: list[Any], kinds: list[str]) -> Mark:
    kind, family, name, version = shown
    # Labels that are not those of the kind are as wrong as another kind.
    sound = (COMPONENT, *kinds) == labels_of(str(kind))
    return (str(kind) if sound else "", str(family), str(name), version)


def _positions(every: Ints, order: Ints, ids: Ints) -> Numbers:
    return order[np.searchsorted(every, ids, sorter=order)].astype(np.uint32)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
