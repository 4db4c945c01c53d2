"""Three answers for every row at once: yes, no, and cannot compare (Kleene's logic)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineage.graph.catalogue.dictionary import Ints, Mask


@dataclass(frozen=True, slots=True)
class Truth:
    """Which rows pass, and which cannot be compared (None: all can). The two never meet."""

    yes: Mask
    unknown: Mask | None = None

    def also(self, other: Truth) -> Truth:
        """Both."""
        yes = self.yes & other.yes
        if self.unknown is None and other.unknown is None:
            return Truth(yes)
        return Truth(yes, self._possible() & other._possible() & ~yes)

    def either(self, other: Truth) -> Truth:
        """One of them, or both."""
        yes = self.yes | other.yes
        if self.unknown is None and other.unknown is None:
            return Truth(yes)
        return Truth(yes, (self._possible() | other._possible()) & ~yes)

    def without(self) -> Truth:
        """Not so."""
        return Truth(~self._possible(), self.unknown)

    def of(self, slots: Ints) -> Truth:
        """The answers of these rows, in this order; no row (a negative slot) does not pass."""
        absent = slots < 0
        gap = bool(absent.any())

        def taken(mask: Mask) -> Mask:
            if not len(mask):
                return np.zeros(len(slots), dtype=np.bool_)
            found: Mask = mask.take(slots, mode="clip")
            return found & ~absent if gap else found

        return Truth(taken(self.yes), None if self.unknown is None else taken(self.unknown))

    def _possible(self) -> Mask:
        return self.yes if self.unknown is None else self.yes | self.unknown


def everything(size: int) -> Truth:
    """Every row passes."""
    return Truth(np.ones(size, dtype=np.bool_))


def nothing(size: int) -> Truth:
    """No row passes."""
    return Truth(np.zeros(size, dtype=np.bool_))
