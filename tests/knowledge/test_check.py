"""Every fault of a file of rows is named with its place; what cannot be judged is a fault too."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from lineage.knowledge.check import check
from lineage.knowledge.pack import public_files

GOOD: dict[str, Any] = {
    "type": "requires", "subject": {"component": "pkg:pypi/lamp@1.0"},
    "value": {"capability": "cuda", "range": ">=12", "kind": "line"}, "source": "somebody",
}  # fmt: skip


def places(*rows: Any, **more: Any) -> list[str]:
    content = orjson.dumps({"file": "own.json", "about": "ours", "rows": list(rows), **more})
    file, faults = check(content, "own.json")
    assert (file is None) is bool(faults)
    assert all(fault.data["file"] == "own.json" and fault.data["reason"] for fault in faults)
    return [str(fault.data["path"]) for fault in faults]


def value(**fields: Any) -> dict[str, Any]:
    return {**GOOD, "value": {**GOOD["value"], **fields}}


def test_the_public_pack_has_no_fault():
    for file in public_files():
        found, faults = check(file.content, file.name)
        assert not faults
        assert found == file


def test_all_faults_of_a_file_are_named_at_once():
    assert places(
        7,
        {**GOOD, "type": "martian", "source": " "},
        {**GOOD, "subject": {"pattern": "("}, "value": {"kind": "wish", "x": 1}, "colour": "red"},
        GOOD,
        {**GOOD, "subject": {}, "value": []},
        surplus=1, about="", grade="rumour",
    ) == [
        "surplus", "about", "grade",
        "rows[0]",
        "rows[1].type", "rows[1].source",
        "rows[2].colour", "rows[2].subject.pattern", "rows[2].value.x", "rows[2].value.capability",
        "rows[2].value.range", "rows[2].value.kind",
        "rows[4].subject", "rows[4].value",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (value(range="what?"), "value.range"),
        (value(kind="maximum"), "value.kind"),
        (value(given=["cuda"]), "value.given[0]"),
        (value(given=[{"capability": "cuda", "range": ""}]), "value.given[0].range"),
        (value(given=[{"capability": "cuda", "range": "x y"}]), "value.given[0].range"),
        ({**GOOD, "subject": {"family": "pkg:pypi/lamp", "when": "soon"}}, "subject.when"),
        ({**GOOD, "subject": {"family": "capability:cuda", "when": "soon"}}, "subject.when"),
        ({"type": "soname", "subject": {"pattern": "liba.so.1"}, "source": "s",
          "value": {"library": "a", "capability": "cuda", "values": ["12", "a b"]}},
         "value.values[1]"),
        ({"type": "soname", "subject": {"pattern": "liba.so.1"}, "source": "s",
          "value": {"library": "a", "capability": "cuda", "values": [12]}}, "value.values[0]"),
        ({"type": "capability", "subject": {"component": "capability:lamp"}, "source": "s",
          "value": {"scheme": "martian", "contract": "major"}}, "value.scheme"),
        ({"type": "capability", "subject": {"component": "pkg:pypi/lamp"}, "source": "s",
          "value": {"scheme": "dotted", "contract": "major"}}, "subject.component"),
        ({"type": "gpu", "subject": {"family": "hardware:l1"}, "source": "s",
          "value": {"capability": "cc", "value": "1.0", "class": "c", "match": "("}},
         "value.match"),
        ({"type": "mark", "subject": {"pattern": "*"}, "source": "s",
          "value": {"where": "name", "capability": "cuda", "value": "{1}"}}, "subject.pattern"),
    ],
)  # fmt: skip
def test_a_fault_has_its_place(row, place):
    assert places(row) == [f"rows[0].{place}"]


def test_a_capability_of_the_file_itself_is_known():
    own = {"type": "capability", "subject": {"component": "capability:lamp"}, "source": "s",
           "value": {"scheme": "conda", "contract": "major"}}  # fmt: skip
    assert places(own, value(capability="lamp", range=">=1,<2")) == []
    assert places(own, value(capability="lamp", range="^1")) == ["rows[1].value.range"]
    assert places(value(capability="lamp", range="^1")) == []  # nobody says how it compares


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"rows": {}}'])
def test_what_is_no_file_of_rows_is_one_fault(content):
    file, faults = check(content, "own.json")
    assert file is None
    assert len(faults) == 1
