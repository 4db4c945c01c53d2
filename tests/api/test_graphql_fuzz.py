"""Whatever text comes in, what goes out is an answer or a coded failure, never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.house import House
from tests.houses import copy_of, open_at

QUERY = """query($key: String!, $asOf: String, $stream: String, $text: String!, $id: ID!,
    $first: Int, $after: String, $depth: Int, $from: String, $to: String) {
  component(key: $key, asOf: $asOf, stream: $stream) { __typename }
  provenance(key: $key, depth: $depth) { __typename }
  impact(key: $key, from: $from, to: $to) { __typename }
  search(text: $text, first: $first) { __typename }
  receipt(id: $id) { __typename }
  receipts(first: $first, after: $after) { totalCount }
  node(id: $id) { id }
}"""
_WORDS = st.sampled_from([
    "chat", "torch", "pkg:pypi/torch", "capability:cuda", "service:demo/chat@1.2", "pkg:pypi/%ff",
    "a:b", "12", ">=1,<2", "²", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "12.*",
    "\x00", "demo/chat", "model:", "dataset:pkg:huggingface/x", "pkg:oci/x?tag=%00", "1e999",
])  # fmt: skip
TEXT = st.one_of(_WORDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
NUMBER = st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1))


@pytest.fixture(scope="module")
def fuzzed(template: Path, built, tmp_path_factory) -> Iterator[TestClient]:
    house: House = open_at(copy_of(template, tmp_path_factory.mktemp("fuzz")))
    app = create_app(house, built)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client
    house.record.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {"key": TEXT, "text": TEXT, "id": TEXT, "from": st.one_of(st.none(), TEXT)},
        optional={"asOf": TEXT, "stream": TEXT, "after": TEXT, "to": TEXT, "first": NUMBER,
                  "depth": NUMBER},
    )
)  # fmt: skip
def test_every_failure_has_a_code_and_none_is_ours(fuzzed, variables) -> None:
    response = fuzzed.post("/graphql", json={"query": QUERY, "variables": variables})
    assert response.status_code < 500
    for error in response.json().get("errors", ()):
        assert error["extensions"]["code"] not in ("INTERNAL", None), (variables, error)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=60) | TEXT.map(str.encode),
    st.dictionaries(
        st.sampled_from(["stream", "subject", "name", "format", "part", "branch", "latest"]), TEXT
    ),
    st.sampled_from(["", "gzip", "zstd", "identity", "br"]),
)
def test_no_upload_is_a_fault(fuzzed, body, params, encoding) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    response = fuzzed.post("/v1/documents", content=body, params=params, headers=headers)
    assert response.status_code in (200, 201, 400, 413, 415, 422), response.text
    if response.status_code >= 400:
        assert response.json()["code"] not in ("INTERNAL", "")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(codec="ascii"), max_size=20).filter(lambda t: t not in (".", "..")))
def test_no_receipt_is_a_fault(fuzzed, text) -> None:
    from urllib.parse import quote

    response = fuzzed.get(f"/v1/receipts/{quote(text, safe='')}")
    assert response.status_code in (200, 404, 405)
