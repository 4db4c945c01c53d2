"""Text search equals a plain look at every component of a view, at every revision of it."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import pytest

from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.catalogues import ViewCatalogues
from lineage.graph.catalogue.sought import sought
from lineage.model.identity import Key
from lineage.model.revision import At, Scope
from lineage.record.build import build_view
from lineage.record.view import View
from tests.graph.catalogue.histories import KEYS, Kept, Snapshots, history
from tests.graph.catalogue.test_catalogue_law import fresh
from tests.snapshots import edge, snapshot

WORDS = ("Bertha", "bert", "aa-tool", "tool", "AA", "pkg:pypi/", "renamed", "a", "nowhere", " ")


def rank(wanted: str, name: str) -> int:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if any(w.startswith(wanted) for w in re.split("[^a-z0-9]+", name)) else 3


def plainly(view: View, text: str) -> list[tuple[int, str, str]]:
    """Every component that has the text: rank, key, and what has it; in order."""
    wanted = text.strip().lower()
    weight: Counter[Key] = Counter(edge.upstream for edge in view.edges)
    for one in view.assemblies.values():
        weight.update(list(one.content.members))
    rows: list[tuple[Any, ...]] = []
    for key, node in view.nodes.items():
        fits: list[tuple[int, str]] = []
        if wanted and wanted in node.name.lower():
            fits = [(rank(wanted, node.name.lower()), node.name)]
        elif wanted:
            keys = [one for one in (key, *sorted(node.keys)) if wanted in one.lower()]
            fits = [(0 if wanted == one.lower() else 4, one) for one in keys]
            places = {key, node.family}
            said = [v.value for at in places for v in view.values.get(at, ()) if v.name == "alias"]
            named = [one for one in said if isinstance(one, str) and wanted in one.lower()]
            fits = fits or [(5 + rank(wanted, one.lower()), one) for one in sorted(named)]
        if fits:
            best, matched = min(fits, key=lambda fit: fit[0])
            rows.append((best, -weight[key], len(node.name), key, matched))
    return [(row[0], row[3], row[4]) for row in sorted(rows)]


def found(catalogue: Catalogue, text: str, first: int | None = None) -> list[tuple[int, str, str]]:
    return [(hit.rank, hit.row.key, hit.matched) for hit in sought(catalogue, text, (), first).hits]


@pytest.mark.parametrize("seed", range(10))
def test_search_is_a_look_at_every_component(seed: int) -> None:
    rng, made = random.Random(seed), history(seed)
    record = Snapshots(made)
    views = Kept(record)
    catalogues = ViewCatalogues(views)
    drawn = [rng.choice(KEYS)[rng.randint(0, 12) :] for _ in range(6)]
    texts = [*WORDS, *drawn, *(one.upper() for one in drawn[:2])]
    hits = 0
    while record.newest < len(made.pushes):
        record.newest = min(len(made.pushes), record.newest + 3)
        for scope in Scope:
            at = At(revision=record.newest, scope=scope)
            catalogue = catalogues.catalogue(at)
            for text in texts:
                whole = plainly(views.view(at), text)
                assert found(catalogue, text) == whole, text
                hits += len(whole)
                for first in (0, 1, len(whole) // 2, len(whole) + 5):
                    assert found(catalogue, text, first) == whole[:first]
                assert sought(catalogue, text, (), 1).total == len(whole)
    assert hits


def test_a_joined_component_is_found_under_every_key_it_has() -> None:
    name, shown = "model:acme/llm@3", "pkg:huggingface/acme/large@abc"
    held = [("people", "join", None, [edge(name, "same_as", shown)], 1)]
    catalogue = fresh(build_view(snapshot(held)))
    assert found(catalogue, "acme/llm") == [(4, shown, name)]
    assert found(catalogue, "MODEL:acme/llm@3") == [(0, shown, name)]
    assert found(catalogue, "acme/large@abc") == [(4, shown, shown)]


def test_search_narrowed_to_kinds_finds_those_only() -> None:
    made = history(3)
    record = Snapshots(made)
    record.newest = len(made.pushes)
    catalogue = ViewCatalogues(Kept(record)).catalogue(At(scope=Scope.ALL))
    whole = sought(catalogue, "a")
    kinds = {hit.row.kind for hit in whole.hits}
    assert len(kinds) > 2
    for kind in kinds:
        some = sought(catalogue, "a", [kind], 2)
        own = [hit for hit in whole.hits if hit.row.kind == kind]
        assert (list(some.hits), some.total) == (own[:2], len(own))
    assert sought(catalogue, "a", ["prompt", *kinds]).hits == whole.hits
