"""What the last deltas have made: whoever knows an older state goes on from there.

Ids hold until a node is taken away; a process that reads what others write would have to read all
of them anew at each delta, if it did not know which nodes are new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.graph.engines.neo4j.delta import Delta, places
from lineage.graph.engines.neo4j.form import Form, range_of
from lineage.graph.engines.neo4j.shape import RANGES
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.packing import Ints

if TYPE_CHECKING:
    from neo4j import Transaction

KEPT = 64
"""So many deltas are known; who has missed more reads everything."""
MOST = 10_000
"""A delta that makes more nodes is not kept: to read all is then as good."""
_Made = Mapping[tuple[int, str], int]
"""Ids by (position of the label in ``RANGES``, name)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One delta: the tokens before and after it, and the nodes that it made."""

    before: str
    after: str
    made: _Made


def log_move(
    transaction: Transaction, graph: str, change: Delta, ids: Ints, tokens: tuple[str, str]
) -> None:
    """Note a delta that was just written, in its transaction; ``tokens`` are before and after."""
    fresh = np.flatnonzero(change.ids < 0)
    if len(fresh) > MOST:
        return
    form = change.form
    ranges = range_of(form, fresh).tolist()
    transaction.run(
        statement("log_move"),
        tenant=graph,
        before=tokens[0],
        after=tokens[1],
        ranges=ranges,
        names=[
            form.names[at][number - form.begins[at]]
            for at, number in zip(ranges, fresh.tolist(), strict=True)
        ],
        ids=ids[fresh].tolist(),
        kept=KEPT,
    ).consume()


def read_moves(transaction: Transaction, graph: str, before: str, after: str) -> list[Move] | None:
    """The deltas that lead from one token to the other; None if they are not known any more."""
    way: list[Move] = []
    at = before
    for row in transaction.run(statement("moves"), tenant=graph):
        if at == after:
            break
        if row["before"] == at:
            named = zip(row["ranges"], row["names"], strict=True)
            made = dict(zip(named, row["ids"], strict=True))
            way.append(Move(before=at, after=row["after"], made=made))
            at = row["after"]
    return way if at == after else None


def ids_after(form: Form, ids: Ints, way: list[Move], wanted: Form) -> Ints | None:
    """The ids of the wanted form's nodes, where the form's were known and these deltas came after.

    None if a node of it is in neither.
    """
    found = np.full(wanted.projection.nodes, -1, dtype=np.int64)
    begin = 0
    for before, names, first in zip(form.names, wanted.names, wanted.begins[:-1], strict=True):
        number = places(before, names, first)
        there = number >= 0
        found[number[there]] = ids[begin : begin + len(before)][there]
        begin += len(before)
    # A node that went and came again has another id: the last word counts.
    made: dict[tuple[int, str], int] = {}
    for move in way:
        made.update(move.made)
    for at in range(len(RANGES)):
        mine = {name: one for (label, name), one in made.items() if label == at}
        for place, name in enumerate(wanted.names[at] if mine else ()):
            if name in mine:
                found[wanted.begins[at] + place] = mine[name]
    return None if (found < 0).any() else found
