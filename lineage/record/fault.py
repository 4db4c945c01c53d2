"""Which failures pass by themselves: a database that is away, a lock that is held, a full disk."""

from __future__ import annotations

import logging
import threading

import sqlalchemy as sa

_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
_PASSING = (sa.exc.ResourceClosedError, OSError, MemoryError)


def is_away(error: BaseException) -> bool:
    """Whether the database does not answer, or has no time or connection for this one."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    # The driver's own, where a statement ran on its cursor.
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, _AWAY) or bool(names & {"OperationalError", "InterfaceError"})


def is_passing(error: BaseException) -> bool:
    """Whether it may go well when it is tried again, with nothing changed."""
    return is_away(error) or isinstance(error, _PASSING)


def first_line(error: BaseException) -> str:
    """What it says, in the database's own words and in one line."""
    told = str(getattr(error, "orig", None) or error)
    return told.strip().partition("\n")[0] or type(error).__name__


class Outage:
    """Says once that something cannot be done now and once that it can again.

    However many meet it, and however often: who tries every second would fill a log in an hour.
    Safe to share between threads.
    """

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._met = False
        self._lock = threading.Lock()

    def met(self, error: Exception) -> None:
        """It failed; what does not pass by itself is shown each time, with where it came from."""
        if not is_passing(error):
            self._log.error("%s; trying again", self._what, exc_info=error)
            return
        with self._lock:
            first, self._met = not self._met, True
        if first:
            self._log.warning("%s (%s); trying again", self._what, first_line(error))

    def over(self) -> None:
        """It went well."""
        if self._met:
            with self._lock:
                again, self._met = self._met, False
            if again:
                self._log.warning("%s: that is over", self._what)
