"""Some days of CI: what breaks is asked of what counts, and the rest is counted."""

from __future__ import annotations

from lineage.flow import receive
from lineage.graph.engines.csr import ENGINE
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.question import Handle
from tests.month import Month


def test_only_what_counts_answers(sqlite_url: str) -> None:
    month = Month.of(5)
    with Record.open(sqlite_url, create=True, namespace="acme") as record:
        for upload in month.pushes(4, 15):
            receive(record, upload)
        assert set(month.kinds) == {"main", "branch", "change", "rollback", "retry", "tag"}
        views = RecordViews(record)
        handle = Handle(views=views, engine=ENGINE(views))
        asked = impact.Impact(change="upgrade", key="pkg:pypi/torch", to="3.0.0")
        answer = impact.answer(asked, handle)
        swapped = {
            (item.assembly, item.key) for item in answer.affected if item.verdict == "SWAPPED"
        }
        counting = month.counting()
        assert swapped == set(counting.items())
        assert answer.completeness.archived == len(month.built) - len(counting)
        assert answer.completeness.uncounted == 1, "the repository that has only branches"
