"""A service for others than this machine, with two tenants and a token for each right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.house import House
from lineage.record.token import Right, Tokens
from tests.houses import copy_of, open_at

Mint = Callable[..., dict[str, str]]


@pytest.fixture
def shut(template: Path, tmp_path: Path) -> Iterator[House]:
    """A house that serves an address of a network; the demo estate is the default tenant's."""
    opened = open_at(
        copy_of(template, tmp_path), host="0.0.0.0", max_query_fields=100_000,
        max_query_tokens=400_000, max_query_aliases=100_000, at_least_wait=0.2,
    )  # fmt: skip
    yield opened
    opened.record.close()


@pytest.fixture
def mint(shut: House) -> Mint:
    """Makes a token of some rights; gives the headers that bear it."""

    def make(*rights: Right, tenant: str = "default", streams: tuple[str, ...] = ()):
        tokens = Tokens(shut.record.session)
        _, text = tokens.create(name="test", tenant=tenant, rights=rights, streams=streams)
        return {"Authorization": f"Bearer {text}"}

    return make


@pytest.fixture
def service(shut: House, built) -> Iterator[TestClient]:
    app = create_app(shut, built)
    with TestClient(app, base_url="http://lineage.example:8000") as opened:
        yield opened
