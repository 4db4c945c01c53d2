"""A footing cut down to what one change reads of it: more of what stands on them is equal."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.identity import Key
from lineage.verdict.footing import Footing, Given
from lineage.verdict.target import Target


class Narrow:
    """Cuts footings down for one change; equal results are one object."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._cut: dict[tuple[bytes, frozenset[Key]], Footing] = {}
        self._made: dict[bytes, Footing] = {}

    def of(self, footing: Footing, others: frozenset[Key] = frozenset()) -> Footing:
        """The footing with the moving values of what changes, and with these other capabilities.

        What is judged on it sees nothing else, and so depends on nothing else.
        """
        place = (footing.digest, others)
        if place not in self._cut:
            cut = replace(footing, provision=tuple(self._provision(footing, others)))
            self._cut[place] = self._made.setdefault(cut.digest, cut)
        return self._cut[place]

    def _provision(self, footing: Footing, others: frozenset[Key]) -> list[tuple[Key, Given]]:
        found = []
        for key, given in footing.provision:
            if key == self._target.key:
                moving = tuple(one for one in given if self._target.moves(one[0]))
                if moving:
                    found.append((key, moving))
            elif key in others:
                found.append((key, given))
        return found
