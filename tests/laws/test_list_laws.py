"""Laws of lists, groups and stock: they say what the claims say, at every revision."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from lineage.graph.engines.csr import ENGINE
from lineage.model.revision import At, Scope
from queries.aggregate import Aggregate
from queries.asking import ask
from queries.assemblies import Assemblies
from queries.components import Components
from queries.edges import Edges
from queries.inventory import Inventory
from queries.listing import Listing
from queries.occurrences import Occurrences
from queries.question import Handle
from tests.laws.naive_difference import is_plain
from tests.laws.naive_lists import Lists, Row, field, grouped, passes
from tests.laws.twisted import twisted
from tests.strategies.estates import PACKAGES, SUBJECTS, estate

QUESTIONS: dict[str, type[Listing]] = {
    "components": Components,
    "assemblies": Assemblies,
    "edges": Edges,
    "occurrences": Occurrences,
}
FIELDS = {
    "components": ("kind", "name", "family", "owner", "licence", "lifecycle", "held_by",
                   "leaned_on", "version"),
    "assemblies": ("kind", "name", "owner", "members", "direct", "unknown"),
    "edges": ("kind", "dependency_scope", "role", "downstream.kind", "upstream.licence"),
    "occurrences": ("direct", "dependency_scope", "unknown", "component.name", "assembly.kind",
                    "component.version"),
}  # fmt: skip
MEASURES = {
    "components": [("COUNT", None), ("COUNT", "owner"), ("COUNT_DISTINCT", "family"),
                   ("SUM", "held_by"), ("MIN", "leaned_on"), ("MAX", "held_by"),
                   ("AVG", "held_by")],
    "assemblies": [("SUM", "members"), ("AVG", "unknown"), ("COUNT_DISTINCT", "family")],
    "edges": [("COUNT_DISTINCT", "upstream.key"), ("COUNT", None)],
    "occurrences": [("COUNT_DISTINCT", "component.family"), ("COUNT_DISTINCT", "assembly.key"),
                    ("MAX", "component.held_by")],
}  # fmt: skip


def where(rng: random.Random, table: str, depth: int = 0) -> Row:
    """A random filter."""
    if depth < 2 and rng.random() < 0.4:
        some = [where(rng, table, depth + 1) for _ in range(rng.randint(1, 3))]
        name = rng.choice(("and", "or", "not"))
        return {name: some[0] if name == "not" else some}
    named: list[Row] = [
        {"kind": rng.choice(("framework", "model", "service"))},
        {"kind": ["container", "host", "dataset"]},
        {"name": rng.choice(("aa", "chat", "corpus"))},
        {"owner": rng.choice(("Ann", "Bob", None))},
        {"owner": {"exists": True}},
        {"licence": rng.choice(("MIT", "Apache-2.0", None))},
        {"and": [{"family": "pkg:pypi/aa"}, {"version": rng.choice(("<2", ">=1", "==2.1"))}]},
        {"key": rng.sample([*PACKAGES, *SUBJECTS], 4)},
    ]
    match table:
        case "components":
            return rng.choice([
                *named, {"held_by": {"ge": rng.randint(1, 3)}}, {"leaned_on": {"ge": 1}},
                {"assembly": rng.choice((True, False))}, {"held_by": {"lt": 2, "ge": 1}},
            ])  # fmt: skip
        case "assemblies":
            return rng.choice([*named, {"members": {"ge": 3}}, {"unknown": 0}])
        case "edges":
            return rng.choice([
                {"kind": rng.choice(("serves", "runs_on", "fine_tuned_from", "calls"))},
                {"dependency_scope": {"ne": "runtime"}}, {"downstream": rng.choice(named)},
                {"upstream": rng.choice(named)},
            ])  # fmt: skip
        case _:
            return rng.choice([
                {"direct": rng.choice(("direct", "unknown"))}, {"unknown": True},
                {"dependency_scope": "runtime"}, {"component": rng.choice(named)},
                {"assembly": rng.choice(named)},
            ])  # fmt: skip


def order(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (0, int(value))
    return (1, value) if isinstance(value, int) else (2, str(value))


def sort(rows: list[Row], by: list[str], by_key: dict[str, Row], key: Any) -> list[Row]:
    """Sorted by fields, what nobody says last, then by key."""
    found = sorted(rows, key=key)  # sorting is stable, also the other way round
    for name in reversed(by):
        plain, descending = name.removeprefix("-"), name.startswith("-")
        told = [row for row in found if field(row, plain, by_key) is not None]
        told.sort(key=lambda row: order(field(row, plain, by_key)), reverse=descending)
        found = [*told, *(row for row in found if field(row, plain, by_key) is None)]
    return found


def row_key(table: str, row: Any) -> Any:
    """What tells a row from every other, in the row of an answer or of the plain evaluation."""
    get = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
    names = {
        "occurrences": ("assembly", "component"),
        "edges": ("kind", "downstream", "upstream", "dependency_scope", "role", "origin"),
    }.get(table, ("key",))
    return tuple(get(name) for name in names)


def check(seeds: range) -> Counter[str]:
    """Lists, pages, groups and stock of random estates against the claims; counted."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        made, rng = estate(seed), random.Random(seed)
        later, _, newest = twisted(made, seed)
        past = rng.randint(1, len(made.pushes))
        for views, revision in ((made.views, past), (later, newest)):
            shot = views.snapshot(revision)
            if not is_plain(shot):
                seen["moving names"] += 1
                continue
            at = At(revision=revision, scope=Scope.ALL)
            handle = Handle(views=views, engine=ENGINE(views))
            lists = Lists(shot, views.view(at))
            seen["estates"] += 1
            seen["past"] += views is made.views and revision < len(made.pushes)
            for table in QUESTIONS:
                _listed(handle, lists, table, at, rng, seen)
                _grouped(handle, lists, table, at, rng, seen)
            _stock(handle, lists, at)
    return seen


