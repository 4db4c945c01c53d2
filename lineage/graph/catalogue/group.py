"""Counting and summing rows by what they share: over codes, never over the rows' values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Literal, Protocol

import numpy as np

from lineage.errors import BudgetExceededError, OrderInvalidError
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.dictionary import Ints, Mask
from lineage.graph.catalogue.value import VALUE, Said, shown

Function = Literal["COUNT", "COUNT_DISTINCT", "SUM", "MIN", "MAX", "AVG"]
_DENSE = 1 << 22
"""Up to so many combinations of values each has a number of its own."""
_FEW = 16
"""So few numbers are compared one by one, which is faster than counting them at once."""
FUNCTIONS: tuple[Function, ...] = ("COUNT", "COUNT_DISTINCT", "SUM", "MIN", "MAX", "AVG")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted of each group. All but COUNT need the ``path`` of a column.

    SUM, MIN, MAX and AVG take numbers of one ``unit`` (None: of the unit that most rows have);
    what is no number of that unit is left out and counted as ``skipped``.
    """

    function: Function = "COUNT"
    path: str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            reason = f"'{self.function}' is no measure; known: {known}"
            raise OrderInvalidError(path="measure.function", reason=reason)
        if self.path is None and self.function != "COUNT":
            reason = f"{self.function} needs a field"
            raise OrderInvalidError(path="measure.path", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that share these values: how many, and what the measure gives (None: no number).

    ``rest`` is true for the one group of all beyond the first so many; it has no keys, and says
    how many ``groups`` it stands for.
    """

    keys: tuple[Any, ...]
    count: int
    value: int | float | None
    skipped: int = 0
    rest: bool = False
    groups: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """All groups, the greatest first; ``total`` rows in them; the unit of the measure."""

    groups: tuple[Group, ...]
    total: int
    unit: str
    cannot_compare: int = 0


class Counted(Protocol):
    """Rows to be grouped: codes of a column for each, and how often each counts."""

    def codes(self, path: str) -> Column:
        """The column of these rows."""
        ...

    def weights(self) -> Ints | Mask | None:
        """How many rows each stands for (None: one), or which of them there are."""
        ...

    def __len__(self) -> int: ...


def grouped(
    rows: Counted,
    by: Sequence[str],
    measure: Measure,
    top: int | None = None,
    *,
    cannot_compare: int = 0,
) -> Groups:
    """Rows by the values of these columns. Without any there is one group of all."""
    columns = [rows.codes(path).seen() for path in by]
    numbered = _Numbered(columns, len(rows))
    number, weights = numbered.number, rows.weights()
    counts = _sum(number, weights, numbered.size)
    present = np.flatnonzero(counts)
    total = int(counts.sum())
    unit = ""
    values: dict[int, tuple[int | float | None, int]]
    if measure.path is None:
        values = {at: (int(counts[at]), 0) for at in present.tolist()}
    else:
        measured = _Measured(rows.codes(measure.path), weights, measure)
        unit = measured.unit
        values = measured.of(number)
    keys = {at: numbered.keys(at) for at in present.tolist()}
    order = sorted(keys, key=lambda at: (_least(values[at][0], measure), _text(keys[at])))
    groups = [
        Group(keys=keys[at], count=int(counts[at]), value=values[at][0], skipped=values[at][1])
        for at in order
    ]
    if top is not None and len(groups) > top:
        beyond = np.zeros(numbered.size, dtype=np.int64)
        beyond[order[top:]] = 1
        value: tuple[int | float | None, int] = (sum(one.count for one in groups[top:]), 0)
        if measure.path is not None:
            value = measured.of(beyond[number])[1]
        rest = Group(
            keys=(),
            count=sum(one.count for one in groups[top:]),
            value=value[0],
            skipped=value[1],
            rest=True,
            groups=len(groups) - top,
        )
        groups = [*groups[:top], rest]
    return Groups(groups=tuple(groups), total=total, unit=unit, cannot_compare=cannot_compare)


class _Numbered:
    """A group number for every row, and back from a number to the values of its group."""

    def __init__(self, columns: Sequence[Column], size: int) -> None:
        self._columns = columns
        self._widths = [len(column.values) for column in columns]
        self._known: Ints | None = None
        self.size = math.prod(self._widths)
        if self.size > 1 << 62:
            raise BudgetExceededError(cost=self.size, limit=1 << 62, what="groups")
        self.number: Ints = np.zeros(size, dtype=np.min_scalar_type(self.size))
        if len(columns) == 1:
            self.number = columns[0].codes  # type: ignore[assignment]
            return
        for column, width in zip(columns, self._widths, strict=True):
            self.number *= width
            self.number += column.codes.astype(self.number.dtype)
        if self.size > _DENSE:
            self._known, self.number = np.unique(self.number, return_inverse=True)
            self.size = len(self._known)

    def keys(self, number: int) -> tuple[Any, ...]:
        """The values that the rows of a group share."""
        rest = number if self._known is None else int(self._known[number])
        found = []
        for column, width in zip(reversed(self._columns), reversed(self._widths), strict=True):
            rest, code = divmod(rest, width)
            found.append(shown(column.values.values[code]))
        return tuple(reversed(found))


def _sum(number: Ints, weights: Ints | Mask | None, size: int) -> Ints:
    """How many rows each number has; a mask for weights tells which rows there are."""
    mask = weights if weights is not None and weights.dtype == np.bool_ else None
    if mask is not None or weights is None:
        if size <= _FEW and len(number) > _FEW:
            alike = (number == at for at in range(size))
            rows = alike if mask is None else (one & mask for one in alike)
            return np.array([np.count_nonzero(one) for one in rows], dtype=np.int64)
        if mask is None:
            return np.bincount(number, minlength=size)
        # Rows that there are not are counted as number 0, and taken off again.
        found = np.bincount(number * mask, minlength=size)
        found[0] -= len(mask) - np.count_nonzero(mask)
        return found
    # Counts stay below 2**53, so that sums of them as floating point are exact.
    return np.bincount(number, weights=weights, minlength=size).astype(np.int64)


def _least(value: float | None, measure: Measure) -> tuple[int, float]:
    if value is None:
        return (1, 0)
    return (0, value if measure.function == "MIN" else -value)


def _text(keys: tuple[Any, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((1, "") if key is None else (0, str(key)) for key in keys)


class _Measured:
    """A measure over one column: distinct values and how often each stands in a group."""

    def __init__(self, column: Column, weights: Ints | Mask | None, measure: Measure) -> None:
        self._column = column.seen() if measure.function == "COUNT_DISTINCT" else column
        self._weights = weights
        self._measure = measure
        self._numbers: dict[int, float | int] = {}
        self.unit = ""
        if measure.function not in ("COUNT", "COUNT_DISTINCT"):
            self.unit = measure.unit if measure.unit is not None else self._usual()
            self._numbers = {
                code: found
                for code, value in enumerate(column.values.values)
                if (found := _number(value, self.unit)) is not None
            }

    def _usual(self) -> str:
        """The unit of most rows."""
        counts = _sum(self._column.codes, self._weights, len(self._column.values))  # type: ignore[arg-type]
        found: dict[str, int] = {}
        for code in np.flatnonzero(counts).tolist():
            value = self._column.values.values[code]
            if isinstance(value, Said) and _number(value, value.unit) is not None:
                found[value.unit] = found.get(value.unit, 0) + int(counts[code])
        return min(found, key=lambda unit: (-found[unit], unit), default="")

    def of(self, number: Ints) -> dict[int, tuple[int | float | None, int]]:
        """The measure of each group, and how many of its rows were left out."""
        width = len(self._column.values)
        pairs, inverse = np.unique(
            number.astype(np.int64) * width + self._column.codes, return_inverse=True
        )
        times = _sum(inverse, self._weights, len(pairs))
        groups: dict[int, list[tuple[int, int]]] = {}
        for pair, count in zip(pairs.tolist(), times.tolist(), strict=True):
            if count:
                groups.setdefault(pair // width, []).append((pair % width, count))
        return {at: self._value(found) for at, found in groups.items()}

    def _value(self, found: list[tuple[int, int]]) -> tuple[int | float | None, int]:
        function = self._measure.function
        if function == "COUNT":
            return sum(count for code, count in found if code), 0
        if function == "COUNT_DISTINCT":
            return sum(1 for code, _ in found if code), 0
        known = [(self._numbers[code], count) for code, count in found if code in self._numbers]
        rows = sum(count for _, count in known)
        skipped = sum(count for code, count in found if code) - rows
        if not known:
            return None, skipped
        if function == "MIN":
            return min(value for value, _ in known), skipped
        if function == "MAX":
            return max(value for value, _ in known), skipped
        total = _total(known)
        return (total if function == "SUM" else total / rows), skipped


def _total(known: list[tuple[float | int, int]]) -> float | int:
    """The sum, rounded once, whatever the order."""
    if all(isinstance(value, int) for value, _ in known):
        return sum(value * count for value, count in known)
    return math.fsum(chain.from_iterable(repeat(value, count) for value, count in known))


def _number(value: Any, unit: str) -> float | int | None:
    if isinstance(value, Said):
        if value.state != VALUE or value.unit != unit:
            return None
        value = value.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value
