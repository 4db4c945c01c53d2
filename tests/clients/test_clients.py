"""Unmodified clients against a running server: audits, Apollo, Relay, code generators."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.long


def test_the_server_audits_of_graphql_http(run) -> None:
    assert run("audit.mjs").splitlines()[-1] == "61 of 61"
