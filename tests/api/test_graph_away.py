"""A server whose Neo4j is away answers from the process, or says 503 with the revision it has."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from tests.houses import copy_of, open_at

ASKED = "/v1/provenance?key=service:demo/chat@1.2&dependence=true"
QUERY = """
{
  provenance(key: "service:demo/chat@1.2", dependence: true) {
    ... on ProvenanceAnswer { revision upstream { key } }
  }
}
"""


@pytest.fixture
def served(template: Path, tmp_path: Path, built: Any) -> Iterator[Callable[..., TestClient]]:
    """Clients of one database with one engine each; nobody listens where Neo4j is said to be."""
    file = copy_of(template, tmp_path)
    with ExitStack() as stack:
        nobody = stack.enter_context(
            socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        )
        nobody.bind(("127.0.0.1", 0))
        url = f"bolt://127.0.0.1:{nobody.getsockname()[1]}"

        def client(**chosen: str) -> TestClient:
            house = open_at(file, neo4j_url=url, neo4j_patience=1, **chosen)
            stack.callback(house.close)
            app = create_app(house, built)
            return stack.enter_context(TestClient(app, base_url="http://127.0.0.1:8000"))

        yield client


def test_the_process_answers(served: Callable[..., TestClient]) -> None:
    standing_in, plain = served(engine="neo4j", neo4j_away="csr"), served(engine="csr")
    assert standing_in.get(ASKED).content == plain.get(ASKED).content
    asked = {"query": QUERY}
    data = standing_in.post("/graphql", json=asked).json()
    assert data == plain.post("/graphql", json=asked).json()
    assert data["data"]["provenance"]["upstream"]


def test_or_it_is_said_which_revision_is_there(served: Callable[..., TestClient]) -> None:
    client = served(engine="neo4j", neo4j_away="refuse")
    response = client.get(ASKED)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    problem = response.json()
    assert (problem["code"], problem["revision"]) == ("GRAPH_AWAY", 4)
    assert "revision 4" in problem["detail"]
    error = client.post("/graphql", json={"query": QUERY}).json()["errors"][0]
    assert error["extensions"]["code"] == "GRAPH_AWAY"
    assert "revision 4" in error["message"]
    # What needs no graph is answered all the same.
    assert client.get("/v1/revision").json()["revision"]["number"] == 4
