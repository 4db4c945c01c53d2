"""The same commands on a server's database."""

from __future__ import annotations

import json

import pytest

from tests.houses import ESTATE


@pytest.mark.postgresql
def test_the_main_job_on_postgresql(run, postgresql_url, monkeypatch) -> None:
    monkeypatch.setenv("LINEAGE_DB", postgresql_url)
    assert "lineage init" in run("search", "torch", code=1).stderr
    run("init", "--namespace", "demo")
    lock = ESTATE / "chat-api.pip.json"
    run("ingest", lock, "--subject", "container:demo/chat-api@1.2")
    words = ["impact", "capability:cuda", "--from", "12", "--to", "13", "-o", "json"]
    found = json.loads(run(*words).stdout)
    assert found["counts"]["breaks"] > 0
    assert "[NOT_FOUND]" in run("show", "nobody", code=1).stderr
    run("db", "check")
    run("doctor")
