"""Whether the inbox has room: never one item too many, without counting all of it each time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from lineage.errors import InboxFullError
from lineage.record.session import Work

_ALL = (
    "SELECT count(*), coalesce(sum(length(body)), 0) FROM inbox"
    " WHERE state IN ('waiting', 'working')"
)
# Whatever opened since then, and more: an item is due when it is opened or later.
_SINCE = (
    "SELECT count(*), coalesce(sum(octets), 0) FROM (SELECT length(body) AS octets FROM inbox"
    " WHERE state = 'working' UNION ALL SELECT length(body) FROM inbox"
    " WHERE state = 'waiting' AND due > ?) opened"
)
_SLACK = 2_000_000
"""Microseconds that clocks of several machines may differ by, a transaction included."""
_MANY, _AGAIN = 200, 1_000_000
"""Opened items that are worth counting all again, but not more often than each second."""


@dataclass(frozen=True, slots=True)
class _Counted:
    at: int
    items: int
    octets: int


class Room:
    """How much may be open at a time: so many items, so many packed bytes.

    What was open at the last full count, and what was opened since (by whichever process), are at
    least what is open now. Only where that is too much, all is counted. So it costs what came in
    the last seconds, and not what waits.
    """

    def __init__(self, *, rows: int, octets: int) -> None:
        self._rows = rows
        self._octets = octets
        self._counted: _Counted | None = None

    def require(self, work: Work, size: int) -> None:
        """InboxFullError where an item of that size has no room.

        The transaction must see the items of all tenants.
        """
        known = self._counted
        if known is not None and self._has_room(work, known, size):
            return
        now = time.time_ns() // 1000
        items, octets = _two(work, _ALL)
        self._counted = _Counted(now, items, octets)
        if not self._fits(items, octets, size):
            raise InboxFullError(items=items)

    def _has_room(self, work: Work, known: _Counted, size: int) -> bool:
        items, octets = _two(work, _SINCE, known.at - _SLACK)
        if items > _MANY and time.time_ns() // 1000 - known.at > _AGAIN:
            return False
        return self._fits(known.items + items, known.octets + octets, size)

    def _fits(self, items: int, octets: int, size: int) -> bool:
        return items < self._rows and octets + size <= self._octets


def _two(work: Work, query: str, *values: int) -> tuple[int, int]:
    row = work.one(query, *values)
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)
