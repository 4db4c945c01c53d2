"""Who waits for a revision is woken: by a write of this process, or by what the server announces.

PostgreSQL announces every revision at its commit (NOTIFY); a connection of its own listens. Nothing
is taken from the announcement: who is woken reads the tenant's row. So a lost announcement, or a
database that makes none (SQLite, written by another process), costs a pause between two looks,
never an answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Protocol, Self

from lineage.model.revision import Revision
from lineage.record.fault import Outage
from lineage.record.session import Session

CHANNEL = "lineage_revision"
_LOG = logging.getLogger("lineage.follower")
_ALONE, _LISTENING = 0.02, 0.5  # seconds between two looks, without and with announcements
_AGAIN = 1.0


class Bell:
    """Wakes everybody who waits; ``pause`` is how long nobody should sleep past it."""

    def __init__(self) -> None:
        self.pause = _ALONE
        self._condition = threading.Condition()
        self._rung = 0

    def ring(self) -> None:
        """Wake all."""
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def count(self) -> int:
        """How often it has rung."""
        return self._rung

    def wait(self, seen: int, seconds: float) -> None:
        """Sleep until it has rung more than ``seen`` times, at most so long."""
        with self._condition:
            if self._rung == seen:
                self._condition.wait(seconds)


class Heads(Protocol):
    """Where newest revisions come from: the store."""

    bell: Bell
    session: Session

    def head(self, tenant: str = "default") -> Revision:
        """The newest revision of a tenant."""
        ...


def awaited(heads: Heads, tenant: str, number: int, seconds: float) -> Revision:
    """The newest revision, as soon as it is ``number`` or above, else when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        seen = heads.bell.count()
        newest = heads.head(tenant)
        left = deadline - time.monotonic()
        if newest.number >= number or left <= 0:
            return newest
        heads.bell.wait(seen, min(heads.bell.pause, left))


class Follower:
    """Listens to the server, and tells ``news`` of tenants that have a new revision.

    ``tenants`` names those to look at; ``news`` is called in a thread of its own, for one tenant
    after the other, once for many revisions that come together.
    """

    def __init__(
        self, heads: Heads, tenants: Callable[[], Collection[str]], news: Callable[[str], Any]
    ) -> None:
        self._heads = heads
        self._tenants = tenants
        self._news = news
        self._ended = False
        self._away = Outage(_LOG, "the newest revision cannot be read")
        self._deaf = Outage(_LOG, "announcements of revisions cannot be heard")
        self._threads = [threading.Thread(target=self._follow, name="follower", daemon=True)]
        if heads.session.postgresql:
            self._threads.append(
                threading.Thread(target=self._listen, name="listener", daemon=True)
            )

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._heads.bell.ring()
        for thread in self._threads:
            thread.join(timeout=5)

    def _follow(self) -> None:
        known: dict[str, str] = {}
        while not self._ended:
            seen = self._heads.bell.count()
            try:
                for tenant in tuple(self._tenants()):
                    chain = self._heads.head(tenant).chain
                    if known.setdefault(tenant, chain) != chain:
                        known[tenant] = chain
                        begun = time.monotonic()
                        self._news(tenant)
                        # Whoever writes all the time gets half of the time at least.
                        time.sleep(min(time.monotonic() - begun, _AGAIN))
                self._away.over()
            except Exception as error:  # noqa: BLE001 - each driver has failures of its own
                self._away.met(error)
                time.sleep(_AGAIN)
            self._heads.bell.wait(seen, max(self._heads.bell.pause, 10 * _ALONE))

    def _listen(self) -> None:
        bell = self._heads.bell
        while not self._ended:
            try:
                connection = self._heads.session.listen(CHANNEL)
                try:
                    bell.pause = _LISTENING
                    self._deaf.over()
                    bell.ring()  # what came between is looked at
                    while not self._ended:
                        for _ in connection.notifies(timeout=_LISTENING, stop_after=1):
                            bell.ring()
                finally:
                    bell.pause = _ALONE
                    connection.close()
            except Exception as error:  # noqa: BLE001 - each driver has failures of its own
                if not self._ended:
                    self._deaf.met(error)
                    time.sleep(_AGAIN)
