"""Eight processes write overlapping documents; the server is killed under writers and readers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lineage.model.encoding import encode
from lineage.record.doctor import examine
from lineage.record.snapshot import Snapshot
from lineage.record.store import Record
from tests.record.storm import again, documents
from tests.services.outage import (
    Persistent,
    PostgresqlToKill,
    all_at_work,
    postgresql_to_kill,
)

pytestmark = pytest.mark.postgresql
ROOT = Path(__file__).parents[2]


def said(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """What is claimed, by whom and since when, without the ids of an installation."""
    return sorted(
        (
            held.stream, held.slot, held.assembly or "", held.revision,
            tuple(sorted(encode(snapshot.statements[n]) for n in held.statements.tolist())),
        )
        for held in snapshot.holdings
    )  # fmt: skip


def replayed(record: Record, url: str) -> Record:
    """The same documents one after the other, into another record."""
    serial = Record.open(url, create=True)
    history = record.history()
    for number in range(1, record.head().number + 1):
        kept = history.submission(number)
        serial.append(again(record.document(kept.digest)))
    return serial


class Watcher(threading.Thread):
    """Reads while others write: revisions that can be seen are all there, and their chain stays."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.record = Record.open(url)
        self.ended = threading.Event()
        self.wrong: list[str] = []
        self.looks = 0

    def run(self) -> None:
        chains: dict[int, str] = {}
        last = 0
        while not self.ended.is_set():
            head = self.record.head().number
            if head < last:
                self.wrong.append(f"{head} came after {last}")
            found = self.record.revisions(after=max(0, last - 20), limit=100_000)
            numbers = [one.number for one in found]
            if numbers != list(range(max(0, last - 20) + 1, max(0, last - 20) + 1 + len(numbers))):
                self.wrong.append(f"a gap in {numbers}")
            if numbers and numbers[-1] < head:
                self.wrong.append(f"{head} was seen, {numbers[-1]} is the newest")
            for one in found:
                if chains.setdefault(one.number, one.chain) != one.chain:
                    self.wrong.append(f"the chain of {one.number} has changed")
            last = max(head, last)
            self.looks += 1

    def end(self) -> None:
        self.ended.set()
        self.join()
        self.record.close()


@pytest.mark.parametrize("seconds", [10.0, pytest.param(300.0, marks=pytest.mark.long)])
@pytest.mark.timeout(1800)
def test_eight_writers_are_one_after_the_other(
    postgresql_url: str, tmp_path: Path, seconds: float
) -> None:
    record = Record.open(postgresql_url, create=True)
    watcher = Watcher(postgresql_url)
    watcher.start()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.record.storm", postgresql_url, str(seed), str(seconds)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for seed in range(8)
    ]  # fmt: skip
    told = [process.communicate() for process in writers]
    watcher.end()
    assert [process.returncode for process in writers] == [0] * 8, [error for _, error in told]
    receipts = [line.split() for out, _ in told for line in out.splitlines()]
    assert min(out.count("\n") for out, _ in told) > 0
    news = sorted(int(revision) for revision, _, unchanged in receipts if unchanged == "0")
    assert news == list(range(1, record.head().number + 1)), "missing or double"
    assert watcher.wrong == []
    assert watcher.looks > 5
    history = record.history()
    for revision, digest, _ in receipts:
        assert history.submission(int(revision)).digest == digest
    assert not examine(record).findings
    serial = replayed(record, f"sqlite:///{tmp_path / 'serial.db'}")
    assert said(serial.snapshot()) == said(record.snapshot())
    middle = record.head().number // 2
    assert said(serial.snapshot(revision=middle)) == said(record.snapshot(revision=middle))
    serial.close()
    record.close()
    sys.stdout.write(f"{len(news)} revisions of {len(receipts)} documents in {seconds} s\n")


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.long)])
def test_what_was_acknowledged_outlives_the_server(kills: int) -> None:
    with postgresql_to_kill() as server:
        _killed(server, kills)


def _killed(server: PostgresqlToKill, kills: int) -> None:
    record = Record.open(server.url, create=True)
    ended = threading.Event()
    streams = [documents(seed) for seed in range(3)]
    writers = [Persistent(lambda d=one: record.append(next(d)), ended) for one in streams]
    readers = [Persistent(lambda: len(record.snapshot().holdings), ended),
               Persistent(lambda: record.head().number, ended)]  # fmt: skip
    for thread in (*writers, *readers):
        thread.start()
    at_work = all_at_work((*writers, *readers), since=0)
    for _ in range(kills):
        time.sleep(1)
        server.kill()
        server.start()
        at_work = at_work and all_at_work((*writers, *readers), since=time.monotonic())
    ended.set()
    for thread in (*writers, *readers):
        thread.join()
    assert at_work, [thread.failures[-3:] for thread in (*writers, *readers)]
    assert any(thread.failures for thread in writers)
    receipts = [receipt for thread in writers for _, receipt in thread.done]
    history = record.history()
    for receipt in receipts:
        kept = history.submission(receipt.revision)
        assert (kept.id, kept.digest) == (receipt.id, receipt.digest)
        again(record.document(receipt.digest))
    heads = [number for _, number in readers[1].done]
    assert heads == sorted(heads)
    assert not examine(record).findings
    record.close()
