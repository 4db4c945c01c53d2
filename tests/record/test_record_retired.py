"""A stream that is retired says nothing from then on; its past stays, and it can come back."""

from __future__ import annotations

import json

from lineage import flow
from lineage.model.document import Upload
from lineage.record.build import build_view
from lineage.record.closing import retire_stream
from lineage.record.store import Record

STREAM = "github.com/acme/chat@main"


def bom(*names: str) -> bytes:
    components = [
        {"type": "library", "name": one, "version": "1.0", "purl": f"pkg:pypi/{one}@1.0"}
        for one in names
    ]
    subject = {"component": {"type": "application", "name": "chat", "version": "1.0"}}
    body = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": subject}
    return json.dumps(body | {"components": components}).encode()


def send(record: Record, *names: str) -> int:
    upload = Upload(content=bom(*names), stream=STREAM, branch="main", default=True)
    return flow.receive(record, upload).revision


def counted(record: Record, revision: int | None = None) -> int:
    return len(build_view(record.snapshot(revision=revision)).assemblies)


def test_what_was_answered_before_is_answered_for_ever(database_url: str) -> None:
    with Record.open(database_url, create=True, namespace="acme") as record:
        first = send(record, "torch")
        assert counted(record, first) == 1
        retire_stream(record, STREAM, tenant="default")
        assert record.stream_options(STREAM).retired
        assert counted(record) == 0
        assert counted(record, first) == 1
    with Record.open(database_url) as record:  # that remembers nothing
        assert counted(record, first) == 1
        assert counted(record) == 0


def test_a_branch_that_comes_back_counts_again(database_url: str) -> None:
    with Record.open(database_url, create=True, namespace="acme") as record:
        send(record, "torch")
        retire_stream(record, STREAM, tenant="default")
        again = retire_stream(record, STREAM, tenant="default")
        assert [one.unchanged for one in again or ()] == [True]
        send(record, "torch")  # the same bytes, which are news now
        assert not record.stream_options(STREAM).retired
        assert counted(record) == 1
        send(record, "torch", "numpy")
        assert counted(record) == 1
