"""Many clients at once: every write gets a revision of its own, every answer names one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from tests.houses import ESTATE

BOM = json.loads((ESTATE / "hosts" / "gpu-h100-01.cdx.json").read_bytes())
QUERY = """{ impact(key: "capability:cuda", from: "12", to: "13") { ... on ImpactAnswer {
    revision affected(first: 2) { revision totalCount } } }
  search(text: "gpu") { ... on SearchAnswer { revision total } } }"""


def test_writers_and_readers_at_once(client) -> None:
    def write(number: int) -> int:
        params = {"subject": f"host:demo/gpu-{number}", "stream": f"ci/{number % 3}"}
        response = client.post("/v1/documents", content=json.dumps(BOM), params=params)
        assert response.status_code == 201, response.text
        return int(response.json()["revision"])

    def read(_: int) -> int:
        body = client.post("/graphql", json={"query": QUERY}).json()
        assert "errors" not in body, body
        impact = body["data"]["impact"]
        assert impact["affected"]["revision"] == impact["revision"]
        return int(impact["revision"])

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(write, number) for number in range(12)]
        seen = [pool.submit(read, number) for number in range(12)]
        revisions = sorted(one.result() for one in written)
        assert all(4 <= one.result() <= 16 for one in seen)
    assert revisions == list(range(5, 17))
    newest = client.post("/graphql", json={"query": QUERY}).json()["data"]
    assert newest["impact"]["revision"] == newest["search"]["revision"] == 16
