"""The whole write path, with the real readers and one made for a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from lineage.errors import (
    DocumentRefusedError,
    DocumentTooLargeError,
    FormatUnknownError,
    KeyMalformedError,
    LineageError,
    StreamInvalidError,
    SubjectMissingError,
)
from lineage.flow import (
    join,
    load_pack,
    positions,
    receive,
    reread,
    separate,
    set_property,
)
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Claim, Component, Edge, Member, OfComponent, Property
from lineage.model.document import Reading, Upload
from lineage.model.identity import Key
from lineage.record.doctor import examine
from lineage.record.store import Record

SHARED = Path(__file__).parent.parent.parent.parent / "shared"


class Lines:
    """A reader for tests: one package a line; ``subject KEY`` makes a subject of its own."""

    name = "lines"
    suffixes: tuple[str, ...] = (".lines",)

    def __init__(self, version: str = "1", kind: str = "framework") -> None:
        self.version = version
        self.kind = kind

    def recognises(self, content: bytes, name: str) -> bool:
        return name.endswith(".lines")

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:
        lines = content.decode().split()
        own = Key(lines.pop(0)) if lines and not lines[0].startswith("pkg:") else None
        subject = own or circumstance.subject
        if subject is None:
            raise SubjectMissingError
        claims = []
        for place, line in enumerate(lines):
            if line == "pkg:broken":
                raise DocumentRefusedError(format=self.name, path=f"{place}", reason="broken")
            name, _, version = line.rpartition("/")[2].partition("@")
            path = f"lines.{place}"
            claims.append(Claim(Component(Key(line), self.kind, name, version), None, path))
            claims.append(Claim(Member(Key(line), "direct"), subject, path))
        return Reading(
            format=self.name,
            version=self.version,
            subject=subject,
            own_subject=own is not None,
            claims=tuple(claims),
            facts=(("lines", str(len(lines))),),
        )


LINES = Lines()


def pick(content: bytes, name: str, wanted: str | None) -> Lines:
    return LINES


@pytest.fixture
def record(sqlite_url: str) -> Iterator[Record]:
    with Record.open(sqlite_url, create=True, namespace="acme") as opened:
        yield opened


def alive(record: Record, revision: int | None = None) -> set[tuple[str | None, object]]:
    snapshot = record.snapshot(revision=revision)
    return {
        (held.assembly, snapshot.statements[number])
        for held in snapshot.holdings
        for number in held.statements.tolist()
    }


def test_a_file_without_a_subject_describes_its_environment(record: Record) -> None:
    upload = Upload(content=b"pkg:pypi/torch@2.9.1", name="stacks/torch-2.9.1.json")
    receipt = receive(record, upload, pick=pick)
    assert receipt.subject == "environment:acme/torch-2.9.1"
    assert receipt.stream == "lines/environment:acme/torch-2.9.1"
    assert receipt.slot == "lines environment:acme/torch-2.9.1"
    assert (receipt.members, receipt.format, receipt.facts) == (1, "lines", {"lines": "1"})
    assert receive(record, upload, pick=pick) == replace(receipt, unchanged=True)
    with pytest.raises(SubjectMissingError):
        receive(record, replace(upload, name=""), pick=pick)


def test_an_explicit_subject_describes_the_document(record: Record) -> None:
    upload = Upload(content=b"pkg:pypi/torch@2.9.1", subject=Key("service:acme/chat@1.0"))
    receipt = receive(record, upload, pick=pick)
    assert receipt.subject == "service:acme/chat@1.0"
    assert receipt.stream == "lines/service:acme/chat"
    with pytest.raises(KeyMalformedError):
        receive(record, replace(upload, subject=Key("nonsense")), pick=pick)


def test_an_explicit_subject_gets_the_documents_own_as_its_member(record: Record) -> None:
    chat = Key("service:acme/chat@1.0")
    upload = Upload(content=b"framework:acme/app@3 pkg:pypi/torch@2.9.1", subject=chat)
    receipt = receive(record, upload, pick=pick)
    assert receipt.subject == chat
    found = alive(record)
    assert (chat, Member(Key("framework:acme/app@3"), "direct")) in found
    assert any(
        assembly == "framework:acme/app@3" and isinstance(statement, Member)
        for assembly, statement in found
    )
    again = receive(record, replace(upload, subject=Key("service:acme/chat@1.1")), pick=pick)
    assert again.slot != receipt.slot
    assert again.stream == receipt.stream
    assert (chat, Member(Key("framework:acme/app@3"), "direct")) in alive(record)


def test_parts_stand_beside_each_other(record: Record) -> None:
    upload = Upload(content=b"pkg:pypi/a@1", subject=Key("service:acme/chat@1"), stream="s")
    receive(record, replace(upload, part="gpu"), pick=pick)
    receive(record, replace(upload, content=b"pkg:pypi/b@1", part="cpu"), pick=pick)
    members = {s.component for _, s in alive(record) if isinstance(s, Member)}
    assert members == {"pkg:pypi/a@1", "pkg:pypi/b@1"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"content": b"x" * 101}, DocumentTooLargeError),
        ({"content": b"pkg:broken"}, DocumentRefusedError),
        ({"stream": "a\nb"}, StreamInvalidError),
        ({"stream": ""}, StreamInvalidError),
        ({"stream": "\ud800"}, StreamInvalidError),
        ({"subject": Key("who:cares")}, KeyMalformedError),
    ],
)
def test_a_refused_document_leaves_nothing(
    record: Record, change: dict[str, object], error: type[LineageError]
) -> None:
    upload = Upload(content=b"pkg:pypi/a@1", name="a.lines")
    with pytest.raises(error):
        receive(record, replace(upload, **change), pick=pick, limit=100)  # type: ignore[arg-type]
    assert record.head().number == 0
    with record.session.read() as work:
        for table in ("document", "statement", "slot", "stream", "submission"):
            assert work.rows(f"SELECT * FROM {table}") == []


def test_text_that_no_database_holds_is_cleaned(record: Record) -> None:
    upload = Upload(content=b"pkg:pypi/a@1", name="a\0.lines", principal="\ud800x", job="j\0")
    receive(record, upload, pick=pick)
    (kept,) = record.history().newest()
    assert (kept.name, kept.principal, kept.job) == ("a.lines", "?x", "j")


def test_unknown_formats_are_named(record: Record) -> None:
    with pytest.raises(FormatUnknownError):
        receive(record, Upload(content=b"\x00\x01", name="a.bin"))


def test_set_is_a_claim_with_a_principal(record: Record) -> None:
    key = Key("service:acme/chat@1.0")
    first = set_property(record, key, "owner", "team-a", principal="ann")
    second = set_property(record, key, "owner", "team-b", principal="bob")
    other = set_property(record, key, "criticality", "high")
    assert first.stream == "set/service:acme/chat"
    assert (first.slot, second.slot, other.slot) == (
        f"{key} owner", f"{key} owner", f"{key} criticality",
    )  # fmt: skip
    said = {(s.name, s.decoded()) for _, s in alive(record) if isinstance(s, Property)}
    assert said == {("owner", "team-b"), ("criticality", "high")}
    snapshot = record.snapshot()
    assert snapshot.slots[second.stream, second.slot].precedence == "set"
    held = {one.slot: one.principal for one in snapshot.holdings}
    assert held == {second.slot: "bob", other.slot: ""}
    assert orjson.loads(record.document(second.digest))["set"]["value"] == "team-b"
    assert set_property(record, key, "owner", "team-b", principal="cy").unchanged
    set_property(record, key, "owner", state="unknown")
    states = {s.name: s.state for _, s in alive(record) if isinstance(s, Property)}
    assert states["owner"] == "unknown"


def test_set_refuses_what_is_no_value(record: Record) -> None:
    with pytest.raises(DocumentRefusedError):
        set_property(record, "service:acme/chat", "end_of_life", "soon")
    with pytest.raises(DocumentRefusedError):
        set_property(record, "service:acme/chat", "", "x")
    with pytest.raises(DocumentRefusedError):
        set_property(record, "service:acme/chat", "owner", "x", state="maybe")
    assert record.head().number == 0


def test_a_join_can_be_undone(record: Record) -> None:
    a, b = "model:acme/a", "model:acme/b"
    first = join(record, b, a)
    edge = Edge("same_as", OfComponent(Key(a)), Key(b))
    assert {s for _, s in alive(record)} == {edge}
    assert join(record, a, b).unchanged
    undone = separate(record, a, b)
    assert (undone.slot, undone.stream, undone.removed) == (first.slot, "join", 1)
    assert alive(record) == set()
    assert {s for _, s in alive(record, 1)} == {edge}
    assert join(record, a, b).revision == 3
    with pytest.raises(DocumentRefusedError):
        join(record, a, a)


def test_stream_options_reach_the_reader(record: Record) -> None:
    from lineage.record.stream import StreamOptions

    record.set_stream("s", StreamOptions(namespace="team"))
    upload = Upload(content=b"pkg:pypi/a@1", name="env.lines", stream="s")
    assert receive(record, upload, pick=pick).subject == "environment:team/env.lines"


def test_reread_takes_what_a_mended_reader_says(record: Record) -> None:
    first = Upload(content=b"pkg:pypi/a@1 pkg:pypi/b@2", name="x.lines", commit="c1", latest=True)
    old = receive(record, first, pick=pick)
    set_property(record, old.subject, "owner", "ann")
    same = [one.receipt for one in reread(record, formats={"lines": LINES})]
    assert [receipt.unchanged for receipt in same if receipt] == [True, True]
    assert record.head().number == 2
    mended = {"lines": Lines("2", "model")}
    news = [one.receipt for one in reread(record, formats=mended)]
    assert [receipt.unchanged for receipt in news if receipt] == [False, True]
    assert news[0] is not None
    assert (news[0].digest, news[0].slot, news[0].added) == (old.digest, old.slot, 2)
    kept = record.history().newest()[-1]
    assert (kept.reader_version, kept.commit, kept.latest) == ("2", "c1", True)
    assert receive(record, first, pick=pick) == replace(news[0], unchanged=True)
    assert next(reread(record, formats={})).kept.reader == "set"
    assert not examine(record).findings


def test_reread_reports_what_is_refused_now(record: Record) -> None:
    class Refusing(Lines):
        def read(self, content: bytes, circumstance: Circumstance) -> Reading:
            raise DocumentRefusedError(format="lines", path="$", reason="no more")

    receive(record, Upload(content=b"pkg:pypi/a@1", name="x.lines"), pick=pick)
    (outcome,) = reread(record, formats={"lines": Refusing()})
    assert outcome.receipt is None
    assert isinstance(outcome.refused, DocumentRefusedError)
    assert record.head().number == 1


def test_positions_are_found_again(record: Record) -> None:
    receipt = receive(record, Upload(content=b"pkg:pypi/a@1 pkg:pypi/b@1", name="x"), pick=pick)
    paths = positions(record, receipt, formats={"lines": LINES})
    by_path: dict[str, set[str]] = {}
    for number, path in paths.items():
        by_path.setdefault(path, set()).add(type(record.statement(number)).__name__)
    assert by_path == {f"lines.{n}": {"Component", "Member"} for n in (0, 1)}


def test_the_pack_is_loaded_once(record: Record) -> None:
    first = load_pack(record)
    assert all(not receipt.unchanged for receipt in first)
    assert all(receipt.unchanged for receipt in load_pack(record))
    assert record.snapshot().pack_revision == len(first)
    assert not examine(record).findings


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs ../shared: documents of others, kept beside the repository"
)
def test_real_reports_go_in_and_the_second_time_nothing_changes(record: Record) -> None:
    paths = sorted(p for p in (SHARED / "pip-reports").glob("*.json") if p.name != "INDEX.json")
    assert paths
    uploads = [Upload(content=path.read_bytes(), name=path.name) for path in paths]
    first = [receive(record, upload) for upload in uploads]
    assert [receipt.revision for receipt in first] == list(range(1, len(paths) + 1))
    assert all(receive(record, upload).unchanged for upload in uploads)
    assert record.head().number == len(paths)
    assert all(record.document(r.digest) == u.content for r, u in zip(first, uploads, strict=True))
    assert not examine(record).findings
