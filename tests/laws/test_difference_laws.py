"""Laws of differences, on random estates: they are what a set difference of claims gives."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import pytest

from lineage.graph.engines.reference import ENGINE
from lineage.model.revision import At, Scope
from queries.asking import ask
from queries.changed import Changed
from queries.difference import Difference
from queries.question import Handle
from tests.laws.naive_difference import Claims, Row, difference, is_plain
from tests.laws.twisted import twisted
from tests.strategies.estates import Estate, estate

_TURNED = {
    "added": "removed", "removed": "added",
}  # fmt: skip


def handle_of(made: Estate) -> Handle:
    return Handle(views=made.views, engine=ENGINE(made.views))


def rows(handle: Handle, before: object, after: object, **more: Any) -> tuple[Changed, ...]:
    answer = ask(handle, Difference(before=str(before), after=str(after), **more))
    found: tuple[Changed, ...] = answer.changes
    assert len(set(found)) == len(found)
    return found


def turned(row: Changed) -> Changed:
    """The same difference seen from the other side."""
    told = {field.name: getattr(row, field.name) for field in fields(row)}
    swapped = {
        name: told[name.replace("before", "#").replace("after", "before").replace("#", "after")]
        for name in told
    }
    return unnamed(Changed(**{**swapped, "type": _TURNED.get(row.type, row.type)}))


def unnamed(row: Changed) -> Changed:
    """Without what names the row after its later side."""
    return replace(row, family="", kind="")


def plain(row: Changed) -> Row:
    return (
        row.type, row.element, row.key_before, row.key_after, row.assembly_before,
        row.assembly_after, row.edge, row.upstream_before, row.upstream_after, row.name,
        row.before, row.after,
    )  # fmt: skip


def check_naive(seeds: range) -> Counter[str]:
    """Histories and what became of them against the plain evaluation; what was seen, counted."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        made = estate(seed)
        last, rng = len(made.pushes), random.Random(seed)
        views, one, other = twisted(made, seed)
        sides = {1: (made.views, rng.randint(1, last), rng.randint(1, last))}
        sides |= {2: (views, one, other), 3: (views, other, one)}
        for views, before, after in sides.values():
            handle = Handle(views=views, engine=ENGINE(views))
            shots = [views.snapshot(number) for number in (before, after)]
            if not all(is_plain(shot) for shot in shots):
                seen["moving names"] += 1
                continue
            claims = [
                Claims(shot, views.view(At(revision=shot.revision.number, scope=Scope.ALL)))
                for shot in shots
            ]
            found = {plain(row) for row in rows(handle, before, after, at=At(scope=Scope.ALL))}
            expected = difference(*claims)
            assert found == expected, (seed, before, after, found ^ expected)
            seen["compared"] += 1
            seen.update({f"{row[0]} {row[1]}" for row in found})
            seen["same"] += not found
    return seen


def test_a_difference_is_that_of_the_sets_of_claims() -> None:
    seen = check_naive(range(200))
    assert seen["compared"] >= 200, seen
    wanted = [f"{sort} {what}" for sort in ("added", "removed", "version")
              for what in ("assembly", "member", "component")]  # fmt: skip
    wanted += ["added edge", "removed edge", "requirement edge", "completeness member",
               "property member", "property edge", "derivation edge", "licence component",
               "digest component", "property component", "same"]  # fmt: skip
    wanted.remove("version component")  # rare: the long run has enough
    assert min(seen[what] for what in wanted) >= 2, seen


@pytest.mark.long
def test_a_difference_is_that_of_the_sets_of_claims_at_length() -> None:
    seen = check_naive(range(10_000, 18_000))
    assert seen["compared"] >= 10_000, seen
    assert min(seen.values()) >= 20, seen


def test_nothing_differs_from_itself_and_the_other_way_round_is_the_same() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        made = estate(seed)
        last, rng, handle = len(made.pushes), random.Random(seed), handle_of(made)
        before, after = rng.randint(1, last), rng.randint(1, last)
        for scope in Scope:
            at = At(scope=scope)
            assert rows(handle, before, before, at=at) == ()
            there = set(rows(handle, before, after, at=at))
            assert {turned(row) for row in there} == {
                unnamed(row) for row in rows(handle, after, before, at=at)
            }
            seen["differs"] += bool(there)
        keys = sorted(made.views.view(At(scope=Scope.ALL)).assemblies)
        one, other = rng.choice(keys), rng.choice(keys)
        at = At(scope=Scope.ALL)
        there = set(rows(handle, one, other, of="assembly", at=at))
        back = {unnamed(row) for row in rows(handle, other, one, of="assembly", at=at)}
        assert {turned(row) for row in there} == back
        assert (one != other) or not there
        seen["assemblies"] += bool(there)
    assert seen["differs"] >= 60
    assert seen["assemblies"] >= 20
