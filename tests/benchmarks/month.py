"""A month of CI: 40 repositories, 30 pushes a day each, for 30 days.

Branches, pull requests, rollbacks, retries and tags, each with the lock file of 40 pins that its
job has. Measured: the time of a push, bytes on disk for each, and what the headline question
costs when most of what was ever pushed counts no longer; its answer is held to the story.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lineage.flow import receive
from lineage.graph.engines.csr import ENGINE
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.question import Handle
from tests.benchmarks.ingest import checkpoint, size_of
from tests.month import Month

_ASKED = impact.Impact(change="upgrade", key="pkg:pypi/torch", to="3.0.0")


def main(
    repositories: int = 40, days: int = 30, a_day: int = 30, say: Callable[[str], object] = print
) -> None:
    """Print the table; AssertionError where the answer is not that of the story."""
    month = Month.of(repositories)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "month.db"
        with Record.open(f"sqlite:///{path}", create=True, namespace="acme") as record:
            empty = _size(record, path)
            took: list[float] = []
            revisions = 0
            for upload in month.pushes(days, a_day):
                start = time.process_time()
                revisions += not receive(record, upload).unchanged
                took.append(time.process_time() - start)
            size = _size(record, path) - empty
            start = time.perf_counter()
            views = RecordViews(record)
            views.view(At())
            built = time.perf_counter() - start
            handle = Handle(views=views, engine=ENGINE(views))
            start = time.perf_counter()
            answer = impact.answer(_ASKED, handle)
            first = time.perf_counter() - start
            start = time.perf_counter()
            impact.answer(_ASKED, handle)
            again = time.perf_counter() - start
            counting, built_then = month.counting(), len(month.built)
            seen = []
            for upload in month.pushes(1, 1):
                receive(record, upload)
                start = time.process_time()
                views.view(At())
                seen.append(time.process_time() - start)
    swapped = {(one.assembly, one.key) for one in answer.affected if one.verdict == "SWAPPED"}
    assert swapped == set(counting.items()), "what answers is what counts"
    assert answer.completeness.archived == built_then - len(counting)
    tenth = max(1, len(took) // 10)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(month.kinds.items()))
    pushes = len(took)
    for name, value in (
        ("pushes", f"{pushes:,}: {kinds}"),
        ("revisions", f"{revisions:,}"),
        ("a push, of processor time", f"{sum(took) / pushes * 1e3:.2f} ms"),
        ("  of the first, the last tenth", f"{_mean(took[:tenth])}, {_mean(took[-tenth:])}"),
        ("disk", f"{size / 1e6:.1f} MB, {size / pushes:,.0f} bytes a push"),
        ("assemblies that count", f"{len(counting)} of {built_then:,} on main and tags"),
        ("left out, and counted", f"{answer.completeness.archived:,}"),
        ("the view, built anew", f"{built * 1e3:,.0f} ms"),
        ("the view after one more push", f"{statistics.median(seen) * 1e3:.1f} ms of processor"),
        ("what breaks, the first time, again", f"{first * 1e3:,.0f} ms, {again * 1e3:.1f} ms"),
    ):
        say(f"{name:<36}{value}")


def _mean(seconds: list[float]) -> str:
    return f"{sum(seconds) / len(seconds) * 1e3:.2f} ms"


def _size(record: Record, path: Path) -> int:
    checkpoint(record)
    return size_of(path)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
