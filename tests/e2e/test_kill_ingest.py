"""kill -9 at random moments of an ingest: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lineage.model.claim import Member
from lineage.record.doctor import examine
from lineage.record.store import Record

ROOT = Path(__file__).parent.parent.parent
CHILD = """
import itertools, sys
from lineage.flow import receive
from lineage.model.document import Upload
from lineage.record.store import Record

with Record.open(sys.argv[1], create=True) as record:
    start = record.head().number
    for number in itertools.count(start):
        lines = [f"p{n}=={n % 7}.{number if n % 50 == number % 50 else 0}" for n in range(300)]
        content = "\\n".join(lines).encode()
        upload = Upload(content=content, name=f"env{number % 5}.txt", format="requirements")
        receipt = receive(record, upload)
        print(receipt.id, receipt.digest, flush=True)
"""


def kill_once(url: str, random_: random.Random) -> list[tuple[str, str]]:
    """Run the child, kill it, and return what it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(random_.uniform(0, 0.4))
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    child.wait()
    assert child.returncode == -signal.SIGKILL
    complete = [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    return [(line.split()[0], line.split()[1]) for line in complete]


def survives(url: str, rounds: int, seed: int) -> int:
    random_ = random.Random(seed)
    acknowledged: list[tuple[str, str]] = []
    for _ in range(rounds):
        news = kill_once(url, random_)
        assert news
        acknowledged += news
        with Record.open(url) as record:
            assert not examine(record).findings
            head = record.head().number
            # at most one document per round was written but not yet acknowledged
            assert head >= len(acknowledged)
            for receipt_id, digest in news:
                assert record.receipt(receipt_id).digest == digest
                assert record.document(digest)
            snapshot = record.snapshot()
            for held in snapshot.holdings:
                if held.assembly is not None:
                    said = [snapshot.statements[number] for number in held.statements.tolist()]
                    assert sum(isinstance(one, Member) for one in said) == 300
    with Record.open(url) as record:
        assert record.head().number - len(acknowledged) <= rounds
        for receipt_id, digest in acknowledged:
            assert record.receipt(receipt_id).digest == digest
    return len(acknowledged)


def test_five_kills_lose_nothing_on_sqlite(sqlite_url: str) -> None:
    assert survives(sqlite_url, 5, seed=1) >= 5


@pytest.mark.long
def test_fifty_kills_lose_nothing(database_url: str) -> None:
    assert survives(database_url, 50, seed=2) >= 50
