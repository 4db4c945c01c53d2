"""What is kept: the values asked for last, and for a while those that somebody comes back to."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
HELD_SECONDS = 600.0
"""How long a revision is held that a cursor names (design section 9)."""
HELD_AT_MOST = 32
HELD_ROWS = 10_000_000
"""So many revisions are held, of so many components in all; beyond that the one that was named
longest ago is made anew when it is asked for, which takes longer and answers the same."""


class Keeping(Generic[K, V]):
    """At most ``kept`` values, those used last; beside them those that are held.

    ``weigh`` says how many components a value has.

    Not safe to share between threads: whoever has one locks it.
    """

    def __init__(
        self,
        kept: int,
        *,
        weigh: Callable[[V], int] = lambda _: 0,
        held: int = HELD_AT_MOST,
        rows: int = HELD_ROWS,
        seconds: float = HELD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = kept
        self._weigh = weigh
        self._most = held
        self._rows = rows
        self._seconds = seconds
        self._clock = clock
        self._values: OrderedDict[K, V] = OrderedDict()
        self._until: OrderedDict[K, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return iter(self._values.items())

    def get(self, key: K) -> V | None:
        """The value, which counts as used; None where it is not kept."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value; the one used longest ago may go."""
        self._values[key] = value
        self._values.move_to_end(key)
        self._trim()

    def rename(self, key: K, to: K) -> V:
        """The value under another name, held as it was; KeyError where it is not kept."""
        found = self._values.pop(key)
        until = self._until.pop(key, None)
        if until is not None:
            self._until[to] = until
        self.put(to, found)
        return found

    def hold(self, key: K) -> None:
        """Keep a value for a while, whatever else is asked for; nothing where it is not kept."""
        if key in self._values:
            self._until[key] = self._clock() + self._seconds
            self._until.move_to_end(key)
            self._trim()

    def _trim(self) -> None:
        now = self._clock()
        rows = sum(self._weigh(self._values[key]) for key in self._until)
        for key, until in list(self._until.items()):
            heavy = rows > self._rows and len(self._until) > 1
            if until <= now or heavy or len(self._until) > self._most:
                del self._until[key]
                rows -= self._weigh(self._values[key])
        free = [key for key in self._values if key not in self._until]
        for key in free[: max(0, len(free) - self._kept)]:
            del self._values[key]
