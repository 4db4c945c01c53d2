"""Writing a delta: batches of rows, one label set or relationship type per statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lineage.graph.engines.neo4j.delta import Delta
from lineage.graph.engines.neo4j.form import range_of
from lineage.graph.engines.neo4j.shape import (
    COMPONENT,
    EVERY_TYPE,
    NAMED_BY,
    RANGES,
    labels_of,
    type_of,
)
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.packing import FREE, Ints
from lineage.vocabulary.nodes import NODES

if TYPE_CHECKING:
    from neo4j import Transaction

BATCH = 20_000
"""Rows a statement; measured to be the best size."""

SMALL = BATCH // 4
"""A delta of up to so many rows is written with statements for all types at once: the server plans
a few texts and not forty. Types that are looked up row by row are too slow for more.
"""


class Transactions(Protocol):
    """Where the transactions of a write come from: one for all of it, or one for each batch."""

    def __call__(self) -> AbstractContextManager[Transaction]:
        """A transaction for the next batch."""
        ...


def write(change: Delta, graph: str, transactions: Transactions) -> Ints:
    """Write a delta; the ids of all nodes of its form.

    Edges go first, then nodes, so that nothing is detached that is needed; new edges come last,
    sorted by their upstream end, so that writers lock hubs once and in one order.
    """
    writer = _Writer(change, graph, transactions)
    writer.take_edges()
    writer.take_nodes()
    writer.remark()
    writer.make_nodes()
    writer.make_edges()
    return writer.ids


class _Writer:
    """One delta under way."""

    def __init__(self, change: Delta, graph: str, transactions: Transactions) -> None:
        self.change = change
        self.form = change.form
        self.graph = graph
        self.transactions = transactions
        self.ids = change.ids.copy()
        self.small = change.rows <= SMALL

    def take_edges(self) -> None:
        down, up, pair = self.change.gone
        if self.small and len(pair):
            pairs = [self.change.gone_pairs[one] for one in pair.tolist()]
            self._run(
                statement("delete_any_edges", EVERY_TYPE),
                down=down.tolist(),
                up=up.tolist(),
                types=[type_of(kind) for kind, _ in pairs],
                scopes=[scope for _, scope in pairs],
            )
            return
        for number, (kind, scope) in enumerate(self.change.gone_pairs):
            chosen = np.flatnonzero(pair == number)
            text = statement("delete_edges", (type_of(kind),)) if len(chosen) else ""
            for part in _parts(chosen):
                self._run(text, down=down[part].tolist(), up=up[part].tolist(), scope=scope)

    def take_nodes(self) -> None:
        for part in _parts(np.arange(len(self.change.surplus))):
            self._run(statement("delete_nodes"), ids=self.change.surplus[part].tolist())

    def remark(self) -> None:
        kinds = tuple(kind.graphql for kind in NODES)
        for part in _parts(self.change.remarked):
            ids = self.ids[part].tolist()
            rows = [self._row(COMPONENT, number) for number in part.tolist()]
            self._run(statement("remark", (), kinds), ids=ids, rows=rows)
            for labels, numbers in self._by_labels(COMPONENT, part):
                if len(labels) > 1:
                    text = statement("relabel", (), labels[1:])
                    self._run(text, ids=self.ids[numbers].tolist())

    def make_nodes(self) -> None:
        missing = np.flatnonzero(self.ids < 0)
        ranges = range_of(self.form, missing)
        if self.small and len(missing):
            self._make_any_nodes(missing, ranges)
            return
        for at, label in enumerate(RANGES):
            for labels, numbers in self._by_labels(label, missing[ranges == at]):
                text = statement("create_nodes", (), labels)
                for part in _parts(numbers):
                    rows = [self._row(label, number) for number in part.tolist()]
                    with self.transactions() as transaction:
                        made = transaction.run(text, rows=rows).single()
                        assert made is not None
                    self.ids[part[np.array(made["at"], dtype=np.int64)]] = made["ids"]

    def _make_any_nodes(self, missing: Ints, ranges: Ints) -> None:
        labels, rows = [], []
        for at, number in zip(ranges.tolist(), missing.tolist(), strict=True):
            label = RANGES[at]
            rows.append(self._row(label, number))
            shown = labels_of(self.form.marks[number][0]) if label == COMPONENT else (label,)
            labels.append(list(shown))
        with self.transactions() as transaction:
            text = statement("create_any_nodes")
            made = transaction.run(text, rows=rows, labels=labels).single()
            assert made is not None
        self.ids[missing[np.array(made["at"], dtype=np.int64)]] = made["ids"]

    def make_edges(self) -> None:
        form, fresh = self.form, self.change.fresh
        if self.small and len(fresh):
            pairs = [(code, *form.pairs[code]) for code in form.code[fresh].tolist()]
            self._run(
                statement("create_any_edges"),
                down=self.ids[form.down[fresh]].tolist(),
                up=self.ids[form.up[fresh]].tolist(),
                types=[type_of(kind) for _, kind, _ in pairs],
                rows=[
                    {} if code < FREE else {"dependency_scope": scope} for code, _, scope in pairs
                ],
            )
            return
        for code, (kind, scope) in enumerate(form.pairs):
            chosen = fresh[form.code[fresh] == code]
            if not len(chosen):
                continue
            name, more = (
                ("create_free_edges", {}) if code < FREE else ("create_edges", {"scope": scope})
            )
            text = statement(name, (type_of(kind),))
            for part in _parts(chosen):
                down, up = self.ids[form.down[part]].tolist(), self.ids[form.up[part]].tolist()
                self._run(text, down=down, up=up, **more)

    def _by_labels(self, label: str, numbers: Ints) -> Iterator[tuple[tuple[str, ...], Ints]]:
        if label != COMPONENT:
            if len(numbers):
                yield (label,), numbers
            return
        kinds = np.array([self.form.marks[number][0] for number in numbers.tolist()], dtype=object)
        for kind in sorted(set(kinds.tolist())):
            yield labels_of(kind), numbers[kinds == kind]

    def _row(self, label: str, number: int) -> dict[str, Any]:
        at = RANGES.index(label)
        position = number - self.form.begins[at]
        row: dict[str, Any] = {
            "tenant": self.graph,
            NAMED_BY[label]: self.form.names[at][position],
        }
        if label == COMPONENT:
            kind, family, name, version = self.form.marks[position]
            row |= {"kind": kind, "family": family, "name": name, "version": version}
        return row

    def _run(self, text: str, **parameters: Any) -> None:
        with self.transactions() as transaction:
            transaction.run(text, **parameters).consume()


def _parts(numbers: Ints) -> Iterable[Ints]:
    return (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))
