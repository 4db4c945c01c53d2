"""Many uploads of overlapping documents at once: none lost, none swapped, as if one by one."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from lineage.flow import receive
from lineage.model.revision import At
from lineage.record.digest import content_digest
from lineage.record.doctor import examine
from lineage.record.inbox import Inbox
from lineage.record.store import Record
from lineage.record.views import RecordViews
from tests.e2e.uploading import Sent, bom, client_of, left, put, recorded, said, upload_of
from tests.server_process import served

_EACH = 2
"""Uploads of one slot, the next as soon as the one before is answered."""


class Sender(threading.Thread):
    """Uploads into a slot of its own, at the same moment as all others."""

    def __init__(self, number: int, url: str, start: threading.Barrier, size: int) -> None:
        super().__init__()
        self.contents = [bom(number * _EACH + turn, size) for turn in range(_EACH)]
        self.label = f"project-{number}"
        self.url = url
        self.begin = start
        self.sent: list[Sent] = []

    def run(self) -> None:
        with client_of(self.url) as client:
            self.begin.wait(120)
            self.sent += [put(client, self.label, content) for content in self.contents]


@pytest.mark.parametrize(
    ("senders", "size"), [(24, 20), pytest.param(200, 60, marks=pytest.mark.long)]
)
@pytest.mark.timeout(1200)
def test_uploads_at_once_are_as_one_by_one(
    database_url: str, tmp_path: Path, senders: int, size: int
) -> None:
    shared = database_url.startswith("postgresql")
    with ExitStack() as stack:
        record = stack.enter_context(Record.open(database_url, create=True, namespace="acme"))
        urls = [stack.enter_context(served(database_url))[0] for _ in range(2 if shared else 1)]
        start = threading.Barrier(senders)
        threads = [Sender(n, urls[n % len(urls)], start, size) for n in range(senders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(thread.sent) for thread in threads] == [_EACH] * senders, "an answer to each"
        deadline = time.monotonic() + 300
        while left(record) and time.monotonic() < deadline:
            time.sleep(0.1)
        places = Inbox(record.session).places("default", limit=10_000)
        assert {(one.state, one.attempts) for one in places} == {("done", 1)}, "no try in vain"
        assert len(places) == record.head().number == senders * _EACH
        for thread in threads:
            digests = [f"sha256:{content_digest(one).hex()}" for one in thread.contents]
            assert recorded(record, thread.label) == digests, "in the order they were taken"
        assert not examine(record).findings
        serial = stack.enter_context(
            Record.open(f"sqlite:///{tmp_path / 'serial.db'}", create=True, namespace="acme")
        )
        for turn in range(_EACH):
            for thread in threads:
                receive(serial, upload_of(thread.sent[turn]))
        assert said(record) == said(serial)
        assert assemblies(record) == assemblies(serial) != {}


def assemblies(record: Record) -> dict[str, list[str]]:
    """The assemblies that count, with their members, as questions see them."""
    view = RecordViews(record).view(At())
    return {key: sorted(one.content.members) for key, one in view.assemblies.items()}
