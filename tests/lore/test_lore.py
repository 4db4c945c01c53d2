"""Own rows and learned releases in the record: recorded, replaced, closed, read back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from lineage import flow
from lineage.errors import DocumentRefusedError, FormatUnknownError, KnowledgeInvalidError
from lineage.knowledge import learn as learning
from lineage.knowledge.pack import public_files, read_file
from lineage.lore import learn, load_rows
from lineage.model.claim import OfComponent
from lineage.model.document import Upload
from lineage.model.revision import At
from lineage.record.doctor import examine
from lineage.record.store import Record
from lineage.record.views import RecordViews
from lineage.vocabulary.knowledge import KNOWLEDGE

DOCUMENTS = Path(__file__).parents[1] / "documents"
ZETA = DOCUMENTS / "packs" / "zeta.json"
PYLOCK = DOCUMENTS / "pylock" / "pylock.toml"
REPORT = {
    "version": "1",
    "pip_version": "26.3",
    "environment": {"python_version": "3.12", "sys_platform": "linux"},
    "install": [
        {
            "metadata": {
                "metadata_version": "2.4", "name": "Lamp", "version": "1.5+g14",
                "requires_python": ">=3.10",
                "requires_dist": [
                    "wick<3,>=2", "oil[light] (>=1.0) ; sys_platform == 'linux'",
                    "shade @ https://index.example/shade.zip ; extra == 'deco'",
                ],
                "provides_extra": ["deco"],
            },
            "requested": True, "is_direct": False, "is_yanked": False,
            "download_info": {
                "url": "https://index.example/whl/g14/lamp-1.5%2Bg14-cp312-cp312-linux_x86_64.whl",
                "archive_info": {"hashes": {"sha256": "0" * 64}},
            },
        },
        {
            "metadata": {"metadata_version": "2.4", "name": "wick", "version": "2.1"},
            "requested": False, "is_direct": False, "is_yanked": False,
            "download_info": {
                "url": "https://index.example/packages/ab/wick-2.1-py3-none-any.whl",
                "archive_info": {"hashes": {"sha256": "1" * 64}},
            },
        },
    ],
}  # fmt: skip


@pytest.fixture
def record(tmp_path):
    with Record.open(f"sqlite:///{tmp_path / 'own.sqlite'}", create=True) as opened:
        yield opened


def rows_file(*rows: dict[str, Any], name: str = "own.json") -> bytes:
    return orjson.dumps({"file": name, "about": "ours", "rows": list(rows)})


def built_for(value: str, source: str = "our build farm", grade: str = "") -> dict[str, Any]:
    row = {"type": "built_for", "subject": {"component": "pkg:pypi/torch@2.9.1"}, "source": source,
           "value": {"capability": "cuda", "value": value, "channel": "ours"}}  # fmt: skip
    return {**row, "grade": grade} if grade else row


def facts(record: Record, name: str, revision: int | None = None) -> list[Any]:
    return list(RecordViews(record).view(At(revision=revision)).facts.get(name, ()))


def test_a_pack_about_something_else_has_every_row_type_and_goes_through_the_record(record):
    content = ZETA.read_bytes()
    file = read_file(content, ZETA.name)
    wanted = Counter(row.kind for row in file.rows)
    assert set(wanted) == set(KNOWLEDGE.names())
    first = load_rows(record, content, ZETA.name)
    assert (first.stream, first.slot, first.unchanged) == ("pack/default", "zeta.json", False)
    again = load_rows(record, content, ZETA.name)
    assert again.unchanged
    assert again.revision == first.revision
    view = RecordViews(record).view(At())
    assert {name: len(found) for name, found in view.facts.items()} == wanted
    for row in file.rows:
        values = [fact.value for fact in view.facts[row.kind]]
        assert row.value in values
    for name in KNOWLEDGE.names():  # each type closed in turn; before it, all of it is there
        held = [row for row in file.rows if row.kind != name]
        raw = orjson.loads(content)
        rest = [row for row in raw["rows"] if row["type"] != name]
        assert len(rest) == len(held)
        closed = load_rows(record, orjson.dumps({**raw, "rows": rest}), ZETA.name)
        assert closed.removed >= wanted[name]
        assert not facts(record, name)
        assert len(facts(record, name, first.revision)) == wanted[name]
        back = load_rows(record, content, ZETA.name)
        assert back.revision > closed.revision
        assert len(facts(record, name)) == wanted[name]
        assert not facts(record, name, closed.revision)
    assert not examine(record).findings


def test_own_rows_come_before_public_ones_however_good_those_are(record):
    flow.load_pack(record)
    load_rows(record, rows_file(built_for("13.1", grade="third-party")), "own.json")
    flow.load_pack(record)
    about = [
        fact for fact in facts(record, "built_for")
        if fact.subject == OfComponent("pkg:pypi/torch@2.9.1")
    ]  # fmt: skip
    assert about[0].value["value"] == "13.1"
    assert len(about) > 1
    view = RecordViews(record).view(At())
    (source,) = view.sources[about[0].statement]
    assert (source.precedence, source.stream) == ("tenant-pack", "pack/default")
    assert {view.sources[one.statement][0].precedence for one in about[1:]} == {"public-pack"}


def test_inside_a_pack_the_better_evidence_comes_first_then_the_newest(record):
    rows = [
        built_for(str(at), grade=grade)
        for at, grade in enumerate(("plan", "artefact", "third-party", "", "metadata"))
    ]
    load_rows(record, rows_file(*rows), "own.json")
    found = [fact.value.get("grade", "") for fact in facts(record, "built_for")]
    assert found == ["artefact", "metadata", "", "plan", "third-party"]
    load_rows(record, rows_file(built_for("9", grade="plan"), name="new.json"), "new.json")
    plans = [f.value["value"] for f in facts(record, "built_for") if f.value.get("grade") == "plan"]
    assert plans == ["9", "0"]


def test_another_file_stands_beside_and_a_new_version_replaces(record):
    load_rows(record, rows_file(built_for("12.9")), "own.json")
    load_rows(record, rows_file(built_for("13.0"), name="other.json"), "other.json")
    assert {fact.value["value"] for fact in facts(record, "built_for")} == {"12.9", "13.0"}
    third = load_rows(record, rows_file(built_for("13.2")), "own.json")
    assert (third.added, third.removed) == (1, 1)
    assert {fact.value["value"] for fact in facts(record, "built_for")} == {"13.2", "13.0"}


def test_a_tenant_sees_its_own_rows_only(record):
    load_rows(record, rows_file(built_for("12.9")), "own.json", tenant="acme")
    assert not facts(record, "built_for")
    view = RecordViews(record).view(At(tenant="acme"))
    assert len(view.facts["built_for"]) == 1


def test_a_file_with_a_fault_writes_nothing(record):
    before = record.head().number
    with pytest.raises(KnowledgeInvalidError):
        load_rows(record, rows_file(built_for("12.9"), {"type": "martian"}), "own.json")
    assert record.head().number == before
    assert not facts(record, "built_for")


def test_a_row_has_its_place_in_the_document_and_is_read_anew(record):
    receipt = load_rows(record, rows_file(built_for("12.9"), built_for("13.0")), "own.json")
    assert set(flow.positions(record, receipt).values()) == {"rows[0]", "rows[1]"}
    (one,) = flow.reread(record)
    assert one.refused is None
    assert one.receipt.unchanged


def learned(record: Record, content: bytes, name: str) -> dict[str, dict[str, Any]]:
    learn(record, content, name)
    view = RecordViews(record).view(At())
    assert not view.assemblies  # the environment itself is not recorded
    return {fact.subject.key: dict(fact.value) for fact in view.facts["release"]}


def test_releases_are_learned_from_a_pip_report(record):
    content = orjson.dumps(REPORT)
    found = learned(record, content, "stack.json")
    assert set(found) == {"pkg:pypi/lamp@1.5", "pkg:pypi/wick@2.1"}
    lamp = found["pkg:pypi/lamp@1.5"]
    source = lamp.pop("source")
    assert source.startswith("pip_report sha256:")
    assert len(source.rpartition(":")[2]) == 64
    assert lamp == {
        "requires": [
            "oil[light]>=1.0; sys_platform == 'linux'",
            'shade @ https://index.example/shade.zip ; extra == "deco"',
            "wick<3,>=2",
        ],
        "requires_python": ">=3.10",
        "provides_extra": ["deco"],
        "tags": ["cp312-cp312-linux_x86_64"],
        "channel": "whl/g14",
        "grade": "metadata",
    }
    wick = found["pkg:pypi/wick@2.1"]
    assert wick["requires"] == []
    assert "channel" not in wick
    assert "covers" not in wick


def test_the_same_document_is_learned_once_and_another_adds(record):
    first = learn(record, orjson.dumps(REPORT), "stack.json")
    assert learn(record, orjson.dumps(REPORT), "elsewhere.json").revision == first.revision
    one = {**REPORT, "install": REPORT["install"][1:]}
    second = learn(record, orjson.dumps(one), "stack.json")
    assert (first.stream, second.stream) == (learning.STREAM, learning.STREAM)
    assert first.slot != second.slot
    assert len({fact.subject for fact in facts(record, "release")}) == 2


def test_a_lock_file_says_which_files_there_are_but_not_their_lines(record):
    found = learned(record, PYLOCK.read_bytes(), PYLOCK.name)
    attrs = found["pkg:pypi/attrs@25.1.0"]
    assert attrs["covers"] == []
    assert "requires" not in attrs
    assert attrs["tags"] == ["py3-none-any"]
    assert all(value["grade"] == "metadata" for value in found.values())


def test_a_lock_that_states_its_own_lines_says_nothing_of_the_others(record):
    lock = DOCUMENTS / "uv_lock" / "chat.uv.lock"
    found = learned(record, lock.read_bytes(), lock.name)
    httpx = found["pkg:pypi/httpx@0.28.1"]
    assert httpx["covers"] == []
    assert "requires" not in httpx
    assert httpx["tags"] == ["py3-none-any"]
    assert httpx["source"].startswith("uv_lock sha256:")


def test_what_is_learned_does_not_touch_what_the_environment_resolved(record):
    flow.receive(record, Upload(content=orjson.dumps(REPORT), name="stack.json"))
    learn(record, orjson.dumps(REPORT), "stack.json")
    view = RecordViews(record).view(At())
    (assembly,) = view.assemblies.values()
    assert len(assembly.content.members) == 2
    assert len(view.facts["release"]) == 2


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"\x00\x01", "x.json", FormatUnknownError),
        (orjson.dumps({**REPORT, "install": []}), "empty.json", DocumentRefusedError),
    ],
)
def test_what_names_no_release_is_refused(record, content, name, error):
    with pytest.raises(error):
        learn(record, content, name)
    assert record.head().number == 0


def test_the_public_pack_is_untouched(record):
    flow.load_pack(record)
    load_rows(record, rows_file(built_for("1"), name="cudnn.json"), "cudnn.json")
    view = RecordViews(record).view(At())
    rows = sum(len(file.rows) for file in public_files())
    assert sum(len(found) for found in view.facts.values()) == rows + 1
