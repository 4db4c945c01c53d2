"""kill -9 between the acceptance of uploads and their processing: each is processed once."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from lineage.record.digest import content_digest
from lineage.record.doctor import examine
from lineage.record.inbox import Inbox
from lineage.record.store import Record
from tests.e2e.uploading import Sent, bom, client_of, left, put, recorded
from tests.server_process import served

_SENDERS, _BEFORE, _SIZE = 6, 10, 150


def killed(url: str, round_: int) -> list[Sent]:
    """Upload from several sides, and kill the server once some uploads were answered."""
    answered: list[Sent] = []
    enough = threading.Event()

    def send(sender: int) -> None:
        with suppress(httpx.HTTPError), client_of(address) as client:
            for number in range(100):
                content = bom(1000 * round_ + 100 * sender + number, _SIZE)
                answered.append(put(client, f"r{round_}-{sender}-{number}", content))
                if len(answered) >= _BEFORE:
                    enough.set()

    with served(url) as (address, process), ThreadPoolExecutor(_SENDERS) as pool:
        for sender in range(_SENDERS):
            pool.submit(send, sender)
        assert enough.wait(120)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    return answered


def survives(url: str, rounds: int) -> None:
    with Record.open(url, create=True, namespace="acme") as record:
        answered: list[Sent] = []
        waited = 0
        for round_ in range(rounds):
            answered += killed(url, round_)
            waited += left(record)
            with served(url):
                deadline = time.monotonic() + 120
                while left(record) and time.monotonic() < deadline:
                    time.sleep(0.1)
            assert left(record) == 0
        assert waited > 0, "every upload was recorded before the server was killed"
        inbox = Inbox(record.session)
        for sent in answered:
            assert inbox.place(sent.token, "default").state == "done"
            digest = f"sha256:{content_digest(sent.content).hex()}"
            assert recorded(record, sent.name) == [digest], "once, and what was sent"
        places = inbox.places("default", limit=100_000)
        assert {one.state for one in places} == {"done"}
        assert record.head().number == len(places), "and nothing twice"
        assert not examine(record).findings


def test_uploads_outlive_a_killed_server(database_url: str) -> None:
    survives(database_url, 1)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_uploads_outlive_many_killed_servers(database_url: str) -> None:
    survives(database_url, 15)
