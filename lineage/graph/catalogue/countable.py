"""Rows to be counted: some of a table, most of it where they stand, or members with their times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.axis import KEY, Axis
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.dictionary import Ints, Mask
from lineage.graph.catalogue.group import Counted
from lineage.graph.catalogue.occurrence import Chosen, Occurrences


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table that are chosen (None: all), to be grouped."""

    axis: Axis
    slots: Ints | None

    def __len__(self) -> int:
        return self.axis.size if self.slots is None else len(self.slots)

    def codes(self, path: str) -> Column:
        """The column of these rows."""
        column = self.axis.column(path)
        return column if self.slots is None else Column(column.codes[self.slots], column.values)

    def weights(self) -> None:
        """Each stands for itself."""
        return


@dataclass(frozen=True, slots=True)
class Masked:
    """Most rows of a table, to be counted where they stand."""

    axis: Axis
    mask: Mask

    def __len__(self) -> int:
        return self.axis.size

    def codes(self, path: str) -> Column:
        """The column of all rows."""
        return self.axis.column(path)

    def weights(self) -> Mask:
        """Which rows there are."""
        return self.mask


@dataclass(frozen=True, slots=True)
class Members:
    """Members of resolutions, each as often as it occurs: rows need not be laid out."""

    inside: Occurrences
    times: Ints

    def __len__(self) -> int:
        return self.inside.held.size

    def codes(self, path: str) -> Column:
        """The column of the members."""
        inside = path if path in self.inside.held.columns or "." in path else f"{path}.{KEY}"
        return self.inside.held.column(inside)

    def weights(self) -> Ints:
        """How often each occurs."""
        return self.times


def counted(
    inside: Occurrences, chosen: Chosen, where: ask.Predicate | None, paths: Sequence[str]
) -> Counted:
    """Occurrences that are chosen; laid out only where these paths speak of both sides."""
    if not all(inside.of_member(path) for path in paths):
        return Rows(inside.laid(where), None)
    times: Ints = np.zeros(inside.held.size, dtype=np.int64)
    count, lengths = len(inside.begins) - 1, np.diff(inside.begins)
    for block in chosen.blocks:
        often = np.bincount(inside.resolution[block.outer], minlength=count)
        times += np.repeat(often, lengths) * block.truth.yes
    return Members(inside, times)
