"""One column: a code for every row, into a dictionary of distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.catalogue.dictionary import Dictionary, Ints, Mask, Test
from lineage.graph.catalogue.truth import Truth
from lineage.graph.catalogue.value import order_of

Codes = npt.NDArray[np.unsignedinteger[Any]]
_FEW = 6
"""Bytes of codes that are compared for one row before looking it up is as fast."""
_PIECE = 1 << 16
_SORTED = 4
"""Where rows are at least so many times the values, codes go in the order of values."""


@dataclass(frozen=True, slots=True)
class Column:
    """Codes of rows and their dictionary. The codes are as narrow as they can be."""

    codes: Codes
    values: Dictionary

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, slot: int) -> Any:
        """The value of a row; None where nobody says any."""
        return self.values.values[self.codes[slot]]

    def values_of(self, slots: Ints) -> list[Any]:
        """The values of these rows."""
        values = self.values.values
        return [values[code] for code in self.codes[slots].tolist()]

    def shown(self, slots: Ints) -> list[Any]:
        """The values of these rows as they are shown."""
        looks = self.values.looks()
        return [looks[code] for code in self.codes[slots].tolist()]

    def rank(self) -> Ints:
        """For every row the place of its value in the order of values; 0 for None."""
        return self.values.rank().take(self.codes)

    def truth(self, test: Test) -> Truth:
        """Which rows pass the test: it is put once to each distinct value."""
        yes, unknown = self.values.truth(test)
        lost = None if unknown is None else _spread(unknown, self.codes)
        return Truth(_spread(yes, self.codes), lost)

    def seen(self) -> Column:
        """The column by what values look like: 1 of two schemes is one value."""
        found = self.values.seen()
        return self if found is None else coded(found[0].take(self.codes), found[1])

    def of(self, slots: Ints) -> Column:
        """The values of these rows; None for a negative slot."""
        if not len(self.codes):
            return Column(np.zeros(len(slots), dtype=np.uint8), self.values)
        codes = self.codes.take(slots, mode="clip")
        absent = slots < 0
        if absent.any():
            codes[absent] = 0
        return Column(codes, self.values)

    def moved(self, size: int, slots: Sequence[int], values: Sequence[Any]) -> Column:
        """The column with that many rows and these values; itself where nothing is another."""
        new = np.array([self.values.code(value) for value in values], dtype=np.int64)
        at = np.array(slots, dtype=np.int64)
        if size == len(self.codes) and np.array_equal(self.codes[at], new):
            return self
        dtype = np.promote_types(self.codes.dtype, _narrow(len(self.values)))
        codes = np.zeros(size, dtype=dtype)
        codes[: len(self.codes)] = self.codes
        codes[at] = new
        return Column(codes, self.values)


def column_of(values: Sequence[Any], dictionary: Dictionary | None = None) -> Column:
    """A column of these values, row by row. A dictionary of its own has them in their order."""
    held = dictionary
    if held is None:
        some = set(values) - {None}
        held = Dictionary(sorted(some, key=order_of) if len(some) * _SORTED <= len(values) else ())
    code = held.code
    codes = np.fromiter((code(value) for value in values), dtype=np.int64, count=len(values))
    return Column(codes.astype(_narrow(len(held))), held)


def coded(codes: Ints, dictionary: Dictionary) -> Column:
    """A column of codes that are known already."""
    return Column(codes.astype(_narrow(len(dictionary))), dictionary)


def _narrow(count: int) -> np.dtype[Any]:
    for kind in (np.uint8, np.uint16, np.uint32):
        if count <= np.iinfo(kind).max + 1:
            return np.dtype(kind)
    return np.dtype(np.uint64)


def _spread(table: Mask, codes: Codes) -> Mask:
    """``table[codes]``; codes in few stretches are compared, which is faster than looking up."""
    few = _FEW // codes.itemsize
    for wanted, others in ((table, False), (~table, True)):
        stretches = _stretches(wanted)
        if len(stretches) <= few:
            found = _inside(codes, stretches)
            return ~found if others else found
    return _taken(table, codes)


def _stretches(table: Mask) -> Ints:
    """Pairs (begin, end) of the codes that are chosen one after the other."""
    padded = np.zeros(len(table) + 2, dtype=np.bool_)
    padded[1:-1] = table
    return np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)


def _inside(codes: Codes, stretches: Ints) -> Mask:
    """Whether each code is in one of few stretches."""
    found: Mask | None = None
    for begin, end in stretches.tolist():
        part = _between(codes, begin, end)
        found = part if found is None else np.logical_or(found, part, out=found)
    return np.zeros(len(codes), dtype=np.bool_) if found is None else found


def _between(codes: Codes, begin: int, end: int) -> Mask:
    kind, most = codes.dtype.type, int(np.iinfo(codes.dtype).max)
    found: Mask
    if begin > most:
        found = np.zeros(len(codes), dtype=np.bool_)
    elif end - begin == 1:
        found = codes == kind(begin)
    elif end > most:
        found = codes >= kind(begin)
    elif not begin:
        found = codes < kind(end)
    else:  # what is below wraps round to the greatest
        found = (codes - kind(begin)) < kind(end - begin)
    return found


def _taken(table: Mask, codes: Codes) -> Mask:
    if codes.dtype == np.uint8:
        padded = np.zeros(256, dtype=np.bool_)
        padded[: min(256, len(table))] = table[:256]
        return np.frombuffer(codes.tobytes().translate(padded.tobytes()), dtype=np.bool_)
    found: Mask = np.empty(len(codes), dtype=np.bool_)
    for at in range(0, len(codes), _PIECE):  # indices that stay in the processor's cache
        table.take(codes[at : at + _PIECE], mode="clip", out=found[at : at + _PIECE])
    return found
