"""How long an operation may take: execution looks at the clock before every object.

What one field computes by itself is not interrupted; whoever waits for the answer is told in time
all the same (``api.graphql.http``), and what was computed is kept for the next who asks.
"""

from __future__ import annotations

import time
from threading import Lock

from lineage.errors import LineageError


class TimeExceededError(LineageError):
    """A query may take {seconds:g} seconds: ask for less, or again (what is worked out is kept)."""

    code = "TIME_EXCEEDED"


class Deadline:
    """When an operation must have ended. Safe to share between who waits and who works."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end: float | None = time.monotonic() + seconds
        self._given_up = False
        self._lock = Lock()

    def left(self) -> float:
        """Seconds that are left, not below 0."""
        return 0.0 if self._end is None else max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        """Whether it is over."""
        return self._end is not None and time.monotonic() >= self._end

    def lift(self) -> bool:
        """A write is not cut off, for whoever sent it must learn its receipt.

        False where it is too late: whoever waited has been told that nothing came of it.
        """
        with self._lock:
            if not self._given_up:
                self._end = None
            return not self._given_up

    def give_up(self) -> bool:
        """Whoever waits goes away, and no write may begin; False where one has begun."""
        with self._lock:
            self._given_up = self._end is not None
            return self._given_up

    def error(self) -> TimeExceededError:
        """What whoever waits is told."""
        return TimeExceededError(seconds=self._seconds)


class OverError(BaseException):
    """The time is over.

    No ``Exception``: one of those would become an error of a single field, and the fields beside
    it would go on.
    """
