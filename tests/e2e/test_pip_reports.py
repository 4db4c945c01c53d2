"""Real pip reports, through the whole write path, counted in the view."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lineage.flow import receive
from lineage.model.document import Upload
from lineage.model.revision import At
from lineage.record.doctor import examine
from lineage.record.store import Record
from lineage.record.view import View
from lineage.record.views import RecordViews

REPORTS = Path(__file__).resolve().parents[3] / "shared" / "pip-reports"
INDEX: list[dict[str, Any]] = (
    json.loads((REPORTS / "INDEX.json").read_text()) if REPORTS.exists() else []
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    place = tmp_path_factory.mktemp("pip") / "record.sqlite"
    with Record.open(f"sqlite:///{place}", create=True, namespace="acme") as opened:
        for row in INDEX:
            name = f"{row['stack']}.json"
            receive(opened, Upload(content=(REPORTS / name).read_bytes(), name=name))
        yield opened


@pytest.fixture(scope="module")
def view(record: Record) -> View:
    return RecordViews(record).view(At())


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["stack"])
def test_the_view_holds_what_the_index_counts(row: dict[str, Any], view: View) -> None:
    inside = view.assemblies[f"environment:acme/{row['stack']}"].content
    assert len(inside.members) == row["packages"]
    pairs = {(edge.downstream, edge.upstream) for edge in inside.edges}
    assert len(pairs) == len(inside.edges) == row["edges"]
    active = sum(len(edge.requirements) for edge in inside.edges)
    assert active == row["active_requirement_lines"]
    assert {edge.downstream for edge in inside.edges} <= inside.members.keys()
    assert {edge.upstream for edge in inside.edges} <= inside.members.keys()
    assert not any(facts.unknown for facts in inside.members.values())
    assert any(facts.direct == "direct" for facts in inside.members.values())


@pytest.mark.skipif(
    not INDEX, reason="needs ../shared: documents of others, kept beside the repository"
)
def test_sent_again_they_are_no_news(record: Record) -> None:
    head = record.head()
    for row in INDEX:
        name = f"{row['stack']}.json"
        assert receive(record, Upload(content=(REPORTS / name).read_bytes(), name=name)).unchanged
    assert record.head() == head
    assert not examine(record).findings
