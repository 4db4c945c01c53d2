"""The trail: what is written has its row with it, in one transaction; what is asked a little later.

Rows of requests are taken by the auditor and can be lost with the process. Rows of documents, acts,
tokens and whatever else is changed cannot: they are there, or the change is not.
"""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from api.security import auditor as auditing
from api.security.auditor import Auditor
from lineage.record.arrival import Arrival
from lineage.record.audit import Deed, Entry, Trail
from lineage.record.hook import Hooks, new_number
from lineage.record.inbox import Inbox
from lineage.record.session import Session
from lineage.record.stream import StreamOptions
from lineage.record.tenant import Tenants
from lineage.record.token import Right, Tokens
from tests.houses import ESTATE, copy_of
from tests.server_process import served

BOM = (ESTATE / "chat.cdx.json").read_bytes()
SAID = {"subject": "service:demo/new@1", "stream": "ci"}
CHAT = "service:demo/chat@1.2"


def trail(house) -> list[Entry]:
    return list(Trail(house.record.session).read("default"))


@pytest.fixture
def unheard(monkeypatch):
    """Whatever the auditor takes goes nowhere, as in a process that is killed."""
    monkeypatch.setattr(Auditor, "take", lambda *_: None)


@pytest.fixture
def unwritable(shut):
    """A trail that takes no rows; the rest of the database is well."""
    with shut.record.session.writer.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        )


@pytest.mark.usefixtures("unheard")
def test_what_is_written_has_its_row_from_the_same_transaction(service, shut, mint) -> None:
    writer = mint(Right.INGEST) | {"User-Agent": "curl/8"}
    number = writer["Authorization"].split("_")[1]
    sent = service.post("/v1/documents", content=BOM, params=SAID, headers=writer)
    again = service.post("/v1/documents", content=BOM, params=SAID, headers=writer)
    assert (sent.status_code, again.status_code) == (201, 200)
    asked = {"key": CHAT, "values": [{"name": "owner", "value": "ann"}]}
    assert service.post("/v1/set", json=asked, headers=writer).status_code == 200
    mutation = f'mutation Own {{ set(key: "{CHAT}", name: "owner", value: "bo") {{ __typename }} }}'
    service.post("/graphql", json={"query": mutation}, headers=writer)
    form = {"projectName": "dt", "projectVersion": "1", "autoCreate": "true"}
    files = {"bom": ("bom.json", BOM)}
    taken = service.post("/api/v1/bom", data=form, files=files, headers=writer).json()["token"]
    service.app.state.desk.wait(taken, "default", 20)
    found = trail(shut)
    assert {(one.who, one.token, one.client, one.result) for one in found} == {
        ("token:test", number, "curl/8", "ok")
    }
    assert [(one.operation, one.about) for one in found] == [
        ("POST /v1/documents", "ci"),
        ("POST /v1/documents", "ci"),
        ("POST /v1/set", "set/service:demo/chat"),
        ("graphql mutation Own", "set/service:demo/chat"),
        ("POST /api/v1/bom", "dependency-track/dt"),
    ]
    revisions = [one.revision for one in found]
    assert revisions == [5, 5, 6, 7, 8]
    assert found[3].cost is not None


def test_a_write_leaves_one_row_and_a_refusal_one(service, shut, mint) -> None:
    writer = mint(Right.INGEST)
    service.post("/v1/documents", content=BOM, params=SAID, headers=writer)
    service.post("/v1/documents", content=b"{}", params=SAID, headers=writer)
    half = f"""mutation {{
        a: set(key: "{CHAT}", name: "owner", value: 1) {{ __typename }}
        b: set(key: "no-such", name: "owner", value: 1) {{ __typename }}
    }}"""
    service.post("/graphql", json={"query": half}, headers=writer)
    service.app.state.auditor.flush()
    found = [(one.operation, one.result) for one in trail(shut)]
    assert found[0] == ("POST /v1/documents", "ok")
    assert found[1][0] == "POST /v1/documents"
    assert found[1][1] not in ("ok", "")
    assert sorted(found[2:]) == [("graphql mutation", "NOT_FOUND"), ("graphql mutation", "ok")]


@pytest.mark.usefixtures("unwritable")
def test_nothing_is_written_where_the_trail_takes_no_row_and_questions_are_answered(
    service, shut, mint
) -> None:
    reader, writer = mint(Right.READ), mint(Right.INGEST)
    before = shut.head()
    asked = {"key": CHAT, "values": [{"name": "owner", "value": "ann"}]}
    with pytest.raises(Exception, match="full"):
        service.post("/v1/set", json=asked, headers=writer)
    assert shut.head() == before
    assert service.get("/v1/component", params={"key": CHAT}, headers=reader).status_code == 200
    with shut.record.session.writer.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no_more")
    service.app.state.auditor.flush()
    assert [one.operation for one in trail(shut)][-1] == "ask component"


