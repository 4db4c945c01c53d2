"""An estate that lives: every past answer stays, the record is sound, rereading is no news."""

from __future__ import annotations

from typing import Any

import orjson

from lineage.flow import join, load_pack, receive, reread, separate, set_property
from lineage.model.document import Upload
from lineage.model.revision import At
from lineage.record.doctor import examine
from lineage.record.store import Record
from tests.e2e.estate_content import demo_steps, seen


def bom(version: str, *packages: str, phase: str | None = None) -> Upload:
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"type": "application", "name": "tool", "version": version}},
        "components": [
            {"type": "library", "bom-ref": one, "purl": one, "name": one, "version": "1"}
            for one in packages
        ],
        "dependencies": [{"ref": one, "dependsOn": []} for one in packages],
    }
    return Upload(content=orjson.dumps(document), name="tool.cdx.json", branch=phase)


def test_every_past_answer_is_what_was_seen_then(sqlite_url: str) -> None:
    with Record.open(sqlite_url, create=True, namespace="demo") as record:
        load_pack(record)
        past: dict[int, dict[str, Any]] = {0: seen(record)}

        def note() -> None:
            past[record.head().number] = seen(record)

        for step in demo_steps():
            step(record)
            note()
        chat, other = "service:demo/chat", "service:demo/assistant"
        for write in (
            lambda: receive(record, bom("1", "pkg:pypi/a@1", "pkg:pypi/b@1")),
            lambda: receive(record, bom("1", "pkg:pypi/a@1", "pkg:pypi/b@2")),
            lambda: receive(record, bom("1", "pkg:pypi/a@1", "pkg:pypi/b@1")),
            lambda: receive(record, bom("2", "pkg:pypi/c@1")),
            lambda: receive(record, bom("2", "pkg:pypi/d@1", phase="try")),
            lambda: set_property(record, chat, "criticality", "high"),
            lambda: set_property(record, chat, "owner", "Somebody else"),
            lambda: join(record, chat, other),
            lambda: separate(record, chat, other),
        ):
            before = record.head().number
            receipt = write()
            assert not receipt.unchanged
            assert receipt.revision == record.head().number == before + 1
            note()
        assert sorted(past) == list(range(record.head().number + 1))
        for number, then in past.items():
            assert seen(record, At(revision=number)) == then, number
        assert len({repr(then) for then in past.values()}) > len(past) / 2

        assert not examine(record).findings
        head = record.head()
        outcomes = list(reread(record))
        assert len(outcomes) > 10
        assert all(one.receipt and one.receipt.unchanged for one in outcomes), outcomes
        assert record.head() == head
        assert seen(record) == past[head.number]

    with Record.open(sqlite_url) as again:  # nothing was in memory only
        assert again.head() == head
        for number in sorted(past)[::5]:
            assert seen(again, At(revision=number)) == past[number], number
