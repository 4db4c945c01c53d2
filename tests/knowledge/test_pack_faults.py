"""A pack that is not whole is refused, with the place and the reason."""

from __future__ import annotations

import orjson
import pytest

from lineage.errors import KnowledgeInvalidError
from lineage.knowledge.pack import read_file, read_pack, reading

BAD = [
    (b"{", "$", "not JSON"),
    (b"[]", "rows", "missing"),
    (b'{"file": "a", "about": "b", "rows": [], "extra": 1}', "extra", "unknown field"),
    (b'{"file": "a", "rows": []}', "about", "missing"),
    (b'{"file": "a", "about": "b", "rows": [7]}', "rows[0]", "not an object"),
]
GOOD = {"type": "built_for", "subject": {"component": "pkg:pypi/a@1"},
        "value": {"capability": "cuda", "value": "12"}, "source": "somebody"}  # fmt: skip
BAD_ROWS = [
    ({"type": "martian"}, "rows[0].type", "no row type"),
    ({"source": " "}, "rows[0].source", "missing"),
    ({"grade": "rumour"}, "rows[0].grade", "no grade"),
    ({"colour": "red"}, "rows[0].colour", "unknown field"),
    ({"subject": {"pattern": "x"}}, "rows[0].subject", "about one"),
    ({"subject": {"component": "a", "family": "b"}}, "rows[0].subject", "about one"),
    ({"subject": {"component": "nonsense"}}, "rows[0].subject.component", "not a key"),
    ({"subject": {"family": "pkg:pypi/a@1"}}, "rows[0].subject.family", "no version"),
    ({"subject": {"component": 3}}, "rows[0].subject.component", "not a text"),
    ({"subject": {"component": "pkg:pypi/a@1", "when": "1"}}, "rows[0].subject.when", "version"),
    ({"value": {"capability": "cuda"}}, "rows[0].value.value", "missing"),
    ({"value": {"capability": "cuda", "value": 12}}, "rows[0].value.value", "not a text"),
    ({"value": {"capability": "cuda", "value": "1", "vendor": 1}}, "rows[0].value.vendor", "flag"),
    ({"value": {"capability": "cuda", "value": "1", "x": 1}}, "rows[0].value.x", "no such field"),
    ({"value": []}, "rows[0].value", "not an object"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "path", "reason"), BAD)
def test_a_bad_file_is_refused_with_its_place(content, path, reason):
    with pytest.raises(KnowledgeInvalidError) as caught:
        read_file(content, "bad.json")
    assert caught.value.data["file"] == "bad.json"
    assert caught.value.data["path"] == path
    assert reason in caught.value.data["reason"]


@pytest.mark.parametrize(("change", "path", "reason"), BAD_ROWS)
def test_a_bad_row_is_refused_with_its_place(change, path, reason):
    content = orjson.dumps({"file": "a.json", "about": "b", "rows": [{**GOOD, **change}]})
    with pytest.raises(KnowledgeInvalidError) as caught:
        read_file(content, "bad.json")
    assert caught.value.data["path"] == path
    assert reason in caught.value.data["reason"]


def test_a_pack_of_ones_own_is_a_folder_or_a_file(tmp_path):
    content = orjson.dumps({"file": "own.json", "about": "ours", "rows": [GOOD]})
    (tmp_path / "own.json").write_bytes(content)
    for path in (tmp_path, tmp_path / "own.json"):
        (file,) = read_pack(path)
        found = reading(file, precedence="tenant-pack")
        assert (found.element, found.precedence) == ("own.json", "tenant-pack")
        (claim,) = found.claims
        assert claim.statement.decoded()["source"] == "somebody"
        assert claim.path == "rows[0]"
    (tmp_path / "twin.json").write_bytes(content)
    with pytest.raises(KnowledgeInvalidError, match="taken"):
        read_pack(tmp_path)
