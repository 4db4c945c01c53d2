"""One server for all processes of a run: the first one starts it, the others ask for its URL."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

_ADDRESS = "LINEAGE_TEST_LOAN"
"""Where the process that shares the tests out listens; the others inherit it."""
Start = Callable[[], str]


class UnavailableError(Exception):
    """The server could not be started; says why."""


def is_lent() -> bool:
    """Whether another process starts servers for this one."""
    return _ADDRESS in os.environ


def borrow() -> str:
    """The URL of the run's server, as soon as it is there; UnavailableError."""
    with Client(os.environ[_ADDRESS]) as line:
        url, reason = line.recv()
    if url is None:
        raise UnavailableError(reason)
    return str(url)


def lend(start: Start) -> None:
    """Tell every process that is begun from now on what ``start`` gives; it is asked many times."""
    listener = Listener(str(Path(tempfile.mkdtemp(prefix="lineage-loan-")) / "line"), "AF_UNIX")
    os.environ[_ADDRESS] = str(listener.address)
    threading.Thread(target=_serve, args=(listener, start), name="loan", daemon=True).start()


def _serve(listener: Listener, start: Start) -> None:
    while True:
        line = listener.accept()
        threading.Thread(target=_answer, args=(line, start), daemon=True).start()


def _answer(line: Connection, start: Start) -> None:
    with line:
        try:
            line.send((start(), ""))
        except BaseException as error:  # noqa: BLE001 - a skip is no Exception
            line.send((None, str(error) or type(error).__name__))
