"""A runtime that does not exist, known from one loaded file: verdicts worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lineage import flow
from lineage.graph.engines import csr, reference
from lineage.lore import load_rows
from lineage.model.document import Upload
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.impact import Impact
from queries.question import Handle

FOLDER = Path(__file__).parents[2] / "documents" / "packs"
ANSWERS: dict[str, Any] = json.loads((FOLDER / "zeta-answers.json").read_text("utf-8"))


@pytest.mark.parametrize("engine", [csr, reference], ids=["csr", "reference"])
@pytest.mark.parametrize("name", sorted(ANSWERS["environments"]))
def test_the_answers_worked_out_by_hand(name: str, engine: Any, tmp_path: Path) -> None:
    wanted = ANSWERS["environments"][name]
    record = Record.open(f"sqlite:///{tmp_path}/zeta.db", create=True, namespace="local")
    try:
        load_rows(record, (FOLDER / "zeta.json").read_bytes(), "zeta.json")
        document = (FOLDER / f"{name}.json").read_bytes()
        flow.receive(record, Upload(content=document, name=f"{name}.json"))
        views = RecordViews(record)
        change = ANSWERS["change"]
        question = Impact(key=change["key"], from_range=change["from"], to=change["to"])
        answer = impact.answer(question, Handle(views=views, engine=engine.ENGINE(views)))
    finally:
        record.close()
    found = {one.name.partition("[")[0]: one for one in answer.affected if one.assembly}
    assert found.keys() == wanted["members"].keys()
    for member, expected in wanted["members"].items():
        one = found[member]
        assert (member, one.verdict) == (member, expected["verdict"])
        assert one.reason == expected.get("reason", one.reason)
        if expected.get("fix"):
            assert one.fix is not None
            assert expected["fix"] in json.dumps([one.fix.key, one.fix.version, one.fix.note])
