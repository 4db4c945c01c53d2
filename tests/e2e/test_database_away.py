"""A server goes on when its PostgreSQL was killed, and says 503 while that is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.settings import settings
from api.wiring import open_house
from lineage.record.session import Session
from lineage.record.token import Right, Tokens
from tests.services.outage import postgresql_to_kill

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]


def bom(number: int) -> bytes:
    parts = [{"type": "library", "name": "x", "version": f"1.{number}", "bom-ref": "x",
              "purl": f"pkg:pypi/x@1.{number}"}]  # fmt: skip
    subject = {"type": "application", "name": "app", "version": "1.0", "bom-ref": "app"}
    return json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": subject}, "components": parts,
    }).encode()  # fmt: skip


@contextmanager
def serving(url: str, log: Path, **more: str) -> Iterator[httpx.Client]:
    """A client of a server of its own; what that says goes to a file, which is never full."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", "--db", url]
    with log.open("w") as told:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **more}, stderr=told)
    try:
        deadline = time.monotonic() + 60
        while "serving http" not in (text := log.read_text()):
            assert process.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.05)
        with httpx.Client(base_url=text.split("serving ")[1].split()[0], timeout=40) as client:
            yield client
    finally:
        process.terminate()
        process.wait(60)


def push(client: httpx.Client, number: int) -> int:
    response = client.post("/v1/documents?stream=ci", content=bom(number))
    assert response.status_code == 201, response.text
    revision: int = response.json()["revision"]
    return revision


def seen(client: httpx.Client, revision: int) -> None:
    """The other server answers at that revision, and has not waited long for it."""
    response = client.get(f"/v1/search?text=x&at_least={revision}")
    assert response.status_code == 200, response.text
    assert response.json()["revision"] >= revision


def refused(response: httpx.Response) -> None:
    assert (response.status_code, response.json()["code"]) == (503, "DATABASE_UNREACHABLE")
    assert int(response.headers["Retry-After"]) > 0
    assert "127.0.0.1" not in response.text


def listeners(url: str) -> list[int]:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        ).fetchall()
    return [row[0] for row in rows]


def test_two_servers_outlive_their_database(tmp_path: Path) -> None:
    with postgresql_to_kill() as server:
        open_house(settings(db=server.url), create=True).close()
        session = Session(server.url)
        token = Tokens(session).create(name="t", tenant="default", rights=[Right.READ])[1]
        session.close()
        logs = [tmp_path / "one.log", tmp_path / "other.log"]
        with serving(server.url, logs[0]) as one, serving(server.url, logs[1]) as other:
            seen(other, push(one, 1))
            _deaf(server.url, one, other)
            server.kill()
            _away(one, token)
            server.start()
            # The first request after it is answered: nobody keeps a dead connection.
            seen(other, push(one, 20))
            seen(one, push(other, 21))
            assert one.get("/readyz").status_code == 200
        for log in logs:
            told = log.read_text()
            assert "Traceback" not in told
            assert len(told.splitlines()) < 20, told


def _deaf(url: str, one: httpx.Client, other: httpx.Client) -> None:
    """Announcements are cut off: others look by themselves, and hear again a moment later."""
    before = listeners(url)
    assert len(before) == 2
    with psycopg.connect(url, autocommit=True) as connection:
        for pid in before:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    seen(other, push(one, 10))
    deadline = time.monotonic() + 20
    while len(set(listeners(url)) - set(before)) < 2:
        assert time.monotonic() < deadline, "nobody listens again"
        time.sleep(0.1)
    seen(other, push(one, 11))


def _away(client: httpx.Client, token: str) -> None:
    refused(client.get("/v1/search?text=x"))
    refused(client.post("/v1/documents?stream=ci", content=bom(5)))
    refused(client.get("/v1/search?text=x", headers={"X-Api-Key": token}))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    query = {"query": '{ search(text: "x") { ... on SearchAnswer { revision } } }'}
    errors: list[dict[str, Any]] = client.post("/graphql", json=query).json()["errors"]
    assert errors[0]["extensions"]["code"] == "DATABASE_UNREACHABLE", errors
    time.sleep(3)  # whoever tries again in the background does not fill the log
