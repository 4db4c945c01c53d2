"""One column: a code for every row, into a dictionary of distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.catalogue.dictionary import Dictionary, Ints, Mask, Test
from lineage.graph.catalogue.truth import Truth

Codes = npt.NDArray[np.unsignedinteger[Any]]
_FEW = 4


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
        if unknown is None:
            return Truth(_spread(yes, self.codes))
        answers = (yes + 2 * unknown).astype(np.uint8).take(self.codes, mode="clip")
        return Truth(answers == 1, answers == 2)

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
    """A column of these values, row by row."""
    held = Dictionary() if dictionary is None else dictionary
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
    """``table[codes]``; few codes are compared, which is many times as fast as looking up."""
    chosen = np.flatnonzero(table)
    if 2 * len(chosen) > len(table):
        return ~_spread(~table, codes) if len(table) - len(chosen) <= _FEW else _taken(table, codes)
    if len(chosen) > _FEW:
        return _taken(table, codes)
    found: Mask = np.zeros(len(codes), dtype=np.bool_)
    for code in chosen.tolist():
        if code <= np.iinfo(codes.dtype).max:
            found |= codes == codes.dtype.type(code)
    return found


def _taken(table: Mask, codes: Codes) -> Mask:
    if codes.dtype == np.uint8:
        padded = np.zeros(256, dtype=np.bool_)
        padded[: min(256, len(table))] = table[:256]
        return np.frombuffer(codes.tobytes().translate(padded.tobytes()), dtype=np.bool_)
    return table.take(codes, mode="clip")
