"""The GraphQL of the README is asked of the demo's database; its answer stands there whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.demo.__main__ import SESSION, prepare, run
from tests.docs.console import ROOT, blocks
from tests.houses import open_at

README = ROOT / "README.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database as `make demo` leaves it."""
    folder = tmp_path_factory.mktemp("demo") / ".demo"
    prepare(folder)
    for _, command in SESSION:
        if command.split()[1] in ("init", "ingest", "set"):
            assert run(command, folder, quiet=True) == 0, command
    return folder / "lineage.sqlite"


def test_the_answer_is_the_one_that_is_shown(demo: Path) -> None:
    ((_, query),) = blocks(README, "graphql")
    ((_, shown),) = blocks(README, "json")
    assert answer_to(query, demo) == json.loads(shown)


def answer_to(query: str, database: Path) -> Any:
    """What a server on that database answers."""
    house = open_at(database)
    try:
        client = TestClient(create_app(house), base_url="http://127.0.0.1:8000")
        return client.post("/graphql", json={"query": query}).json()
    finally:
        house.record.close()
