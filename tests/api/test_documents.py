"""Documents over REST: what comes in, what comes back, what is refused and how."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import zstandard
from starlette.testclient import TestClient

from api.app import create_app
from tests.houses import ESTATE, copy_of, open_at

BOM = (ESTATE / "hosts" / "gpu-h100-01.cdx.json").read_bytes()


def post(client, content=BOM, *, headers=None, **params: Any):
    return client.post("/v1/documents", content=content, params=params, headers=headers or {})


def test_a_document_is_created_once_and_then_unchanged(client) -> None:
    first = post(client)
    assert first.status_code == 201
    receipt = first.json()
    assert receipt["revision"] == 5
    assert receipt["unchanged"] is False
    assert first.headers["location"] == f"/v1/receipts/{receipt['id']}"
    second = post(client)
    assert second.status_code == 200
    assert second.json() == {**receipt, "unchanged": True}
    assert client.get(first.headers["location"]).json() == receipt


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor().compress), ("identity", bytes)],
)
def test_the_body_may_be_packed(client, encoding, pack) -> None:
    response = post(client, pack(BOM), headers={"Content-Encoding": encoding})
    assert response.status_code == 201
    assert response.json()["size"] == len(BOM)


def test_what_is_told_about_a_document_is_kept(client, house) -> None:
    response = post(
        client, stream="ci/vision", branch="main", default="true", latest="false", commit="abc",
        job="build 7", part="app", headers={"User-Agent": "ci/1"},
    )  # fmt: skip
    assert response.status_code == 201
    kept = house.record.history().submission(response.json()["revision"])
    assert (kept.stream, kept.branch, kept.default, kept.latest) == (
        "ci/vision",
        "main",
        True,
        False,
    )
    assert (kept.commit, kept.job, kept.part, kept.client) == ("abc", "build 7", "app", "ci/1")


def refused(response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"latest": "maybe"}, "PARAMETER_INVALID"),
        ({"colour": "red"}, "PARAMETER_INVALID"),
        ({"subject": "nonsense"}, "PARAMETER_INVALID"),
        ({"stream": "a\x01b"}, "STREAM_INVALID"),
    ],
)
def test_a_parameter_that_cannot_be_used(client, params, code) -> None:
    refused(post(client, **params), 400, code)


def test_a_parameter_given_twice(client) -> None:
    response = client.post("/v1/documents?part=a&part=b", content=BOM)
    refused(response, 400, "PARAMETER_INVALID")


def test_the_client_of_curl_sends_a_raw_body(client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert post(client, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("content", "headers", "params", "status", "code"),
    [
        (b"", {}, {}, 400, "BODY_INVALID"),
        (b"no gzip", {"Content-Encoding": "gzip"}, {}, 400, "BODY_INVALID"),
        (gzip.compress(BOM)[:-9], {"Content-Encoding": "gzip"}, {}, 400, "BODY_INVALID"),
        (gzip.compress(BOM) + b"more", {"Content-Encoding": "gzip"}, {}, 400, "BODY_INVALID"),
        (b"no zstd", {"Content-Encoding": "zstd"}, {}, 400, "BODY_INVALID"),
        (zstandard.compress(BOM)[:-9], {"Content-Encoding": "zstd"}, {}, 400, "BODY_INVALID"),
        (BOM, {"Content-Encoding": "br"}, {}, 415, "ENCODING_UNKNOWN"),
        (BOM, {"Content-Type": "multipart/form-data; boundary=x"}, {}, 415, "MEDIA_TYPE"),
        (b"hello", {}, {}, 415, "FORMAT_UNKNOWN"),
        (BOM, {}, {"format": "papyrus"}, 415, "FORMAT_UNKNOWN"),
        (b"{}", {}, {"format": "cyclonedx"}, 422, "DOCUMENT_REFUSED"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "9.9"}', {}, {}, 422, "DOCUMENT_REFUSED"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used(client, content, headers, params, status, code) -> None:
    refused(post(client, content, headers=headers, **params), status, code)


def test_a_refusal_names_the_place(client, house) -> None:
    document = json.loads(BOM)
    document["components"][0]["type"] = "spaceship"
    body = refused(post(client, json.dumps(document)), 422, "DOCUMENT_REFUSED")
    assert body["path"]
    assert body["errors"][0]["reason"]
    assert house.head().number == 4


def test_a_document_without_a_subject_needs_one(client) -> None:
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}
    refused(post(client, json.dumps(document)), 422, "SUBJECT_MISSING")
    named = post(client, json.dumps(document), name="torch.cdx.json")
    assert named.json()["subject"] == "environment:demo/torch"
    told = post(client, json.dumps(document), subject="service:acme/x@1")
    assert told.json()["subject"] == "service:acme/x@1"


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_too_large_as_sent_or_unpacked(template, tmp_path, encoding) -> None:
    house = open_at(copy_of(template, tmp_path), max_document=1000)
    big = b'{"bomFormat": "CycloneDX"' + b" " * 2_000_000 + b"}"
    pack = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[encoding]
    with TestClient(create_app(house), base_url="http://localhost") as client:
        response = post(client, pack(big), headers={"Content-Encoding": encoding})
    refused(response, 413, "DOCUMENT_TOO_LARGE")
    house.record.close()


def test_an_unknown_receipt(client) -> None:
    refused(client.get("/v1/receipts/0123"), 404, "NOT_FOUND")


def test_an_unknown_address(client) -> None:
    refused(client.get("/v1/nothing"), 404, "NOT_FOUND")
    refused(client.put("/v1/documents"), 405, "METHOD_NOT_ALLOWED")


def test_health_and_metrics(client) -> None:
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["revision"]) == ("ready", 4)
    post(client)
    post(client)
    post(client, b"hello")
    text = client.get("/metrics").text
    assert "lineage_revision 5.0" in text
    for outcome in ("recorded", "unchanged", "refused"):
        assert f'lineage_documents_total{{outcome="{outcome}"}} 1.0' in text
    assert 'route="/v1/documents",status="201"' in text


def test_not_ready_when_the_database_goes_away(client, house) -> None:
    house.record.session.reader.dispose()
    house.record.session.path.unlink()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "lineage.example"},
        {"Host": "127.0.0.1.example"},
        {"Host": ""},
        {"Forwarded": "for=1.2.3.4"},
        {"X-Forwarded-For": "1.2.3.4"},
        {"X-Forwarded-Proto": "https"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/graphql", "/v1/documents", "/metrics"])
def test_only_this_machine_is_answered(client, headers, path) -> None:
    refused(client.get(path, headers=headers), 403, "LOOPBACK_ONLY")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1", "127.3.2.1:1", "[::1]:9"]
)
def test_loopback_names_are_answered(client, host) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_the_start_page_links_everything(client) -> None:
    page = client.get("/")
    for link in ("/graphql", "/docs", "/healthz", "/readyz", "/metrics"):
        assert f'href="{link}"' in page.text
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200
    assert "POST /v1/documents" in client.get("/docs").text
