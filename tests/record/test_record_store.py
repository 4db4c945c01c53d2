"""What the record promises, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lineage.errors import (
    KeyUnknownError,
    RecordDamagedError,
    RevisionUnknownError,
    SchemaOldError,
    SettingInvalidError,
    StreamInvalidError,
)
from lineage.model.claim import Claim, Component, property_of
from lineage.model.document import Quarantined
from lineage.model.encoding import encode
from lineage.model.identity import Key
from lineage.record.doctor import examine
from lineage.record.snapshot import Snapshot
from lineage.record.store import Record
from lineage.record.stream import StreamOptions
from tests.record.estates import submission


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True) as opened:
        yield opened


def frozen(snapshot: Snapshot) -> object:
    """Everything a snapshot says, as plain values."""
    return (
        snapshot.revision,
        snapshot.pack_revision,
        sorted(
            (
                held.stream, held.slot, held.assembly or "", held.digest.hex(), held.revision,
                tuple(sorted(encode(snapshot.statements[n]) for n in held.statements.tolist())),
            )
            for held in snapshot.holdings
        ),
        sorted((key, repr(state)) for key, state in snapshot.slots.items()),
        sorted((name, repr(state)) for name, state in snapshot.streams.items()),
    )  # fmt: skip


def test_what_is_appended_reads_back(record: Record) -> None:
    sent = submission("one", {1: 0, 2: 0, 3: 0})
    receipt = record.append(sent)
    assert (receipt.revision, receipt.unchanged) == (1, False)
    assert (receipt.claims, receipt.added, receipt.removed, receipt.members) == (10, 10, 0, 3)
    assert record.document(receipt.digest) == sent.content
    assert record.receipt(receipt.id) == receipt
    snapshot = record.snapshot()
    found = {
        (held.assembly, snapshot.statements[number])
        for held in snapshot.holdings
        for number in held.statements.tolist()
    }
    assert found == {(claim.assembly, claim.statement) for claim in sent.claims}
    assert len(snapshot.statements) == 10
    assert set(snapshot.statements) == {
        n for held in snapshot.holdings for n in held.statements.tolist()
    }
    assert not examine(record).findings


def test_same_bytes_are_no_news(record: Record) -> None:
    first = record.append(submission("one", {1: 0}))
    again = record.append(submission("one", {1: 0}, commit="abc", principal="ci"))
    assert again == replace(first, unchanged=True)
    assert record.head().number == 1
    kept = record.history().slot(first.stream, first.slot)
    assert [one.seen for one in kept] == [2]
    assert kept[0].last_seen >= first.at


@pytest.mark.parametrize(
    "said",
    [
        {"branch": "main"},
        {"default": True},
        {"latest": True},
        {"latest": False},
        {"given": Key("service:acme/chat")},
        {"lenient": True},
    ],
)
def test_what_is_said_of_the_same_bytes_is_news(record: Record, said: dict[str, object]) -> None:
    record.append(submission("one", {1: 0}))
    receipt = record.append(submission("one", {1: 0}, **said))
    assert (receipt.revision, receipt.unchanged) == (2, False)
    assert (receipt.added, receipt.removed) == (0, 0)
    assert [held.revision for held in record.snapshot().holdings] == [1, 1]
    assert record.append(submission("one", {1: 0}, **said)).unchanged


def test_a_rollback_is_news(record: Record) -> None:
    a, b = submission("one", {1: 0, 2: 0}), submission("one", {1: 0, 2: 1})
    receipts = [record.append(sent) for sent in (a, b, a)]
    assert [receipt.revision for receipt in receipts] == [1, 2, 3]
    assert receipts[0].id != receipts[2].id
    assert receipts[0].digest == receipts[2].digest
    sets = [
        {(held.assembly, held.digest) for held in record.snapshot(revision=n).holdings}
        for n in (1, 2, 3)
    ]
    assert sets[0] == sets[2] != sets[1]
    assert not examine(record).findings


def test_an_answer_at_a_revision_never_changes(record: Record) -> None:
    seen = []
    for step in range(12):
        versions = {number: (step if number == 3 else 0) for number in range(1 + step % 5 + 3)}
        record.append(submission(f"e{step % 3}", versions, branch="main", default=step % 2 == 0))
        seen.append(frozen(record.snapshot()))
    assert [frozen(record.snapshot(revision=n + 1)) for n in range(12)] == seen
    with Record.open(record.session.url.render_as_string(hide_password=False)) as other:
        assert [frozen(other.snapshot(revision=n + 1)) for n in reversed(range(12))] == seen[::-1]
    assert record.snapshot(revision=0).holdings == ()
    assert not examine(record).findings


def test_the_order_of_slots_does_not_matter(record: Record) -> None:
    documents = [submission(f"e{n}", dict.fromkeys(range(n, n + 4), n % 2)) for n in range(6)]
    for tenant, order in (("default", documents), ("other", documents[::-1])):
        for sent in order:
            record.append(replace(sent, tenant=tenant))

    def sets(snapshot: Snapshot) -> object:
        return {
            (
                held.stream, held.slot, held.assembly,
                frozenset(snapshot.statements[n] for n in held.statements.tolist()),
            )
            for held in snapshot.holdings
        }  # fmt: skip

    assert sets(record.snapshot("default")) == sets(record.snapshot("other"))


def test_tenants_share_nothing(record: Record) -> None:
    sent = submission("one", {1: 0, 2: 0})
    mine, other = record.append(sent), record.append(replace(sent, tenant="other"))
    assert (mine.revision, other.revision) == (1, 1)
    ids = [set(record.snapshot(name).statements) for name in ("default", "other")]
    assert not ids[0] & ids[1]
    with pytest.raises(KeyUnknownError):
        record.receipt(other.id)
    with pytest.raises(KeyUnknownError):
        record.document(record.append(replace(sent, tenant="other", content=b"x")).digest)
    assert record.snapshot("nobody").holdings == ()


def test_a_smaller_document_closes_what_it_does_not_say(record: Record) -> None:
    first = submission("one", {1: 0, 2: 0})
    record.append(first)
    world = tuple(claim for claim in first.claims if claim.assembly is None)
    receipt = record.append(replace(first, content=b"less", claims=world))
    assert receipt.added == 0
    assert receipt.removed == len(first.claims) - len(world)
    assert [held.assembly for held in record.snapshot().holdings] == [None]


def test_an_export_closes_the_rest_of_its_stream(record: Record) -> None:
    for name in ("a", "b"):
        record.append(submission(name, {1: 0}, stream="registry"))
    record.append(submission("elsewhere", {1: 0}))
    before = frozen(record.snapshot())
    record.append(submission("all", {2: 0}, stream="registry", slot="export", whole_stream=True))
    assert {held.slot for held in record.snapshot().holdings} == {
        "export", "made environment:local/elsewhere",
    }  # fmt: skip
    assert frozen(record.snapshot(revision=3)) == before
    assert [kept.closed for kept in record.history().newest()] == [True, True, False, False]
    back = record.append(submission("a", {1: 0}, stream="registry"))
    assert (back.revision, back.unchanged) == (5, False)
    assert record.append(submission("a", {1: 0}, stream="registry")).unchanged
    assert not examine(record).findings


def test_streams_and_marks_are_those_of_the_newest(record: Record) -> None:
    record.append(submission("a", {1: 0}, stream="s", branch="main", default=True, latest=True))
    record.append(submission("b", {1: 0}, stream="s", branch="side", default=False))
    snapshot = record.snapshot()
    assert (snapshot.streams["s"].branch, snapshot.streams["s"].default) == ("side", False)
    marks = {slot[1]: state.latest for slot, state in snapshot.slots.items()}
    assert marks == {"made environment:local/a": True, "made environment:local/b": None}
    past = record.snapshot(revision=1).streams["s"]
    assert (past.branch, past.default) == ("main", True)


def test_public_streams_are_seen_by_every_tenant(record: Record) -> None:
    record.append(submission("mine", {1: 0}))
    early = frozen(record.snapshot())
    record.append(submission("pack", {7: 0}, tenant="public", stream="pack"))
    newest = record.snapshot()
    assert newest.pack_revision == 1
    assert newest.slots["public:pack", "made environment:local/pack"].precedence == "public-pack"
    assert frozen(newest) != early
    record.append(submission("mine", {1: 1}))
    kept = frozen(record.snapshot(revision=1))
    assert kept == frozen(newest)
    record.append(submission("pack", {7: 1}, tenant="public", stream="pack"))
    assert frozen(record.snapshot(revision=1)) == kept
    assert record.snapshot().pack_revision == 2
    assert record.snapshot("public").pack_revision == 2


def test_quarantine_facts_and_warnings_stay_with_the_submission(record: Record) -> None:
    sent = submission(
        "one",
        {1: 0},
        quarantined=(Quarantined(path="components.3", reason="bad\0purl", raw={"a": [1, None]}),),
        warnings=("odd",),
        facts=(("serial", "urn:uuid:1"),),
    )
    receipt = record.append(sent)
    assert record.receipt(receipt.id) == receipt
    assert receipt.quarantined[0].path == "components.3"
    assert receipt.quarantined[0].raw == {"a": [1, None]}
    assert (receipt.warnings, receipt.facts) == (("odd",), {"serial": "urn:uuid:1"})
    same = replace(sent, content=b"other", facts=(("serial", "urn:uuid:2"),))
    assert (record.append(same).added, record.append(same).unchanged) == (0, True)


def test_revisions_by_number_and_time(record: Record) -> None:
    receipts = [record.append(submission("one", {1: n})) for n in range(3)]
    assert [one.number for one in record.revisions()] == [1, 2, 3]
    assert [one.chain for one in record.revisions(after=1)] == [r.chain for r in receipts[1:]]
    assert record.revision_at(receipts[1].at).number >= 2
    assert record.revision_at(receipts[0].at - timedelta(seconds=1)).number == 0
    assert record.revision(0).number == 0
    assert record.head() == record.revision(3)
    with pytest.raises(RevisionUnknownError):
        record.snapshot(revision=4)


def test_names_resolve(record: Record) -> None:
    key = Key("pkg:huggingface/Acme/Corpus_X@1")
    said = (
        Claim(Component(key, "model", "Corpus X", "1")),
        Claim(property_of(key, "alias", "pkg:generic/corpus-old")),
    )
    record.append(submission("one", {1: 0}))
    record.append(submission("two", {2: 0}, content=b"2", claims=said))
    family = Key("pkg:huggingface/acme/corpus_x")

    def keys(text: str) -> list[str]:
        return [match.key for match in record.resolve(text)]

    assert keys("p1") == ["pkg:pypi/p1"]
    assert keys("p1@1.0") == ["pkg:pypi/p1@1.0"]
    assert keys("pkg:pypi/P1") == ["pkg:pypi/p1"]
    assert keys("pkg:pypi/p1@1.0") == ["pkg:pypi/p1@1.0"]
    assert keys("environment:local/one") == ["environment:local/one"]
    assert keys("pkg:pypi/p1@9") == []
    assert keys("corpus x") == keys("Acme/Corpus-X") == keys("corpus_x")
    assert keys("corpus x")[0].lower() == family
    assert keys("pkg:generic/corpus-old")[0] == key
    assert record.search("corpus")[0].key.lower() == family
    assert record.search("100%_") == ()


def test_stream_options(record: Record) -> None:
    assert record.stream_options("s") == StreamOptions()
    options = StreamOptions(namespace="acme", lenient=True)
    record.set_stream("s", options)
    record.append(submission("one", {1: 0}, stream="s"))
    assert record.stream_options("s") == options
    for name in ("", " ", "public:x", "a\nb", "x" * 501):
        with pytest.raises(StreamInvalidError):
            record.set_stream(name, options)


def test_another_check_is_damage(record: Record) -> None:
    record.append(submission("one", {1: 0}))
    record.session.write(lambda work: work.run("UPDATE statement SET proof = proof + 1"))
    with Record.open(record.session.url.render_as_string(hide_password=False)) as fresh:
        with pytest.raises(RecordDamagedError):
            fresh.append(submission("two", {1: 0}))
        assert fresh.head().number == 1


def test_nothing_of_a_failed_append_stays(record: Record) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    sent = submission("one", {1: 0})
    import lineage.record.append as module

    original = module._write_submission
    module._write_submission = broken  # type: ignore[assignment]
    try:
        with pytest.raises(RuntimeError):
            record.append(sent)
    finally:
        module._write_submission = original
    assert record.head().number == 0
    assert record.snapshot().holdings == ()
    assert record.append(sent).revision == 1
    assert not examine(record).findings


def test_writers_lose_nothing(record: Record) -> None:
    receipts, errors = [], []

    def write(writer: int) -> None:
        try:
            for n in range(20):
                name = "shared" if n % 5 == 0 else f"w{writer}"
                versions = {k: (n if k % 7 == 0 else writer % 2) for k in range(30)}
                content = f"{writer}/{n}".encode()
                receipts.append(record.append(submission(name, versions, content=content)))
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(receipt.revision for receipt in receipts) == list(range(1, 161))
    assert [one.number for one in record.revisions()] == list(range(1, 161))
    assert all(record.receipt(receipt.id) == receipt for receipt in receipts)
    assert {held.slot for held in record.snapshot().holdings} == {
        f"made environment:local/{name}" for name in ["shared", *(f"w{n}" for n in range(8))]
    }
    assert not examine(record).findings


def test_only_databases_with_the_schema_are_served(database_url: str) -> None:
    with pytest.raises(SchemaOldError, match="lineage db upgrade"):
        Record.open(database_url)
    Record.open(database_url, create=True, namespace="acme").close()
    with Record.open(database_url, create=True, namespace="else") as record:
        assert record.namespace == "acme"


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nothing", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(SettingInvalidError):
        Record.open(url, create=True)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but long enough to be taken for one" * 40)
    with pytest.raises(SettingInvalidError, match="not a database"):
        Record.open(f"sqlite:///{tmp_path / 'text.db'}", create=True)
    with pytest.raises(SettingInvalidError, match="db"):
        Record.open("postgresql://nobody@127.0.0.1:9/none", create=True)
    with pytest.raises(SettingInvalidError, match="db"):
        Record.open(f"sqlite:///{tmp_path}", create=True)
