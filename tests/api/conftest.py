"""The application over the demo estate, asked through HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.graphql.schema import build_schema
from api.house import House
from lineage.record.session import Work
from tests.houses import copy_of, make_template, open_at


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    """A house of its own, which a test may write to."""
    opened = open_at(copy_of(template, tmp_path), at_least_wait=0.2)
    yield opened
    opened.record.close()


@pytest.fixture(scope="session")
def built() -> Any:
    return build_schema()


@pytest.fixture
def client(house: House, built: Any) -> Iterator[TestClient]:
    with TestClient(create_app(house, built), base_url="http://127.0.0.1:8000") as opened:
        yield opened


@pytest.fixture
def ask(client: TestClient) -> Callable[..., Any]:
    """Ask in GraphQL; the data, after a look that nothing failed."""

    def send(query: str, **variables: Any) -> Any:
        response = client.post("/graphql", json={"query": query, "variables": variables})
        body = response.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    return send


@pytest.fixture
def fail(client: TestClient) -> Callable[..., Any]:
    """Ask in GraphQL what fails; the codes of its errors."""

    def send(query: str, **variables: Any) -> list[str]:
        response = client.post("/graphql", json={"query": query, "variables": variables})
        return [error["extensions"]["code"] for error in response.json()["errors"]]

    return send


@pytest.fixture
def counted(house: House) -> Callable[..., Any]:
    """A context whose value lists the SQL statements that run inside it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []
        methods = {name: getattr(Work, name) for name in ("rows", "one", "run", "many")}

        def watching(name: str) -> Callable[..., Any]:
            def run(self: Work, text: str, *values: Any) -> Any:
                if "inbox" not in text:  # what waits there is taken up beside the requests
                    seen.append(text)
                return methods[name](self, text, *values)

            return run

        with ExitStack() as stack:
            for name in methods:
                stack.enter_context(mock.patch.object(Work, name, watching(name)))
            yield seen

    return counting
