"""The auditor: takes entries while requests are answered, writes them a little later, together."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from lineage.record.audit import Entry, Trail
from lineage.record.fault import Outage

_LOG = logging.getLogger("lineage.audit")
_PAUSE = 0.2
_AT_ONCE = 500
_RETRY = 2.0
MOST = 50_000
"""Entries that wait for a database at most: some 30 MB."""


class Auditor:
    """Entries are kept until the database has them: a failing database delays them only.

    It takes what was asked and what was refused. Whatever is written has its row from the
    transaction that wrote it (``lineage.record.audit.note``). Entries that were taken in the last
    fifth of a second are lost where the process is killed; of those that a database does not take
    so many are held in memory, and the trail says how many more there were.
    """

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._waiting: deque[Entry] = deque()
        self._lost: dict[str, int] = {}
        self._wake = threading.Event()
        self._flushing = threading.Lock()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._away = Outage(_LOG, "the audit trail cannot be written")
        self._losing = threading.Lock()

    def take(self, entry: Entry) -> None:
        """Take an entry; never waits for the database."""
        if len(self._waiting) < MOST:
            self._waiting.append(entry)
        else:
            self._lose(entry.tenant)
        if self._thread is None:
            self._start()
        self._wake.set()

    def flush(self) -> None:
        """Write what is waiting, now; raises what the database raises."""
        with self._flushing:
            while self._waiting:
                some = [self._waiting[at] for at in range(min(len(self._waiting), _AT_ONCE))]
                self._trail.add(some)
                for _ in some:
                    self._waiting.popleft()
            with self._losing:
                lost, self._lost = self._lost, {}
            for tenant, count in lost.items():
                about = f"{count} requests were not kept: the trail could not be written"
                self._waiting.append(
                    Entry(tenant=tenant, who="", operation="audit", about=about, result="LOST")
                )
                self._wake.set()

    def close(self) -> None:
        """Write what is waiting and end."""
        self._ended = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        try:
            self.flush()
        except Exception:  # noqa: BLE001 - whatever the driver raises, the program ends
            _LOG.exception("%d entries of the audit trail are lost", len(self._waiting))

    def _lose(self, tenant: str) -> None:
        with self._losing:
            first, self._lost[tenant] = not self._lost, self._lost.get(tenant, 0) + 1
        if first:
            _LOG.error("the audit trail takes no more: %d entries wait to be written", MOST)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ended:
            self._wake.wait()
            self._wake.clear()
            if not self._ended:
                time.sleep(_PAUSE)
            try:
                self.flush()
                self._away.over()
            except Exception as error:  # noqa: BLE001 - whatever the driver raises, try again
                self._away.met(error)
                time.sleep(_RETRY)
                self._wake.set()
