"""The rows of one type at one revision: their keys, columns, and what they are tied to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar

import numpy as np

from lineage.errors import ColumnUnknownError
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.dictionary import Dictionary, Ints, Mask
from lineage.graph.catalogue.filled import filled
from lineage.graph.catalogue.truth import Truth, everything, nothing

R = TypeVar("R")
KEY = "key"
_SEVERAL = frozenset({"tags"})
_KEPT = 16
"""Filters of which the answers are kept: a list asks for its page and its totals."""
_NARROW = 32
"""Once one row in so many is left, what else is asked is asked of those only."""


@dataclass(frozen=True, slots=True)
class End:
    """One row of another axis for every row (-1: none)."""

    axis: Axis
    slots: Ints


Link = Callable[[Truth], Truth]
"""From the answers of another axis to those of this one: is any row that it is tied to among?"""


class Axis:
    """Rows by slot. A slot is kept for good; ``alive`` tells those that exist (None: all do).

    ``keys`` names the row of slot n with code n + 1. ``supply`` makes a column that is not there
    yet (a property by name), None for a path that is none. ``ends`` are relations to one row,
    ``links`` to many: the axis at the other end and how answers come over. What it has neither a
    column nor a relation for is asked of the row at its end ``base``.
    """

    def __init__(
        self,
        name: str,
        *,
        keys: Dictionary,
        size: int,
        columns: Mapping[str, Column],
        ends: Mapping[str, End] | None = None,
        links: Mapping[str, tuple[Callable[[], Axis], Link]] | None = None,
        alive: Mask | None = None,
        supply: Callable[[str], Column | None] | None = None,
        base: str | None = None,
    ) -> None:
        self.name = name
        self.keys = keys
        self.size = size
        self.alive = alive
        self.ends = dict(ends or {})
        self.links = dict(links or {})
        self.columns: dict[str, Column] = dict(columns)
        self._supply = supply
        self._base = None if base is None else self.ends[base]
        self._answers: dict[ask.Predicate, Truth] = {}
        self._lock = RLock()
        self._count = size if alive is None else int(np.count_nonzero(alive))

    def __len__(self) -> int:
        return self._count

    def slot(self, key: str) -> int | None:
        """The row of that key; None if there is none."""
        code = self.keys.find(key)
        if code is None or not 0 < code <= self.size:
            return None
        return None if self.alive is not None and not self.alive[code - 1] else code - 1

    def key(self, slot: int) -> str:
        """The key of a row."""
        return str(self.keys.values[slot + 1])

    def rows_of(self, kind: type[R], paths: Sequence[str], slots: Ints) -> tuple[R, ...]:
        """Rows as people see them: the fields of ``kind`` are the key and these columns.

        A path ``a.key`` goes into the field ``a``. No tags are () there.
        """
        columns: dict[str, list[Any]] = {"key": [self.key(slot) for slot in slots.tolist()]}
        for path in paths:
            shown = self.column(path).shown(slots)
            name = path.removesuffix(f".{KEY}")
            columns[name] = [one or () for one in shown] if name in _SEVERAL else shown
        return filled(kind, len(slots), columns)

    def key_rank(self) -> Ints:
        """For every row the place of its key among all keys."""
        return self.keys.rank()[1 : self.size + 1]

    def column(self, path: str) -> Column:
        """A column by name, over a relation to one row with a dot; ColumnUnknownError."""
        known = self.columns.get(path)
        if known is not None:
            return known
        made: Column | None = None
        relation, dot, rest = path.partition(".")
        if path == KEY:
            codes = np.arange(1, self.size + 1).astype(np.uint32)
            made = Column(codes, self.keys)
        elif dot and relation in self.ends:
            end = self.ends[relation]
            made = end.axis.column(rest).of(end.slots)
        elif self._supply is not None:
            made = self._supply(path)
        if made is None and self._base is not None:
            made = self._base.axis.column(path).of(self._base.slots)
        if made is None:
            raise ColumnUnknownError(path=path, rows=self.name)
        self.columns[path] = made
        return made

    def chosen(self, where: ask.Predicate | None) -> Truth:
        """Which living rows pass; ColumnUnknownError."""
        if where is None:
            return everything(self.size) if self.alive is None else Truth(self.alive)
        known = self._answers.get(where)
        if known is not None:
            return known
        found = self.truth(where)
        if self.alive is not None:
            lost = None if found.unknown is None else found.unknown & self.alive
            found = Truth(found.yes & self.alive, lost)
        with self._lock:
            self._answers[where] = found
            while len(self._answers) > _KEPT:
                del self._answers[next(iter(self._answers))]
        return found

    def forget(self) -> None:
        """Forget what was answered to whole filters; what single tests said is kept."""
        with self._lock:
            self._answers.clear()

    def truth(self, where: ask.Predicate) -> Truth:
        """What every row answers, dead ones too; ColumnUnknownError."""
        match where:
            case ask.Column():
                return self._tested(where)
            case ask.Tied():
                return self._tied(where)
            case ask.Every():
                return self._every(where.parts)
            case ask.Some(parts=(first, *rest)):
                found = self.truth(first)
                for part in rest:
                    found = found.either(self.truth(part))
                return found
            case ask.Some():
                return nothing(self.size)
            case ask.Without():
                return self.truth(where.part).without()

    def _tested(self, where: ask.Column) -> Truth:
        exactly = getattr(where.test, "exactly", None)
        if where.path != KEY or exactly is None or KEY in self.columns:
            return self.column(where.path).truth(where.test)
        found = nothing(self.size)
        for key in exactly:
            code = self.keys.find(key) if isinstance(key, str) else None
            if code is not None and 0 < code <= self.size:
                found.yes[code - 1] = True
        return found

    def _tied(self, where: ask.Tied) -> Truth:
        end = self.ends.get(where.relation)
        if end is not None:
            if where.where is None:
                return Truth(end.slots >= 0)
            return end.axis.chosen(where.where).of(end.slots)
        if where.relation not in self.links and self._base is not None:
            return self._base.axis.truth(where).of(self._base.slots)
        if where.relation not in self.links:
            raise ColumnUnknownError(path=where.relation, rows=self.name)
        other, link = self.links[where.relation]
        return link(other().chosen(where.where))

    def _every(self, parts: tuple[ask.Predicate, ...]) -> Truth:
        """All parts, those first that are answered at once; the rest of what is left."""
        found: Truth | None = None
        for part in sorted(parts, key=self._effort):
            if found is None:
                found = self.truth(part)
                continue
            if isinstance(part, ask.Column) and self._effort(part):
                few = self._of_few(part, found)
                if few is not None:
                    found = few
                    continue
            found = found.also(self.truth(part))
        return everything(self.size) if found is None else found

    def _effort(self, part: ask.Predicate) -> int:
        if not isinstance(part, ask.Column):
            return 3
        if part.path == KEY and getattr(part.test, "exactly", None) is not None:
            return 0
        column = self.column(part.path)
        if column.values.knows(part.test):
            return 0
        return 1 if len(column.values) < self.size // _NARROW else 2

    def _of_few(self, part: ask.Column, found: Truth) -> Truth | None:
        """The part asked of the values of the few rows that are left; None where it is many."""
        left = found.yes if found.unknown is None else found.yes | found.unknown
        if np.count_nonzero(left) * _NARROW > self.size:
            return None
        rows = np.flatnonzero(left)
        column = self.column(part.path)
        codes, back = np.unique(column.codes[rows], return_inverse=True)
        yes, unknown = column.values.among(part.test, codes.astype(np.int64))
        answer = nothing(self.size)
        answer.yes[rows] = yes[back]
        if not unknown.any():
            return found.also(answer)
        lost = np.zeros(self.size, dtype=np.bool_)
        lost[rows] = unknown[back]
        return found.also(Truth(answer.yes, lost))
