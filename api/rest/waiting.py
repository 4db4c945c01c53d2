"""Requests that wait for a revision: none of them holds a thread, one thread looks for all.

It looks as long as somebody waits for a revision of its tenant, and is woken as everybody is who
waits for one (``lineage.record.follower``).
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool

from api.house import House
from lineage.errors import StaleError
from lineage.model.revision import Revision
from lineage.record.follower import Bell

_LOOK = 0.5
"""Seconds after which it is looked whether anybody still waits."""
_Name = tuple[Bell, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    number: int
    loop: asyncio.AbstractEventLoop
    told: asyncio.Future[Revision]

    def tell(self, newest: Revision | BaseException) -> None:
        """Go on; from another thread."""
        with suppress(RuntimeError):  # its loop has ended, and the request with it
            self.loop.call_soon_threadsafe(self._tell, newest)

    def _tell(self, newest: Revision | BaseException) -> None:
        if self.told.done():
            return
        if isinstance(newest, BaseException):
            self.told.set_exception(newest)
        else:
            self.told.set_result(newest)


@dataclass(slots=True)
class Doorstep:
    """Who waits, by database and tenant. Safe to share between threads and event loops."""

    _waiters: dict[_Name, set[_Waiter]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def wait(self, house: House, number: int, seconds: float) -> Revision:
        """The newest revision, as soon as it is ``number`` or above, else when the time is over.

        Raises what reading it raises.
        """
        newest = await run_in_threadpool(house.head)
        if newest.number >= number or seconds <= 0:
            return newest
        loop = asyncio.get_running_loop()
        name, waiter = _name(house), _Waiter(number, loop, loop.create_future())
        self._enter(name, waiter, house, newest)
        try:
            return await asyncio.wait_for(waiter.told, seconds)
        except TimeoutError:
            return await run_in_threadpool(house.head)
        finally:
            with self._lock:
                self._waiters.get(name, set()).discard(waiter)

    def _enter(self, name: _Name, waiter: _Waiter, house: House, newest: Revision) -> None:
        with self._lock:
            first = name not in self._waiters
            self._waiters.setdefault(name, set()).add(waiter)
        if first:
            threading.Thread(
                target=self._watch, args=(name, house, newest), name="doorstep", daemon=True
            ).start()

    def _watch(self, name: _Name, house: House, newest: Revision) -> None:
        failed: Exception | None = None
        while failed is None:
            with self._lock:
                if not self._waiters[name]:
                    del self._waiters[name]
                    return
            try:
                newest = house.awaited(newest.number + 1, _LOOK)
            except Exception as error:  # noqa: BLE001 - each driver has failures of its own
                failed = error
            with self._lock:
                room = self._waiters[name] if failed is None else self._waiters.pop(name)
                there = [one for one in room if failed or one.number <= newest.number]
            for one in there:
                one.tell(failed or newest)


DOORSTEP = Doorstep()
"""That of this process."""


async def arrived(house: House, at_least: Any) -> None:
    """Return when the revision has come that a question asks for (no number: none); StaleError."""
    if isinstance(at_least, int):
        newest = await DOORSTEP.wait(house, at_least, house.settings.at_least_wait)
        if newest.number < at_least:
            raise StaleError(wanted=at_least, newest=newest.number)


def _name(house: House) -> _Name:
    return house.record.bell, house.settings.tenant
