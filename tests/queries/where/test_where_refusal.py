"""Every wrong filter is a coded error that says where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.errors import WhereInvalidError
from lineage.graph.catalogue import predicate as ask
from queries.term import TERMS
from queries.where import order_of, path_of, where_of, where_text

REFUSED: list[tuple[str, Any, str, str]] = [
    ("components", [], "where", "is no object"),
    ("components", {"kidn": "model"}, "where.kidn", "have no 'kidn'"),
    ("components", {"kind": "robot"}, "where.kind.in", "'robot' is none of"),
    ("components", {"kind": 3}, "where.kind.in", "neither text nor a list"),
    ("components", {"kind": ["model", 3]}, "where.kind.in.1", "3 is no text"),
    ("components", {"owner": {"like": "x"}}, "where.owner.like", "there is no 'like'"),
    ("components", {"owner": {}}, "where.owner", "it is empty"),
    ("components", {"owner": {"exists": "yes"}}, "where.owner.exists", "neither true nor false"),
    ("components", {"held_by": "many"}, "where.held_by.eq", "no number"),
    ("components", {"held_by": True}, "where.held_by.eq", "no number"),
    ("components", {"assembly": "yes"}, "where.assembly", "neither true nor false"),
    ("components", {"version": {"range": 1}}, "where.version.range", "is no range"),
    ("components", {"version": {"range": ">=1", "scheme": "roman"}}, "where.version.scheme",
     "no scheme"),
    ("components", {"version": {"scheme": "pep440"}}, "where.version.range", "is no range"),
    ("components", {"version": "vers:pypi/|*|"}, "where.version.range", "no vers range"),
    ("components", {"licence": {"category": "Nice"}}, "where.licence.category", "'Nice' is none"),
    ("components", {"property": {"ge": 1}}, "where.property.name", "missing"),
    ("components", {"property": [{"name": "x", "ge": {}}]}, "where.property.0.ge", "compared"),
    ("components", {"text": "  "}, "where.text", "no text to look for"),
    ("components", {"or": "x"}, "where.or", "a list of"),
    ("components", {"and": [{}, {"not": {"kind": "x"}}]}, "where.and.1.not.kind.in", "none of"),
    ("components", {"member_of": {"members": {"ge": "x"}}}, "where.member_of.members.ge",
     "no number"),
    ("components", {"member_of": [3]}, "where.member_of.0", "3 is no text"),
    ("edges", {"kind": "model"}, "where.kind.in", "none of"),
    ("edges", {"owner": "x"}, "where.owner", "edges have no 'owner'"),
    ("affected", {"verdict": "FINE"}, "where.verdict.in", "'FINE' is none of"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "where", "path", "reason"), REFUSED)
def test_a_wrong_filter_says_where(rows: str, where: Any, path: str, reason: str) -> None:
    with pytest.raises(WhereInvalidError) as caught:
        where_of(where, rows)
    assert caught.value.data["path"] == path
    assert reason in caught.value.data["reason"]
    assert caught.value.code == "WHERE_INVALID"


def test_depth_and_length_are_bounded() -> None:
    deep: Any = {"kind": "model"}
    for _ in range(40):
        deep = {"not": deep}
    with pytest.raises(WhereInvalidError, match="nested"):
        where_of(deep, "components")
    with pytest.raises(WhereInvalidError, match="more than"):
        where_of({"name": ["x"] * 5000}, "components")
    with pytest.raises(WhereInvalidError, match="no JSON"):
        where_text("{kind", "components")


def test_nothing_asked_is_nothing() -> None:
    assert where_of(None, "components") is None
    assert where_text(" ", "components") is None
    assert where_of({}, "components") == ask.Every(())


def test_equal_filters_are_equal_values() -> None:
    asked = {"or": [{"kind": ["model", "dataset"]}, {"not": {"owner": None}}], "tag": "pii"}
    one, other = where_of(asked, "components"), where_of(dict(asked), "components")
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    ("rows", "name", "path"),
    [
        ("components", "tag", "tags"),
        ("components", "property:energy", "property:energy"),
        ("occurrences", "component", "component.key"),
        ("occurrences", "component.version", "component.version"),
        ("uses", "assembly.tag", "assembly.tags"),
        ("edges", "upstream.licence", "upstream.licence"),
    ],
)
def test_fields_are_named_as_in_filters(rows: str, name: str, path: str) -> None:
    assert path_of(name, rows, "by") == path


@pytest.mark.parametrize(
    ("rows", "name"),
    [("components", "member_of"), ("components", "nope"), ("edges", "property:x"),
     ("components", "kind.name"), ("occurrences", "component.nope"), ("components", "text")],
)  # fmt: skip
def test_a_field_that_rows_do_not_have_is_refused(rows: str, name: str) -> None:
    with pytest.raises(WhereInvalidError) as caught:
        order_of(["-" + name], rows)
    assert caught.value.data["path"].startswith("order_by.0")


def test_every_row_type_has_terms_with_descriptions() -> None:
    for rows, terms in TERMS.items():
        names = [term.name for term in terms]
        assert len(set(names)) == len(names), rows
        assert all(term.description.endswith(".") for term in terms)
        assert all(term.rows in TERMS for term in terms if term.operand == "rows")
