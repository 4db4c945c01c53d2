"""``lineage.open(..., engine="neo4j")``: settings of the environment, and an end to connections."""

from __future__ import annotations

from pathlib import Path

import pytest

import lineage
import queries
from lineage.errors import SettingInvalidError
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.graph.engines.neo4j.address import Address
from queries.provenance import Provenance
from tests.houses import make_template, open_at
from tests.services.running import fresh_address

ASKED = Provenance(key="service:demo/chat@1.2", dependence=True)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("opening"))


def environment(patch: pytest.MonkeyPatch, address: Address) -> None:
    for name in ("url", "user", "password", "space"):
        patch.setenv(f"LINEAGE_NEO4J_{name.upper()}", getattr(address, name))
    patch.setenv("LINEAGE_NEO4J_AWAY", "refuse")


@pytest.mark.neo4j
def test_a_handle_answers_from_the_server(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, fresh_address())
    with lineage.open(template) as alone, lineage.open(template, engine="neo4j") as handle:
        assert isinstance(handle.engine, Neo4jEngine)
        assert queries.ask(handle, ASKED) == queries.ask(alone, ASKED)
        state = handle.engine.store("default").state()
        assert state is not None
        assert (state.revision, state.stage) == (handle.revision, "ready")
        driver = handle.engine.connection._driver
        assert driver is not None
    assert driver._closed
    assert handle.engine.connection._driver is None


@pytest.mark.neo4j
def test_so_does_a_house(template: Path) -> None:
    address = fresh_address()
    house = open_at(
        template, engine="neo4j", neo4j_url=address.url, neo4j_user=address.user,
        neo4j_password=address.password, neo4j_space=address.space, neo4j_away="refuse",
    )  # fmt: skip
    assert house.ask(Provenance(key=ASKED.key, at=house.at())).revision == house.head().number
    engine = house.handle.engine
    assert isinstance(engine, Neo4jEngine)
    driver = engine.connection._driver
    house.close()
    assert driver is not None
    assert driver._closed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LINEAGE_NEO4J_URL", ""),
        ("LINEAGE_NEO4J_URL", "http://127.0.0.1:7687"),
        ("LINEAGE_NEO4J_AWAY", "guess"),
        ("LINEAGE_NEO4J_PATIENCE", "soon"),
        ("LINEAGE_NEO4J_PATIENCE", "nan"),
        ("LINEAGE_NEO4J_PASSWORD_FILE", "no/such/file"),
    ],
)
def test_what_cannot_be_used_is_named(
    name: str, text: str, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_NEO4J_URL", "bolt://127.0.0.1:1")
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingInvalidError, match=name):
        lineage.open(template, engine="neo4j")
