"""The published Cypher: what it answers on the demo estate is what the engine answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lineage.graph.engine import Direction, Mask, Walk
from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.vocabulary.edges import EDGES
from tests.graph.neo4j.estate_pair import engine_over
from tests.houses import make_template, open_at

pytestmark = pytest.mark.neo4j

ROOT = Path(__file__).resolve().parents[3]
QUERIES = ROOT / "queries" / "cypher"
PAGE = ROOT / "docs" / "how-to" / "neo4j.md"
MODEL = "pkg:huggingface/demo/chat-7b-awq@3f1c9e2"
DATASET = "dataset:demo/support-tickets@2026-06"
GIVEN = {
    "what_leans_on_cuda_12": {},
    "where_a_model_came_from": {"model": MODEL},
    "what_a_dataset_taints": {"dataset": DATASET},
}
DERIVATION = {kind.name for kind in EDGES if kind.edge_class == "derivation"}
TAINTS = {"contains", "serves", "runs_on", "reads", "prompted_by", "uses_tool"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jEngine]:
    """The demo estate on the run's server."""
    house = open_at(make_template(tmp_path_factory.mktemp("demo")))
    engine = engine_over(house.handle.views, aside=False)
    engine.apply(At())
    yield engine
    house.record.close()


def asked(engine: Neo4jEngine, name: str) -> list[dict[str, Any]]:
    text = (QUERIES / f"{name}.cypher").read_text()
    graph = engine.store("default")
    return [dict(row) for row in graph.connection.run(text, tenant=graph.graph, **GIVEN[name])]


def whole(engine: Neo4jEngine, keys: list[str], direction: Direction, kinds: set[str]) -> set[str]:
    """Components that the engine in this process reaches, outside of assemblies."""
    walk = Walk(
        starts=tuple((Key(key), None) for key in keys),
        direction=direction,
        mask=Mask(kinds=frozenset(kinds)),
    )
    reach = CsrEngine(engine._views).reach(walk)
    return {str(component) for component, held in reach.depths() if held is None} - set(keys)


def test_every_query_is_asked_here() -> None:
    assert {path.stem for path in QUERIES.glob("*.cypher")} == set(GIVEN)


def test_types_are_those_of_the_vocabulary() -> None:
    """A kind that derives is followed by the published queries too."""
    for name in ("where_a_model_came_from", "what_a_dataset_taints"):
        text = (QUERIES / f"{name}.cypher").read_text()
        named = {one.lower() for one in re.findall(r"[A-Z_]{3,}", text.partition("[:")[2])}
        assert named >= DERIVATION, DERIVATION - named


def test_what_leans_on_the_old_line(demo: Neo4jEngine) -> None:
    rows = asked(demo, "what_leans_on_cuda_12")
    nodes = demo._views.view(At()).nodes
    libraries = [k for k, n in nodes.items() if n.name.startswith("nvidia-") and "-cu12" in n.name]
    kinds = {
        "depends_on", "requires", "contains", "serves", "runs_on", "calls", "built_with",
    }  # fmt: skip
    every = whole(demo, [str(key) for key in libraries], Direction.DOWNSTREAM, kinds)
    assert {row["key"] for row in rows} - {str(key) for key in libraries} == every
    assert any(row["kind"] == "service" for row in rows)


def test_where_a_model_came_from(demo: Neo4jEngine) -> None:
    rows = asked(demo, "where_a_model_came_from")
    assert {row["key"] for row in rows} == whole(demo, [MODEL], Direction.UPSTREAM, DERIVATION)
    assert DATASET in {row["key"] for row in rows}
    walk = Walk(
        starts=((Key(MODEL), None),), direction=Direction.UPSTREAM,
        mask=Mask(kinds=frozenset(DERIVATION)),
    )  # fmt: skip
    depths = CsrEngine(demo._views).reach(walk).depths()
    assert all(depths[Key(row["key"]), None] == row["hops"] for row in rows)


def test_what_a_dataset_taints(demo: Neo4jEngine) -> None:
    rows = asked(demo, "what_a_dataset_taints")
    assert {row["key"] for row in rows} == whole(
        demo, [DATASET], Direction.DOWNSTREAM, DERIVATION | TAINTS
    )
    assert any(row["kind"] == "service" for row in rows)


def shown(rows: list[dict[str, Any]]) -> str:
    """Rows as the page shows them."""
    cells = [[*rows[0]], *([str(value) for value in row.values()] for row in rows)]
    wide = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_the_page_shows_the_query_and_its_answer(demo: Neo4jEngine, name: str) -> None:
    page = PAGE.read_text()
    text = (QUERIES / f"{name}.cypher").read_text().strip()
    assert f"```cypher\n{text}\n```" in page
    answer = shown(asked(demo, name))
    assert f"```text\n{answer}\n```" in page, answer
