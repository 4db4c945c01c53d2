"""Every old schema, with data, is upgraded by the command while another process keeps asking."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from lineage.record.store import Record
from tests.migrations.asking import now
from tests.migrations.test_migration_live import DUMPS, old_database

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(
    "dump",
    [DUMPS[0], *(pytest.param(one, marks=pytest.mark.long) for one in DUMPS[1:])],
    ids=lambda path: path.stem,
)
def test_who_asks_all_the_time_is_told_the_same(
    dump: Path, database_url: str, tmp_path: Path
) -> None:
    old_database(database_url, dump, tmp_path)
    told: Queue[str] = Queue()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.migrations.asking", database_url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdout is not None
        lines = reader.stdout

        def follow() -> None:
            for line in lines:
                told.put(line)

        follower = Thread(target=follow, daemon=True)
        follower.start()
        _wait(reader, told, 6)
        before = told.qsize()
        command = [sys.executable, "-m", "api.cli", "db", "upgrade", "--db", database_url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        _wait(reader, told, told.qsize() + 6)
        assert reader.stdin is not None
        reader.stdin.close()
        follower.join(60)
        failed = reader.stderr.read() if reader.stderr else ""
    assert (reader.returncode, failed) == (0, "")
    rounds = [line.split() for line in told.queue]
    then = {(digest, rows) for kind, digest, *rest in rounds if kind == "then" for rows in rest}
    assert len(then) == 1, "another answer to an old program"
    assert int(then.pop()[1]) > 3
    answers = [words[1] for words in rounds if words[0] == "now"]
    changes = [one for place, one in enumerate(answers) if answers[place - 1 : place] != [one]]
    assert answers[: before // 2] == ["SCHEMA_OLD"] * (before // 2)
    assert changes == ["SCHEMA_OLD", _expected(dump, tmp_path)]


def _expected(dump: Path, folder: Path) -> str:
    """What this program answers of the same rows in a quiet database."""
    url = f"sqlite:///{folder / 'quiet.db'}"
    old_database(url, dump, folder)
    Record.open(url, create=True).close()
    return now(url)


def _wait(reader: subprocess.Popen[str], told: Queue[str], lines: int) -> None:
    deadline = time.monotonic() + 60
    while told.qsize() < lines:
        assert reader.poll() is None, reader.stderr.read() if reader.stderr else ""
        assert time.monotonic() < deadline
        time.sleep(0.01)
