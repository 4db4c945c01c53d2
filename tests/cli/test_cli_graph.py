"""`lineage graph`: what it says of a graph that is missing, right, behind, or tampered with."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.program import app
from tests.houses import ESTATE, make_template
from tests.services.running import fresh_address

pytestmark = pytest.mark.neo4j


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo estate, with the run's Neo4j in the settings."""
    address = fresh_address()
    monkeypatch.setenv("LINEAGE_NEO4J_URL", address.url)
    monkeypatch.setenv("LINEAGE_NEO4J_USER", address.user)
    secret = tmp_path / "secret"
    secret.write_text(f"{address.password}\n")
    monkeypatch.setenv("LINEAGE_NEO4J_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("LINEAGE_NEO4J_SPACE", address.space)
    monkeypatch.setenv("LINEAGE_ENGINE", "neo4j")
    monkeypatch.setenv("LINEAGE_NEO4J_AWAY", "refuse")
    return f"sqlite:///{make_template(tmp_path)}"


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    return result.stdout + result.stderr


def test_the_life_of_a_graph(graph: str) -> None:
    assert "state     not there" in run("graph", "status", "--db", graph)
    assert "missing nodes" in run("graph", "verify", "--db", graph, code=1)
    assert "revision 4: " in run("graph", "rebuild", "--db", graph)
    assert "as it should be" in run("graph", "verify", "--db", graph)
    again = ESTATE / "hosts" / "gpu-l40s-01.cdx.json"
    run("ingest", str(again), "--db", graph)
    assert "state     behind" in run("graph", "status", "--db", graph)
    asked = run("impact", "torch", "--to", "2.15.0", "-o", "json", "--db", graph)
    assert "in step" in run("graph", "status", "--db", graph)
    assert asked == run("impact", "torch", "--to", "2.15.0", "-o", "json", "--db", graph)
    assert "as it should be" in run("graph", "verify", "--db", graph)


def test_settings_that_cannot_be_used(
    graph: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, said in (
        ("LINEAGE_NEO4J_URL", "http://127.0.0.1:1", "LINEAGE_NEO4J_URL"),
        ("LINEAGE_NEO4J_URL", "bolt://me:it@127.0.0.1:1", "credentials"),
        ("LINEAGE_NEO4J_URL", "", "LINEAGE_NEO4J_URL"),
        ("LINEAGE_NEO4J_PASSWORD_FILE", str(tmp_path / "none"), "LINEAGE_NEO4J_PASSWORD_FILE"),
        ("LINEAGE_NEO4J_AWAY", "guess", "LINEAGE_NEO4J_AWAY"),
        ("LINEAGE_ENGINE", "neo5j", "LINEAGE_ENGINE"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert said in run("impact", "torch", "--to", "2.15.0", "--db", graph, code=2)
    with monkeypatch.context() as patch:
        patch.setenv("LINEAGE_NEO4J_URL", "bolt://127.0.0.1:1")
        assert "GRAPH_UNREACHABLE" in run("graph", "status", "--db", graph, code=1)
        refused = run("impact", "torch", "--to", "2.15.0", "--db", graph, code=1)
        assert "GRAPH_AWAY" in refused
        assert "revision 4" in refused
        patch.setenv("LINEAGE_NEO4J_AWAY", "csr")
        run("impact", "torch", "--to", "2.15.0", "--db", graph)
