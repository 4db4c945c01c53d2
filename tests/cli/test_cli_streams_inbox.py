"""`lineage stream`, `inbox`, `push` and `export --format cyclonedx` as people use them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.program import app
from lineage.ingest.formats.cyclonedx.schema import is_valid
from lineage.record.arrival import Arrival
from lineage.record.inbox import Inbox
from lineage.record.store import Record

DOCUMENTS = Path(__file__).parents[1] / "documents"


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "BUILD_URL", "LINEAGE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'l.db'}"

    def call(*words, code=0):
        done = CliRunner().invoke(app, [*words, "--db", url])
        assert done.exit_code == code, done.output
        return done

    call.url = url
    return call


@pytest.fixture
def pushed(run, tmp_path, monkeypatch):
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copy(DOCUMENTS / "manifest" / "lineage.yaml", folder)
    (folder / "requirements.txt").write_text("torch==2.9.1\n")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": "main"}}))
    for name, value in {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/chat", "GITHUB_SHA": "beef",
        "GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": str(event),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return run("push", str(folder))


def test_a_push_says_where_it_goes_and_what_about(run, pushed):
    assert "stream github.com/acme/chat@main (counts in answers about the estate)" in pushed.stderr
    assert "about service:acme/chat@2.1.0" in pushed.stderr
    assert "2 recorded; revision 2" in pushed.stdout
    run("push", "no-such-folder", code=1)


def test_streams_are_listed_shown_told_and_retired(run, pushed):
    listed = json.loads(run("stream", "list", "-o", "json").stdout)["streams"]
    assert [(one["stream"], one["counts"], one["open"]) for one in listed] == [
        ("github.com/acme/chat@main", True, 2)
    ]
    shown = run("stream", "show", "github.com/acme/chat@main").stdout
    assert "manifest lineage.yaml" in shown
    assert "service:acme/chat@2.1.0" in shown
    run("stream", "show", "nope", code=1)
    run("stream", "set", "github.com/acme/chat@main", code=2)
    told = run("stream", "set", "github.com/acme/chat@main", "--namespace", "ml", "--lenient")
    assert "namespace ml, lenient" in told.stderr
    retired = run("stream", "retire", "github.com/acme/chat@main")
    assert "2 slots closed" in retired.stderr
    assert "(retired)" in run("stream", "list").stdout
    assert "0 slots closed" in run("stream", "retire", "github.com/acme/chat@main").stderr
    run("show", "service:acme/chat@2.1.0", code=1)
    run("stream", "retire", "nope", code=1)


def test_a_bill_of_materials_is_written(run, pushed, tmp_path):
    written = run("export", "service:acme/chat", "--format", "cyclonedx")
    bom = json.loads(written.stdout)
    assert is_valid(bom, "1.6")
    assert [one["name"] for one in bom["components"]] == ["torch"]
    run("export", "chat", "--format", "cyclonedx", "--to", str(tmp_path / "out"))
    assert json.loads((tmp_path / "out" / "bom.cdx.json").read_text()) == bom
    run("export", "--format", "cyclonedx", code=2)
    run("export", "nothing-such", "--format", "cyclonedx", code=1)


def test_the_inbox_is_listed_and_turned(run):
    with Record.open(run.url, create=True) as record:
        inbox = Inbox(record.session)
        arrival = Arrival(
            tenant="default", lane="ci", kind="document", content=b"x", told={"name": "a"}
        )
        number = inbox.accept(arrival).place.id
        inbox.failed(inbox.take("w"), code="DOCUMENT_REFUSED", error="it is no document")
    assert number in run("inbox", "list").stdout, "whole, for people copy it"
    (listed,) = json.loads(run("inbox", "list", "-o", "json").stdout)["items"]
    assert (listed["state"], listed["code"], listed["error"]) == (
        "failed", "DOCUMENT_REFUSED", "it is no document",
    )  # fmt: skip
    assert "nothing of that kind" in run("inbox", "list", "--state", "waiting").stdout
    assert "waiting" in run("inbox", "retry", number).stderr
    assert "dropped" in run("inbox", "drop", number).stderr
    again = run("inbox", "drop", number, code=1)
    assert "is dropped: it cannot be dropped" in again.stderr
    run("inbox", "list", "--state", "odd", code=2)
    trail = run("audit").stdout
    assert "inbox retry" in trail