def _listed(
    handle: Handle, lists: Lists, table: str, at: At, rng: random.Random, seen: Counter[str]
) -> None:
    rows, by_key = getattr(lists, table), {row["key"]: row for row in lists.components}
    asked = None if rng.random() < 0.2 else where(rng, table)
    wanted = [row for row in rows if asked is None or passes(row, asked, by_key)]
    by = [
        rng.choice(("", "-")) + name
        for name in rng.sample(FIELDS[table], rng.randint(0, 2))
        if not name.endswith("version")
    ]
    question = QUESTIONS[table](where=asked, order_by=tuple(by), first=None, at=at)
    answer = ask(handle, question)
    assert answer.total == len(wanted), (asked, answer.total, len(wanted))
    assert {row_key(table, row) for row in answer.rows} == {row_key(table, row) for row in wanted}
    plain = {row_key(table, row): row for row in wanted}
    for row in answer.rows:
        for name, value in plain[row_key(table, row)].items():
            if name != "requirement":
                assert getattr(row, name) == value, (table, row, name, value)
    keys = {
        row_key(table, row): place[-1]
        for row, place in zip(answer.rows, answer.places, strict=True)
    }
    in_order = sort(wanted, by, by_key, lambda row: keys[row_key(table, row)])
    assert [row_key(table, row) for row in answer.rows] == [row_key(table, row) for row in in_order]
    _paged(handle, question, answer, rng)
    seen[table] += 1
    seen["some"] += 0 < len(wanted) < len(rows)
    seen["ordered"] += bool(by) and len(wanted) > 2


def _paged(handle: Handle, question: Listing, whole: Any, rng: random.Random) -> None:
    from dataclasses import replace

    size, found, place = rng.randint(1, 4), [], None
    forward = rng.random() < 0.5
    for _ in range(len(whole.rows) // size + 2):
        bounds = {"first": size, "after": place} if forward else {"last": size, "before": place}
        page = ask(handle, replace(question, **{"first": None, **bounds}))
        assert page.total == whole.total
        found = [*found, *page.rows] if forward else [*page.rows, *found]
        if not (page.has_next if forward else page.has_previous):
            break
        place = page.places[-1 if forward else 0]
    assert tuple(found) == whole.rows


def _grouped(
    handle: Handle, lists: Lists, table: str, at: At, rng: random.Random, seen: Counter[str]
) -> None:
    rows, by_key = getattr(lists, table), {row["key"]: row for row in lists.components}
    asked = None if rng.random() < 0.4 else where(rng, table)
    wanted = [row for row in rows if asked is None or passes(row, asked, by_key)]
    by = tuple(rng.sample(FIELDS[table], rng.randint(0, 2)))
    measure, of = rng.choice(MEASURES[table])
    expected = grouped(wanted, by, measure, of, by_key)
    question = Aggregate(over=table, where=asked, group_by=by, measure=measure, of=of, at=at)
    answer = ask(handle, question)
    found = {row.keys: (row.count, row.value) for row in answer.rows}
    assert found == pytest.approx(expected) if not expected else set(found) == set(expected)
    for keys, (count, value) in expected.items():
        assert found[keys] == (count, pytest.approx(value)), (question, keys)
    assert answer.total == len(wanted)
    if len(expected) > 1:
        top = rng.randint(1, len(expected) - 1)
        cut = ask(handle, Aggregate(over=table, where=asked, group_by=by, top=top, at=at))
        assert sum(row.count for row in cut.rows) == len(wanted)
        assert (cut.rows[-1].rest, cut.rows[-1].groups) == (True, len(expected) - top)
        counts = [row.count for row in cut.rows[:-1]]
        assert counts == sorted((n for n, _ in expected.values()), reverse=True)[:top]
        seen["with a rest"] += 1
    seen[f"groups {measure}"] += bool(expected)


def _stock(handle: Handle, lists: Lists, at: At) -> None:
    answer = ask(handle, Inventory(at=at))
    rows = lists.components
    assert answer.components == len(rows)
    assert answer.families == len({row["family"] for row in rows})
    assert answer.assemblies == len(lists.assemblies)
    assert answer.occurrences == len(lists.occurrences)
    assert answer.edges == len(lists.edges)
    assert answer.completeness.unknown_dependencies == sum(r["unknown"] for r in lists.occurrences)
    counted = Counter(row["kind"] for row in rows)
    assert {one.kind: one.components for one in answer.kinds if one.components} == counted
    for one in answer.kinds:
        own = [row for row in rows if row["kind"] == one.kind]
        for name in ("licence", "owner", "lifecycle"):
            missing = sum(row[name] is None for row in own)
            assert getattr(one, f"without_{name}") == missing
    for dimension in ("licence", "owner"):
        shares = {s.value: s.components for s in answer.shares if s.dimension == dimension}
        assert shares == Counter(row[dimension] for row in rows)


def test_lists_groups_and_stock_say_what_the_claims_say() -> None:
    seen = check(range(150))
    assert seen["estates"] >= 140, seen
    assert min(seen[name] for name in ("past", "some", "ordered", "with a rest", *QUESTIONS)) >= 30
    assert min(seen[f"groups {m}"] for m in ("COUNT", "COUNT_DISTINCT", "SUM", "MAX")) >= 10, seen


@pytest.mark.long
def test_lists_groups_and_stock_say_what_the_claims_say_at_length() -> None:
    seen = check(range(20_000, 22_000))
    assert seen["estates"] >= 1_800
    assert min(seen.values()) >= 100, seen
