"""Lists and groups equal the plain evaluation of a view, and a moved catalogue equals a new one."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import ViewCatalogues, catalogue_of
from lineage.graph.catalogue.order import By, Paging
from lineage.graph.catalogue.value import shown
from lineage.graph.projection.projector import Projector
from lineage.model.identity import identify
from lineage.model.revision import At, Scope
from lineage.record.view import View
from queries.where import where_of
from tests.graph.catalogue.histories import (
    KEYS,
    LICENCES,
    OWNERS,
    TAGS,
    History,
    Kept,
    Snapshots,
    history,
)
from tests.graph.catalogue.plain import Plain, Row
from tests.strategies.estates import SUBJECTS

TABLES = ("components", "assemblies", "edges", "occurrences", "carries")
BY = {
    "components": ("kind", "name", "version", "owner", "licence", "held_by", "family", "known_by"),
    "assemblies": ("kind", "owner", "members", "unknown", "family"),
    "edges": ("kind", "downstream.kind", "upstream.owner", "origin", "dependency_scope"),
    "occurrences": ("direct", "component.version", "assembly.kind", "component.owner", "build"),
    "carries": ("service.owner", "assembly.kind", "service.family"),
}


def fresh(view: View) -> Catalogue:
    projector = Projector()
    return catalogue_of(
        view, lambda one: projector.resolution(one).digest, lambda: projector.project(view)
    )


def where(rng: random.Random, table: str, depth: int = 0) -> dict[str, Any]:
    """A filter of these rows, often one that some pass."""
    if depth < 2 and rng.random() < 0.35:
        name = rng.choice(("and", "or", "not"))
        if name == "not":
            return {"not": where(rng, table, depth + 1)}
        return {name: [where(rng, table, depth + 1) for _ in range(rng.randint(1, 3))]}
    names = {
        "components": (
            "kind", "family", "name", "version", "licence", "owner", "tag", "property", "text",
            "held_by", "member_of", "contains", "carries", "upstream", "downstream", "known_by",
            "lifecycle", "criticality", "deployment_environment", "assembly", "archived", "key",
        ),
        "assemblies": ("kind", "owner", "stream", "members", "contains", "carried_by", "version"),
        "edges": ("kind", "downstream", "upstream", "dependency_scope", "unpinned"),
        "occurrences": ("component", "assembly", "direct", "unknown", "dependency_scope"),
        "carries": ("service", "assembly"),
    }[table]  # fmt: skip
    chosen = rng.sample(names, rng.choice((1, 1, 2)))
    return {name: _operand(rng, table, name, depth) for name in chosen}


def _operand(rng: random.Random, table: str, name: str, depth: int) -> Any:
    match name:
        case "component" | "service" | "contains" | "carries" | "carried_by":
            return where(rng, "components", depth + 1) if rng.random() < 0.8 else rng.choice(KEYS)
        case "upstream" | "downstream":
            return where(rng, "components", depth + 1)
        case "member_of":
            return where(rng, "assemblies", depth + 1)
        case "assembly" if table in ("occurrences", "carries"):
            return where(rng, "assemblies", depth + 1) if rng.random() < 0.8 else SUBJECTS[0]
        case "unknown" if table == "occurrences":
            return rng.choice((True, False))
        case "direct" if table == "occurrences":
            return rng.choice(("direct", "transitive", ["unknown", "direct"]))
    choices: dict[str, Any] = {
        "kind": ["framework", "service", ["model", "dataset"]]
        if table != "edges"
        else ["serves", "calls", ["runs_on", "serves"]],
        "key": [rng.choice(KEYS), [rng.choice(KEYS), rng.choice(KEYS)]],
        "family": [str(identify(rng.choice(KEYS)).family)],
        "name": ["chat", "aa", ["image", "bb"], "renamed"],
        "version": [">=1", "<2", "1", {"range": ">=1", "scheme": "pep440"}, "vers:pypi/>=1|<2"],
        "licence": [*LICENCES, None],
        "owner": [*OWNERS, None, ["core", "ml"]],
        "tag": TAGS,
        "property": [
            {"name": "energy", "ge": 0.2},
            {"name": "energy", "ge": 0.2, "unit": "kWh"},
            {"name": "score", "ge": 2},
            {"name": "score", "exists": True},
            {"name": "owner", "exists": False},
        ],
        "text": ["AA", "chat", "berth", "zz"],
        "held_by": [{"ge": 1}, {"ge": 2}],
        "members": [{"ge": 2}],
        "stream": ["git/main", "scanner"],
        "known_by": ["estate", "knowledge"],
        "lifecycle": ["deployed", None],
        "criticality": ["high", None],
        "deployment_environment": ["prod", ["prod", "staging"]],
        "assembly": [True, False],
        "archived": [True, False],
        "unpinned": [True, False],
        "dependency_scope": ["runtime", "build"],
    }
    return rng.choice(choices[name])


def row_values(table: str, row: Any) -> Row:
    found = {name: getattr(row, name) for name in row.__slots__}
    if table in ("edges", "occurrences", "carries"):
        del found["key"]
    for name in ("resolution", "requirement", "confidence"):
        found.pop(name, None)
    return found


def plain_values(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "scheme"}


def as_set(rows: list[Row]) -> Counter[str]:
    return Counter(repr(sorted(row.items())) for row in rows)


def agrees(catalogue: Catalogue, plain: Plain, rng: random.Random, met: Counter[str]) -> None:
    """One revision: rows, filters, orders, pages and groups."""
    for table in TABLES:
        every = catalogue.page(table)
        plain_rows = [plain_values(row) for row in plain.rows(table)]
        if table == "assemblies":
            for row in plain_rows:
                for name in ("held_by", "leaned_on", "known_by", "assembly", "archived"):
                    del row[name]
        assert as_set([row_values(table, row) for row in every.rows]) == as_set(plain_rows), table
        asked = where(rng, table)
        chosen, lost = plain.chosen(table, asked)
        predicate = where_of(asked, table)
        total = catalogue.total(table, predicate)
        assert (total.total, total.cannot_compare) == (len(chosen), lost), (table, asked)
        met["narrowed"] += 0 < len(chosen) < len(plain_rows)
        met["lost"] += lost > 0
        pages(catalogue, table, asked, rng, met)
        paths = rng.sample(BY[table], rng.randint(0, 2))
        groups = catalogue.group(table, paths, where=predicate)
        counted = {group.keys: group.count for group in groups.groups}
        expected = plain.counted(table, asked, paths)
        assert {repr(k): n for k, n in counted.items() if n} == {
            repr(tuple(shown(v) for v in k)): n for k, n in expected.items()
        }, (table, asked, paths)


def pages(
    catalogue: Catalogue, table: str, asked: Any, rng: random.Random, met: Counter[str]
) -> None:
    """Pages forward and backward are the whole order, cut."""
    by = [By(path, rng.random() < 0.5) for path in rng.sample(BY[table], rng.randint(0, 2))]
    predicate = where_of(asked, table)
    whole = catalogue.page(table, predicate, by)
    size = rng.randint(1, 4)
    seen: list[Any] = []
    after = None
    while True:
        page = catalogue.page(table, predicate, by, Paging(first=size, after=after))
        assert page.total == len(whole.rows) == whole.total
        assert page.has_previous == bool(seen)
        seen += page.rows
        assert page.has_next == (len(seen) < page.total)
        if not page.has_next:
            break
        after = page.positions[-1]
        met["pages"] += 1
    assert seen == list(whole.rows)
    assert seen == list(catalogue.every(table, predicate, by))
    before, back = None, []
    while True:
        page = catalogue.page(table, predicate, by, Paging(last=size, before=before))
        assert page.has_next == bool(back)
        back = [*page.rows, *back]
        if not page.has_previous:
            break
        before = page.positions[0]
    assert back == list(whole.rows)


def follow(seed: int, scope: Scope, met: Counter[str]) -> None:
    made: History = history(seed)
    record, rng = Snapshots(made), random.Random(seed)
    views = Kept(record)
    catalogues = ViewCatalogues(views, share=0, kept=3)
    for number in range(1, len(made.pushes) + 1):
        record.newest = number
        at = At(scope=scope, revision=number)
        moved = catalogues.catalogue(At(scope=scope))
        agrees(moved, Plain(moved.view, views, at), rng, met)
        anew = fresh(moved.view)
        for table in TABLES:
            by = [By(rng.choice(BY[table]), rng.random() < 0.5)]
            assert moved.page(table, None, by) == anew.page(table, None, by)
        if number > 2 and rng.random() < 0.3:
            past = At(scope=scope, revision=rng.randint(1, number - 1))
            old = catalogues.catalogue(past)
            agrees(old, Plain(old.view, views, past), rng, met)
            met["past"] += 1
    met["moved"] += catalogues.moved
    met["rebuilt"] += catalogues.rebuilt


def law(part: int, examples: int) -> Counter[str]:
    """So many histories, others in each part; what was met, counted."""
    met: Counter[str] = Counter()
    rng = random.Random(part)
    for _ in range(examples):
        seed, scope = rng.randrange(2**32), rng.choice([*Scope])
        try:
            follow(seed, scope, met)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, scope {scope}: {error}") from error
    return met


def test_lists_and_groups_equal_the_plain_evaluation() -> None:
    met = law(part=-1, examples=15)
    # Nothing would be proved by filters that all or none pass, or by catalogues all made anew.
    assert met["narrowed"] > 100, met
    assert met["moved"] > 5 * met["rebuilt"], met
    assert min(met["lost"], met["pages"], met["past"]) > 10, met


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_lists_and_groups_equal_the_plain_evaluation_at_length(part: int) -> None:
    met = law(part, examples=100)
    assert met["narrowed"] > 250, met
    assert min(met["lost"], met["pages"], met["past"]) > 50, met
