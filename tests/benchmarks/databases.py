"""What a step from SQLite to PostgreSQL costs: the same documents and the same looks on both.

``python -m tests.benchmarks.databases [DOCUMENTS]``. PostgreSQL runs on this machine, over a
socket.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lineage.model.revision import At
from lineage.record import session
from lineage.record.follower import Follower, awaited
from lineage.record.store import Record
from lineage.record.submission import Submission
from lineage.record.views import RecordViews
from tests.benchmarks.ingest import Pool, submission
from tests.services.postgresql import postgresql_database, postgresql_server

_WOKEN = 40
_LOOKS = 200


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """Median wall time of a call."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(taken)


def documents(count: int) -> list[Submission]:
    """Environments of 200 packages that share most of what they say."""
    pool = Pool(random.Random(7))
    return [submission(f"env{number}", pool.environment(number)) for number in range(count)]


def measured(name: str, url: str, sent: list[Submission]) -> None:
    """Print what one database takes."""
    with Record.open(url, create=True) as record:
        begin, own = time.perf_counter(), time.process_time()
        each = [milliseconds(lambda one=one: record.append(one)) for one in sent]  # type: ignore[misc]
        wall, own = time.perf_counter() - begin, time.process_time() - own
        claims = sum(len(one.claims) for one in sent)
        print(
            f"{name}: {len(sent)} documents, {claims} statements in {wall:.1f} s "
            f"({claims / wall:.0f}/s, own process {own:.1f} s), "
            f"the last tenth {statistics.median(each[-len(each) // 10 :]):.1f} ms each"
        )
        again = milliseconds(lambda: record.append(sent[0]), 20)
        print(f"{name}: the same document again {again:.2f} ms")
        print(f"{name}: the newest revision {milliseconds(record.head, _LOOKS):.3f} ms")
        print(f"{name}: a search {milliseconds(lambda: record.search('package-12'), 50):.2f} ms")
        views = RecordViews(record)
        print(f"{name}: the first view {milliseconds(lambda: views.view(At())):.0f} ms")
        print(
            f"{name}: a view that is there {milliseconds(lambda: views.view(At()), _LOOKS):.3f} ms"
        )
        print(f"{name}: who waits is woken after {woken(url, record, sent):.1f} ms (median)")


def woken(url: str, record: Record, sent: list[Submission]) -> float:
    """Median milliseconds between a commit and the moment that another record knows of it."""
    taken: list[float] = []
    with Record.open(url) as other, Follower(other, lambda: ("default",), lambda _: None):
        for number in range(_WOKEN):
            wanted = record.head().number + 1
            seen: list[float] = []

            def wait(wanted: int = wanted, seen: list[float] = seen) -> None:
                awaited(other, "default", wanted, 10)
                seen.append(time.perf_counter())

            waiting = threading.Thread(target=wait)
            waiting.start()
            time.sleep(0.05)
            record.append(submission(f"woken{number}", {number: 0, number + 1: 0}))
            done = time.perf_counter()
            waiting.join()
            taken.append((seen[0] - done) * 1e3)
    return statistics.median(taken)


def staged(server: str, sent: list[Submission]) -> None:
    """Print what COPY is worth."""
    usual = session._STAGED
    for name, limit in (("values in statements", 10**9), ("staged by COPY", usual)):
        session._STAGED = limit
        with postgresql_database(server) as url, Record.open(url, create=True) as record:
            begin, own = time.perf_counter(), time.process_time()
            for one in sent:
                record.append(one)
            wall, own = time.perf_counter() - begin, time.process_time() - own
            print(f"postgresql, {name}: {wall:.1f} s, own process {own:.1f} s")
    session._STAGED = usual


def main() -> None:
    """Measure both."""
    sent = documents(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as server:
        measured("sqlite", f"sqlite:///{Path(folder) / 'record.db'}", sent)
        with postgresql_database(server) as url:
            measured("postgresql", url, sent)
        staged(server, sent[: len(sent) // 2])


if __name__ == "__main__":
    main()
