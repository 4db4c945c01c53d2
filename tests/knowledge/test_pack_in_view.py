"""The pack in a view: facts about the world stay apart from facts about a member."""

from __future__ import annotations

import orjson

from lineage import flow
from lineage.knowledge.pack import public_files
from lineage.model.document import Upload
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from lineage.vocabulary.knowledge import KNOWLEDGE

REPORT = {
    "version": "1",
    "pip_version": "26.3",
    "environment": {"python_version": "3.12", "sys_platform": "linux"},
    "install": [
        {
            "metadata": {"metadata_version": "2.4", "name": "torch", "version": "2.9.1"},
            "requested": True,
            "is_direct": False,
            "is_yanked": False,
            "download_info": {
                "url": "https://index.example/packages/ab/torch-2.9.1-cp312-cp312-linux_x86_64.whl",
                "archive_info": {"hashes": {"sha256": "0" * 64}},
            },
        }
    ],
}


def test_an_installed_artefact_is_no_row_of_knowledge(tmp_path):
    with Record.open(f"sqlite:///{tmp_path / 'own.sqlite'}", create=True) as record:
        first = flow.load_pack(record)
        assert len(first) == len(public_files())
        assert all(receipt.unchanged for receipt in flow.load_pack(record))
        flow.receive(record, Upload(content=orjson.dumps(REPORT), name="stack.json"))
        view = RecordViews(record).view(At())
    assert set(view.facts) == set(KNOWLEDGE.names())
    rows = [row for file in public_files() for row in file.rows]
    for name, facts in view.facts.items():
        assert len(facts) == sum(row.kind == name for row in rows)
        assert all(fact.value["source"] for fact in facts)
    (assembly,) = view.assemblies.values()
    (member,) = assembly.content.members.values()
    found = {name: orjson.loads(value) for name, value in member.facts}
    assert found["artefact"]["index"] == "index.example"
    assert "artefact" not in {value.name for value in view.values.get(member.component, ())}
