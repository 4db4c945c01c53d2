"""What real clients have sent, sent again byte for byte."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lineage.record.store import Record
from lineage.record.token import Right, Tokens
from tests import recorded
from tests.cli.serving import serving

RUN = "run:ci/train@0196a0f1-3c3c-7a4b-9d61-5a0b3b7f9e01"
MODEL = "pkg:huggingface/acme/chat@3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    url: str
    key: str

    def get(self, path: str, **query: str) -> httpx.Response:
        return httpx.get(self.url + path, params=query, headers={"X-Api-Key": self.key})


@pytest.fixture
def served(tmp_path: Path, built) -> Iterator[Served]:
    file = tmp_path / "l.db"
    with Record.open(f"sqlite:///{file}", create=True, namespace="acme") as record:
        _, key = Tokens(record.session).create(
            name="ci", tenant="default", rights=[Right.ADMIN], streams=[]
        )
    with serving(file, built, require_token=True) as url:
        yield Served(url=url, key=key)


def replay(served: Served, client: str) -> list[recorded.Answer]:
    """Every request of a client, with this run's token and project where it named its own."""
    values = {"key": served.key}
    answers = []
    for request in recorded.of(client):
        answer = recorded.sent(served.url, recorded.filled(request, values))
        assert 200 <= answer.status < 300, answer
        answers.append(answer)
        told = answer.json if answer.body else None
        if isinstance(told, dict) and "projectUuid" in told:
            values |= {"token": told["token"], "project": told["projectUuid"]}
            settled(served, told["token"])
    return answers


def settled(served: Served, token: str) -> None:
    deadline = time.monotonic() + 30
    while (told := served.get(f"/api/v1/event/token/{token}").json())["processing"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert told["status"] == "COMPLETED", told


def upstream(served: Served, key: str) -> set[str]:
    answer = served.get("/v1/provenance", key=key, dependence="true")
    assert answer.status_code == 200, answer.text
    return {row["key"] for row in answer.json()["upstream"]}


UPLOADS = {
    "cdxgen": ("service:acme/chat@1.4", {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.1"}),
    "scanoss": ("service:acme/chat@1.4", {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.1"}),
    "owasp": ("service:acme/chat@2.0", {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.1"}),
    "jenkins": ("service:acme/chat@1.4", {"pkg:pypi/torch@2.9.1", "pkg:pypi/numpy@2.3.1"}),
    "maven": ("service:acme/lib@1.4", {"pkg:maven/com.squareup.okhttp3/okhttp@4.12.0"}),
}
"""Who uploads what: the project, and what it is then known to lean on."""


def test_every_recording_is_replayed() -> None:
    openlineage = {name for name in recorded.names() if name.startswith("openlineage-")}
    assert len(openlineage) == 4
    assert set(recorded.names()) - openlineage == set(UPLOADS)


@pytest.mark.parametrize("client", UPLOADS)
def test_an_upload_is_taken_as_it_was_sent(served: Served, client: str) -> None:
    project, members = UPLOADS[client]
    answers = replay(served, client)
    assert members <= upstream(served, project)
    assert all("Dependency-Track" in answer.fields["x-powered-by"] for answer in answers)
    again = replay(served, client)
    uploads = [
        [one.json for one in told if b'"projectUuid"' in one.body] for told in (answers, again)
    ]
    assert uploads[0] == uploads[1] != [], "the same upload again has the same token"


def test_jenkins_sends_a_large_part_without_a_name_of_a_file(served: Served) -> None:
    small = next(one for one in recorded.of("jenkins") if one.startswith(b"POST"))
    filler = b'"properties": [{"name": "filler", "value": "' + b"x" * 1_500_000 + b'"}], '
    head, mark, body = small.partition(b"\r\n\r\n")
    first, _, _ = body.partition(b"\r\n\r\n")
    part = recorded.fields_of(first)["content-length"]
    for size, text in ((len(body), head), (int(part), first)):
        assert f"Content-Length: {size}".encode() in text
    larger = body.replace(b'"version": 1,', b'"version": 1, ' + filler, 1).replace(
        f"Content-Length: {part}".encode(),
        f"Content-Length: {int(part) + len(filler) + 1}".encode(),
        1,
    )
    head = head.replace(str(len(body)).encode(), str(len(larger)).encode())
    answer = recorded.sent(served.url, recorded.filled(head + mark + larger, {"key": served.key}))
    assert answer.status == 200, answer
    settled(served, answer.json["token"])


@pytest.mark.parametrize("transport", ["http", "http-gzip", "async_http", "async_http-gzip"])
def test_events_are_taken_as_they_were_sent(served: Served, transport: str) -> None:
    answers = replay(served, f"openlineage-{transport}")
    assert [answer.status for answer in answers] == [201, 201]
    deadline = time.monotonic() + 30
    for answer in answers:
        while served.get(answer.fields["location"]).json()["finished"] is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert {RUN, "dataset:pkg:huggingface/squad@7b6d24c"} <= upstream(served, MODEL)


@pytest.mark.parametrize("client", recorded.names())
def test_what_is_cut_short_or_forged_writes_nothing(
    served: Served, client: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that goes away in mid-request, a length that is not kept, a key that is none."""
    request = next(r for r in recorded.of(client) if not r.startswith(b"GET"))
    whole = recorded.filled(request, {"key": served.key})
    head, mark, body = whole.partition(b"\r\n\r\n")
    for cut in (head[:40], head + mark, head + mark + body[: len(body) // 2], whole[:-1]):
        assert recorded.hung_up(served.url, cut) == b""
    forged = recorded.filled(request, {"key": served.key[:-1] + "x"})
    assert recorded.sent(served.url, forged).status == 401
    revision = served.get("/v1/revision").json()["revision"]["number"]
    assert revision == 0
    assert json.loads(served.get("/api/v1/project").content) == []
    told = served.get("/metrics").text
    route = "/api/v1/lineage" if "openlineage" in client else "/api/v1/bom"
    assert f'lineage_refusals_total{{code="BODY_INVALID",route="{route}"}} 3.0' in told
    assert 'lineage_refusals_total{code="UNAUTHENTICATED",route="other"} 1.0' in told
    assert "lineage_inbox_items{" not in told, "nothing was kept"
    assert not caplog.records, "nothing that people would have to look at"
    assert recorded.sent(served.url, whole).status in (200, 201), "it is still there for others"
