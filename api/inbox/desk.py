"""The desk: accepts arrivals, has hands that work them off, and tells who waits for one."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from api.house import House
from lineage.errors import LineageError, PassingError
from lineage.model.document import Receipt
from lineage.record.arrival import Accepted, Arrival, Item, Place
from lineage.record.audit import Deed, Entry
from lineage.record.fault import Outage, first_line, is_passing
from lineage.record.inbox import LEASE, OPEN, Inbox

_LOG = logging.getLogger("lineage.inbox")
_LOOK = 0.5
"""Seconds after which a hand looks by itself: other processes accept too."""
_KEEP = timedelta(days=30)
_TRIES = 3
"""How often something that nobody foresaw is tried before it is given up."""
_JUDGED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process is given: the desk, the house (whole), the item, what was judged before."""

    desk: Desk
    house: House
    item: Item
    judged: Any


Process = Callable[[Task], Receipt | str | None]
"""Works an item off: a receipt, or a word (UPPER_SNAKE) for what came of it, or nothing to say."""
_END = 20.0
_AWAY = 2
"""Hands for what asks other machines: they wait most of the time."""


class Desk:
    """The inbox of one process. Hands start with the first arrival, or with ``start``."""

    def __init__(self, house: House, processes: Mapping[str, Process]) -> None:
        settings = house.settings
        self.inbox = Inbox(
            house.record.session, rows=settings.inbox_items, octets=settings.inbox_bytes
        )
        self._house = house
        self._processes = processes
        self._worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._news = threading.Condition()
        self._judged: OrderedDict[str, Any] = OrderedDict()
        self._hands: list[threading.Thread] = []
        self._held: dict[str, Item] = {}
        self._end = threading.Event()
        self._away = Outage(_LOG, "the inbox cannot be read")
        self._starting = threading.Lock()

    def accept(self, arrival: Arrival, *, judged: Any = None) -> Accepted:
        """Keep an arrival (see ``Inbox.accept``). ``judged`` spares the process its first half."""
        accepted = self.inbox.accept(arrival)
        if not accepted.again:
            with self._news:
                if judged is not None:
                    self._judged[accepted.place.id] = judged
                    while len(self._judged) > _JUDGED:
                        self._judged.popitem(last=False)
                self._news.notify_all()
        self.start()
        return accepted

    def wait(self, number: str, tenant: str, seconds: float) -> Place:
        """The item once it is finished, or as it is after so many seconds; KeyUnknownError."""
        deadline = time.monotonic() + seconds
        while True:
            place = self.inbox.place(number, tenant)
            left = deadline - time.monotonic()
            if place.state not in OPEN or left <= 0 or self._end.is_set():
                return place
            with self._news:
                self._news.wait(min(left, _LOOK))

    def start(self) -> None:
        """Have hands: one that leaves bulk to the others, so that nobody waits behind it."""
        if self._hands or self._end.is_set():
            return
        with self._starting:
            if self._hands or self._end.is_set():
                return
            count = 4 if self._house.record.session.postgresql else 2
            jobs: list[tuple[str, Callable[[], None]]] = [
                (f"inbox-{number}", partial(self._work, interactive=number == 0))
                for number in range(count)
            ]
            jobs += [(f"inbox-away-{n}", partial(self._work, away=True)) for n in range(_AWAY)]
            self._hands = [
                threading.Thread(target=job, name=name, daemon=True)
                for name, job in (*jobs, ("inbox-lease", self._look_after))
            ]
            for hand in self._hands:
                hand.start()

    def close(self) -> None:
        """End: what is in hand is finished (in 20 seconds), the rest stays where it is."""
        self._end.set()
        with self._news:
            self._news.notify_all()
        last = time.monotonic() + _END
        for hand in self._hands:
            hand.join(timeout=max(0.0, last - time.monotonic()))

    def _work(self, *, interactive: bool = False, away: bool = False) -> None:
        while not self._end.is_set():
            try:
                item = self.inbox.take(self._worker, interactive=interactive, away=away)
            except Exception as error:  # noqa: BLE001 - whatever the driver raises, try again
                self._away.met(error)
                self._end.wait(2 * _LOOK)
                continue
            self._away.over()
            if item is None:
                with self._news:
                    self._news.wait(_LOOK)
                continue
            self._held[item.place.id] = item
            try:
                self._process(item)
            except Exception as error:  # noqa: BLE001 - its lease runs out, somebody takes it again
                seen = None if is_passing(error) else error
                _LOG.warning(
                    "inbox item %s is left where it is: %s",
                    item.place.id, first_line(error), exc_info=seen,
                )  # fmt: skip
                self._end.wait(_LOOK)
            finally:
                self._held.pop(item.place.id, None)
                with self._news:
                    self._judged.pop(item.place.id, None)
                    self._news.notify_all()

    def _process(self, item: Item) -> None:
        process, deed = self._processes.get(item.place.kind), item.place.deed()
        try:
            if process is None:
                self._fail(item, deed, "KIND_UNKNOWN", f"no {item.place.kind} is read")
                return
            judged = self._judged.get(item.place.id)
            house = self._house.through(deed)
            came = process(Task(desk=self, house=house, item=item, judged=judged))
        except PassingError as error:
            least = float(error.data.get("seconds", 0.0))
            seconds = self.inbox.later(item, code=error.code, error=str(error), least=least)
            _LOG.warning("inbox item %s again in %.0f s: %s", item.place.id, seconds, error)
        except LineageError as error:
            self._fail(item, deed, error.code, str(error))
        except Exception as error:  # noqa: BLE001 - every failure is told, none stops the hand
            self._put_off(item, deed, error)
        else:
            self._finish(item, deed, came)

    def _finish(self, item: Item, deed: Deed | None, came: Receipt | str | None) -> None:
        # What was appended has its row already, written with it.
        entry = None if deed is None or deed.noted else _entry(item, deed, "ok")
        if isinstance(came, Receipt):
            self.inbox.done(
                item, result=came.id, revision=came.revision, unchanged=came.unchanged,
                entry=entry,
            )  # fmt: skip
        else:
            self.inbox.done(item, code=came, entry=entry)

    def _fail(self, item: Item, deed: Deed | None, code: str, error: str) -> None:
        entry = None if deed is None else _entry(item, deed, code)
        self.inbox.failed(item, code=code, error=error, entry=entry)

    def _put_off(self, item: Item, deed: Deed | None, error: Exception) -> None:
        if is_passing(error):
            seconds = self.inbox.later(item, code="BUSY", error=first_line(error)[:500])
            _LOG.warning(
                "inbox item %s again in %.0f s: %s", item.place.id, seconds, first_line(error)
            )
            return
        _LOG.exception("inbox item %s: something went wrong", item.place.id)
        if item.place.attempts >= _TRIES:
            text = f"something went wrong ({type(error).__name__})"
            self._fail(item, deed, "INTERNAL", text)
        else:
            self.inbox.later(item, code="INTERNAL", error=type(error).__name__)

    def _look_after(self) -> None:
        """Hold on to what is in hand, take over from workers that are gone, forget what is old."""
        looked, forgot = 0.0, time.monotonic()
        while not self._end.is_set():
            now = time.monotonic()
            try:
                for item in list(self._held.values()):
                    self.inbox.renew(item)
                if now - looked >= LEASE / 3 or not looked:
                    looked = now
                    if self.inbox.recover(self._is_gone):
                        with self._news:
                            self._news.notify_all()
                if now - forgot >= 3600:
                    forgot = now
                    self.inbox.forget(before=datetime.now(UTC) - _KEEP)
            except Exception as error:  # noqa: BLE001 - whatever the driver raises, try again
                self._away.met(error)
            self._end.wait(LEASE / 3)

    def _is_gone(self, worker: str) -> bool:
        """Whether a worker of this machine runs no longer; of others nobody knows."""
        host, _, rest = worker.rpartition(":")[0].rpartition(":")
        if host != socket.gethostname() or not rest.isdecimal():
            return False
        if int(rest) == os.getpid():
            return worker != self._worker
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def _entry(item: Item, deed: Deed, result: str) -> Entry:
    return deed.entry(item.place.tenant, about=item.place.lane, result=result)