def test_changes_of_an_administrator_are_one_with_their_rows(shut) -> None:
    session = shut.record.session
    deed = Deed(who="ann", operation="by hand", client="here")
    token, _ = Tokens(session, deed).create(name="t", tenant="default", rights=[Right.READ])
    Tokens(session, deed).revoke(token.id)
    Tenants(session, deed).add("other")
    hooks, number = Hooks(session, deed), new_number()
    hooks.add(
        number=number, tenant="default", kind="github", stream="*", api="", secret="env:A"
    )  # fmt: skip
    hooks.rotate(number, "default", secret="env:B", until=None)
    hooks.settle(number, "default")
    hooks.remove(number, "default")
    shut.record.through(deed).set_stream("ci", StreamOptions(lenient=True))
    about = [token.id, token.id, number, number, number, number, "ci"]
    assert [one.about for one in trail(shut)] == about
    assert {(one.who, one.operation, one.client) for one in trail(shut)} == {
        ("ann", "by hand", "here")
    }
    (made,) = Trail(session).read("other")
    assert made.about == "other"


@pytest.mark.usefixtures("unwritable")
def test_no_change_of_an_administrator_goes_without_its_row(shut) -> None:
    session = shut.record.session
    deed = Deed(who="ann", operation="by hand")
    changes = (
        lambda: Tokens(session, deed).create(name="t", tenant="default", rights=[Right.READ]),
        lambda: Tenants(session, deed).add("other"),
        lambda: shut.record.through(deed).set_stream("ci", StreamOptions(lenient=True)),
        lambda: Hooks(session, deed).add(
            number=new_number(), tenant="default", kind="github", stream="*", api="",
            secret="env:A",
        ),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(Exception, match="full"):
            change()
    assert Tokens(session).all() == ()
    assert [one.name for one in Tenants(session).all()] == ["default"]
    assert shut.record.stream_options("ci").lenient is None
    assert Hooks(session).all("default") == ()


def test_what_was_accepted_has_a_row_whatever_comes_of_it(shut) -> None:
    deed = Deed(who="token:ci", operation="POST /v1/documents", token="0" * 12)
    inbox = Inbox(shut.record.session)
    inbox.accept(
        Arrival(tenant="default", lane="ci", kind="document", content=b"x", told={}, deed=deed)
    )
    assert deed.noted
    item = inbox.take("somebody")
    assert item is not None
    kept = item.place.deed()
    assert kept is not None
    assert (kept.who, kept.token, kept.noted) == ("token:ci", "0" * 12, False)
    inbox.failed(item, code="FORMAT_UNKNOWN", error="x", entry=kept.entry("default", result="X"))
    inbox.failed(item, code="FORMAT_UNKNOWN", error="x", entry=kept.entry("default", result="X"))
    assert [(one.who, one.result) for one in trail(shut)] == [("token:ci", "X")]


def test_a_server_that_is_killed_has_the_row_of_what_it_has_answered(
    template: Path, tmp_path: Path
) -> None:
    file = copy_of(template, tmp_path)
    session = Session(f"sqlite:///{file}")
    _, text = Tokens(session).create(name="ci", tenant="default", rights=[Right.INGEST])
    with served(str(file)) as (url, process):
        request = urllib.request.Request(
            f"{url}/v1/documents?subject=service:demo/new@1&stream=ci", data=BOM,
            headers={"X-Api-Key": text, "Content-Type": "application/octet-stream"},
        )  # fmt: skip
        with urllib.request.urlopen(request) as response:
            receipt = json.loads(response.read())
        process.kill()
        process.wait()
        (row,) = Trail(session).read("default")
    assert (row.operation, row.revision) == ("POST /v1/documents", receipt["revision"])
    session.close()


def test_a_trail_that_cannot_be_written_fills_no_memory(shut, monkeypatch, caplog) -> None:
    monkeypatch.setattr(auditing, "MOST", 3)
    kept = Auditor(Trail(shut.record.session))
    monkeypatch.setattr(kept, "_start", lambda: None)
    for number in range(5):
        kept.take(Entry(tenant="default", who="w", operation=f"o{number}"))
    assert "takes no more" in caplog.text
    kept.flush()
    kept.flush()
    kept.close()
    found = trail(shut)
    assert [one.operation for one in found] == ["o0", "o1", "o2", "audit"]
    assert (found[3].result, found[3].about[:10]) == ("LOST", "2 requests")
