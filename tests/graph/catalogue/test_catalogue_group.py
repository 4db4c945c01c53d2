"""Groups and measures against counting the rows one by one, and by hand where units differ."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from lineage.errors import ColumnUnknownError, LineageError, OrderInvalidError
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import ViewCatalogues
from lineage.graph.catalogue.group import Group, Measure
from lineage.graph.catalogue.order import By, Paging, Position
from lineage.model.revision import At
from queries.where import where_of
from tests.benchmarks.catalogue import GROUPS, WHERE, drawn
from tests.snapshots import SnapshotViews, edge, member, said, snapshot

FIELDS = (*GROUPS, (), ("tags", "owner"), ("version",), ("owner", "licence", "lifecycle"))


@pytest.fixture(scope="module")
def many() -> Catalogue:
    return drawn(6000)


@pytest.mark.parametrize("paths", FIELDS, ids="+".join)
@pytest.mark.parametrize("name", [None, *WHERE])
def test_counts_are_those_of_the_rows(
    many: Catalogue, name: str | None, paths: tuple[str, ...]
) -> None:
    where = None if name is None else where_of(WHERE[name], "components")
    rows = list(many.every("components", where))
    expected = Counter(tuple(getattr(row, path) for path in paths) for row in rows)
    found = many.group("components", paths, where=where)
    # Nobody's tags are an empty list in a row and nothing in a group.
    counted = {tuple(key or None for key in g.keys): g.count for g in found.groups}
    assert counted == {tuple(key or None for key in keys): n for keys, n in expected.items()}
    assert found.total == len(rows)
    sizes = [group.count for group in found.groups]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("name", list(WHERE))
@pytest.mark.parametrize("by", [(), (By("owner"), By("version", descending=True))])
def test_pages_of_many_rows_are_the_whole(many: Catalogue, name: str, by: tuple[By, ...]) -> None:
    where = where_of(WHERE[name], "components")
    whole = [row.key for row in many.every("components", where, by)]
    seen: list[str] = []
    after: Position | None = None
    while True:
        page = many.page("components", where, by, Paging(first=997, after=after))
        seen += [row.key for row in page.rows]
        if not page.has_next:
            break
        after = page.positions[-1]
    assert seen == whole
    assert len(set(seen)) == many.total("components", where).total


def test_the_rest_is_one_row(many: Catalogue) -> None:
    whole = many.group("components", ["owner"])
    top = many.group("components", ["owner"], top=3)
    assert top.groups[:3] == whole.groups[:3]
    rest = top.groups[3]
    assert (rest.rest, rest.keys, rest.groups) == (True, (), len(whole.groups) - 3)
    assert rest.count == sum(group.count for group in whole.groups[3:])
    distinct = Measure("COUNT_DISTINCT", "family")
    rest = many.group("components", ["owner"], distinct, top=3).groups[3]
    named = {g.keys[0] for g in many.group("components", ["owner"], distinct).groups[:3]}
    families = {r.family for r in many.every("components") if r.owner not in named}  # type: ignore[union-attr]
    assert rest.value == len(families)


def small() -> Catalogue:
    kwh = {"unit": "kWh"}
    facts = [
        said("run:acme/a", "energy", {"value": 0.1, **kwh}),
        said("run:acme/b", "energy", {"value": 0.2, **kwh}),
        said("run:acme/c", "energy", {"value": 0.3, **kwh}),
        said("run:acme/d", "energy", {"value": 7, "unit": "therm"}),
        *(said(f"run:acme/{one}", "owner", "core") for one in "abd"),
        said("model:acme/base@1", "licence", {"raw": "MIT", "expression": "MIT"}),
        edge("model:acme/x@1", "fine_tuned_from", "model:acme/base@1"),
        edge("model:acme/y@1", "fine_tuned_from", "model:acme/base@1"),
        edge("model:acme/z@1", "fine_tuned_from", "model:acme/x@1"),
        edge("service:acme/chat@1", "runs_on", "container:acme/image@1"),
        edge("service:acme/search@1", "runs_on", "container:acme/image@1"),
    ]
    locks = [
        (
            "s",
            "image",
            "container:acme/image@1",
            [member("pkg:pypi/aa@1"), member("pkg:pypi/bb@1")],
        ),
        ("s", "other", "service:acme/other@1", [member("pkg:pypi/aa@2")]),
    ]
    views = SnapshotViews(snapshot([("s", "facts", None, facts, 1), *((*one, 1) for one in locks)]))
    return ViewCatalogues(views).catalogue(At())


def by_keys(groups: tuple[Group, ...]) -> dict[Any, tuple[Any, int]]:
    return {group.keys: (group.value, group.skipped) for group in groups}


def test_measures_have_one_unit_and_say_what_they_left_out() -> None:
    runs = where_of({"kind": "run"}, "components")
    energy = "property:energy"
    expected: list[tuple[Any, dict[Any, Any]]] = [
        ("SUM", {("core",): (0.1 + 0.2, 1), (None,): (0.3, 0)}),
        ("AVG", {("core",): ((0.1 + 0.2) / 2, 1), (None,): (0.3, 0)}),
        ("MIN", {("core",): (0.1, 1), (None,): (0.3, 0)}),
        ("MAX", {("core",): (0.2, 1), (None,): (0.3, 0)}),
    ]
    for function, values in expected:
        found = small().group("components", ["owner"], Measure(function, energy), runs)
        assert found.unit == "kWh"
        assert by_keys(found.groups) == values, function
    therms = small().group("components", [], Measure("SUM", energy, "therm"), runs)
    assert (therms.unit, therms.groups[0].value, therms.groups[0].skipped) == ("therm", 7, 3)


def test_groups_over_relations() -> None:
    found = small().group(
        "edges",
        ["upstream.licence"],
        Measure("COUNT_DISTINCT", "downstream.key"),
        where_of({"kind": "fine_tuned_from"}, "edges"),
    )
    assert by_keys(found.groups) == {("MIT",): (2, 0), (None,): (1, 0)}
    found = small().group(
        "uses",
        ["component.version"],
        Measure("COUNT_DISTINCT", "service"),
        where_of({"component": {"family": "pkg:pypi/aa"}}, "uses"),
    )
    assert by_keys(found.groups) == {("1",): (2, 0), ("2",): (1, 0)}
    carrying = where_of({"carries": "pkg:pypi/bb@1"}, "components")
    names = [row.key for row in small().every("components", carrying)]
    assert names == ["service:acme/chat@1", "service:acme/search@1"]


def test_what_is_wrong_is_a_coded_error(many: Catalogue) -> None:
    wrong: list[Any] = [
        (lambda: many.group("components", ["nope"]), ColumnUnknownError),
        (lambda: many.page("components", None, [By("nope")]), ColumnUnknownError),
        (lambda: many.page("nothing"), LineageError),
        (lambda: Measure("MEDIAN", "version"), OrderInvalidError),  # type: ignore[arg-type]
        (lambda: Measure("SUM"), OrderInvalidError),
        (lambda: Paging(first=-1), OrderInvalidError),
        (lambda: Paging(first=1, last=1), OrderInvalidError),
        (lambda: many.page("components", None, (), Paging(after=Position((1,), "x"))),
         OrderInvalidError),
        (lambda: many.page("components", None, [By("owner")],
                           Paging(after=Position(({"said": 3},), "x"))), OrderInvalidError),
    ]  # fmt: skip
    for work, error in wrong:
        with pytest.raises(error):
            work()


def test_a_place_whose_row_is_gone_still_is_a_place(many: Catalogue) -> None:
    first = many.page("components", None, (), Paging(first=2))
    between = Position((), first.positions[0].key + "0")
    assert many.page("components", None, (), Paging(first=1, after=between)).rows == first.rows[1:]
