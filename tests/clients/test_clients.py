"""Unmodified clients against a running server: audits, Apollo, Relay, code generators."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long


def test_the_server_audits_of_graphql_http(run) -> None:
    assert run("audit.mjs").splitlines()[-1] == "61 of 61"


def test_apollo_client(run) -> None:
    assert "rows in" in run("apollo.mjs")


def test_relay_compiler_and_runtime(run) -> None:
    assert "rows in" in run("relay.mjs")


def test_graphql_codegen(run) -> None:
    assert "lines" in run("codegen.mjs", str(ROOT / "queries"))
