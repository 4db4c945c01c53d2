"""Items of an impact answer are narrowed, ordered and paged by the grammar of every list."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.graph.catalogue.order import Paging
from queries.impact import Impact
from queries.impact import answer as impact
from queries.question import catalogue_of
from queries.sift import sifted
from queries.where import order_of, where_of
from tests.houses import copy_of, make_template, open_at


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("sift")
    house = open_at(copy_of(make_template(folder), folder))
    found = impact(Impact(key="cuda", from_range="12", to="13"), house.handle)
    yield found, catalogue_of(house.handle, Impact(key="cuda").at)
    house.record.close()


CASES: list[tuple[dict[str, Any], Any]] = [
    ({"verdict": "BREAKS"}, lambda one: one.verdict == "BREAKS"),
    ({"verdict": ["BREAKS", "UNKNOWN"], "depth": {"ge": 1}},
     lambda one: one.verdict in ("BREAKS", "UNKNOWN") and len(one.path) > 1),
    ({"not": {"kind": "framework"}}, lambda one: one.kind != "framework"),
    ({"assembly": {"kind": "container"}}, lambda one: (one.assembly or "").startswith("container")),
    ({"reason": None}, lambda one: one.reason is None),
    ({"reason": {"in": ["BOUND", "PINNED"]}}, lambda one: one.reason in ("BOUND", "PINNED")),
    ({"member_of": {"kind": "service"}, "verdict": "NOTICE"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("where", "holds"), CASES)
def test_a_filter_keeps_what_it_says_in_the_order_of_the_answer(
    asked: Any, where: dict[str, Any], holds: Any
) -> None:
    found, catalogue = asked
    kept = sifted(found.affected, catalogue, where_of(where, "affected"))
    if holds is None:
        names = {o.component for o in catalogue.page("occurrences").rows if "service" in o.assembly}
        expected = [o for o in found.affected if o.key in names and o.verdict == "NOTICE"]
    else:
        expected = [one for one in found.affected if holds(one)]
    assert list(kept.items) == expected
    assert kept.total == len(expected)


def test_some_pass_and_some_do_not(asked: Any) -> None:
    found, _ = asked
    shares = [sum(map(holds, found.affected)) for _, holds in CASES if holds is not None]
    assert sum(0 < share < len(found.affected) for share in shares) >= 4, shares


def test_pages_by_several_fields_are_the_whole(asked: Any) -> None:
    found, catalogue = asked
    by = order_of(["-verdict", "name"], "affected")
    whole = sifted(found.affected, catalogue, None, by)
    expected = sorted(found.affected, key=lambda one: (one.name, one.key, one.assembly or ""))
    expected.sort(key=lambda one: one.verdict, reverse=True)
    assert list(whole.items) == expected
    seen: list[Any] = []
    after = None
    while len(seen) < whole.total:
        page = sifted(found.affected, catalogue, None, by, Paging(first=7, after=after))
        seen += page.items
        after = page.positions[-1]
        assert page.has_next == (len(seen) < whole.total)
    assert seen == expected
