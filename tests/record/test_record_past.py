"""The past as SQL tells it: against snapshots of every revision, one by one."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.errors import KeyUnknownError, RevisionUnknownError
from lineage.model.claim import Claim, OfAssembly, property_of
from lineage.model.identity import Key
from lineage.record.cut import Cut
from lineage.record.past import RecordPast
from lineage.record.prepared import subject_text
from lineage.record.shelf import Sieve
from lineage.record.store import Record
from tests.record.estates import package, submission

_TENANT = "default"


def history(record: Record, seed: int, steps: int = 30) -> random.Random:
    """A random life: new documents, changed ones, rollbacks, no-ops, exports that sweep."""
    rng = random.Random(seed)
    sent: list[Any] = []
    for _ in range(steps):
        if sent and rng.random() < 0.2:
            record.append(rng.choice(sent))
            continue
        name = rng.choice(("one", "two", "three"))
        versions = {number: rng.randint(0, 2) for number in rng.sample(range(5), rng.randint(1, 4))}
        more: dict[str, Any] = {"principal": rng.choice(("ann", "bob")), "precedence": "document"}
        if rng.random() < 0.2:
            more |= {"whole_stream": True, "stream": "registry", "slot": f"made {name}"}
        elif rng.random() < 0.3:
            more |= {"stream": "registry", "slot": f"made {name}"}
        made = submission(name, versions, **more)
        if rng.random() < 0.4:
            about = Claim(property_of(OfAssembly(), "owner", rng.choice("xyz")), made.subject)
            made = replace(made, claims=(*made.claims, about))
        sent.append(made)
        record.append(made)
    return rng


def alive(record: Record, revision: int) -> set[tuple[str, str, str | None, int]]:
    """Every (stream, slot, assembly, statement) that is held at a revision."""
    return {
        (held.stream, held.slot, held.assembly, number)
        for held in record.snapshot(_TENANT, revision).holdings
        for number in held.statements.tolist()
        if not held.stream.startswith("public:")
    }


LIVES = [
    *(pytest.param(("sqlite_url", seed), id=f"sqlite-{seed}") for seed in range(3)),
    pytest.param(("postgresql_url", 3), id="postgresql-3", marks=pytest.mark.postgresql),
]


@pytest.fixture(params=LIVES)
def lived(request: pytest.FixtureRequest) -> Any:
    server, seed = request.param
    with Record.open(request.getfixturevalue(server), create=True) as record:
        rng = history(record, seed)
        yield record, record.past(), rng, record.head(_TENANT).number


def test_every_claim_with_its_interval(
    lived: tuple[Record, RecordPast, random.Random, int],
) -> None:
    record, past, _, head = lived
    states = [alive(record, revision) for revision in range(head + 1)]
    keys = [*(package(number, version) for number in range(5) for version in range(3)),
            *(Key(f"environment:local/{name}") for name in ("one", "two", "three"))]  # fmt: skip
    seen: Counter[str] = Counter()
    for upto in {head, head // 2}:
        spans: dict[Any, list[tuple[int, int | None]]] = defaultdict(list)
        for key in keys:
            for told in past.told(_TENANT, upto, [key]):
                about = subject_text(told.statement)
                assert about == key or (not about and told.assembly == key)
                end = told.until.revision if told.until else None
                spans[told.stream, told.slot, told.assembly, told.id].append(
                    (told.since.revision, end)
                )
        for place in {place for state in states[: upto + 1] for place in state}:
            expected = []
            for revision in range(1, upto + 1):
                now, before = place in states[revision], place in states[revision - 1]
                if now and not before:
                    expected.append((revision, None))
                elif before and not now:
                    expected[-1] = (expected[-1][0], revision)
            assert sorted(spans.pop(place), key=lambda one: one[0]) == expected
            seen["ended"] += any(end is not None for _, end in expected)
            seen["again"] += len(expected) > 1
        assert not spans
    assert seen["ended"] >= 5


def test_what_each_revision_opened_and_closed(
    lived: tuple[Record, RecordPast, random.Random, int],
) -> None:
    record, past, _, head = lived
    turns = past.turns(_TENANT, head, Cut())
    assert [turn.submission.revision for turn in turns.rows] == [*range(1, head + 1)]
    for turn in turns.rows:
        revision = turn.submission.revision
        before, now = alive(record, revision - 1), alive(record, revision)
        opened = {(t.stream, t.slot, t.assembly, n) for t in turn.turned for n in t.opened}
        closed = {(t.stream, t.slot, t.assembly, n) for t in turn.turned for n in t.closed}
        assert (opened, closed) == (now - before, before - now)
    page = past.turns(_TENANT, head, Cut(first=3, after=2))
    assert [turn.submission.revision for turn in page.rows] == [3, 4, 5]
    assert page.has_next


def test_a_document_alone_says_what_its_slot_held_then(
    lived: tuple[Record, RecordPast, random.Random, int],
) -> None:
    record, past, _, head = lived
    for sent in past.submissions(_TENANT, head, Sieve(), Cut()).rows:
        view = past.document(_TENANT, sent.id).view
        held = {
            (assembly, number)
            for stream, slot, assembly, number in alive(record, sent.revision)
            if (stream, slot) == (sent.stream, sent.slot)
        }
        assert set(view.assemblies) == {one for one, _ in held if one is not None}
        assert set(view.sources) == {number for _, number in held}
        assert view.revision.chain == record.revision(sent.revision, _TENANT).chain
    with pytest.raises(KeyUnknownError):
        past.document(_TENANT, "no such thing \0")


def test_lists_page_by_page(lived: tuple[Record, RecordPast, random.Random, int]) -> None:
    _, past, rng, head = lived
    upto = rng.randint(head // 2, head)
    sieve = Sieve(principal="ann")
    lists: dict[str, Any] = {
        "submissions": (lambda cut: past.submissions(_TENANT, upto, Sieve(), cut), "revision"),
        "of ann": (lambda cut: past.submissions(_TENANT, upto, sieve, cut), "revision"),
        "documents": (lambda cut: past.documents(_TENANT, upto, Sieve(), cut), "first_revision"),
        "revisions": (lambda cut: past.revisions(_TENANT, upto, cut), "number"),
        "streams": (lambda cut: past.streams(_TENANT, upto, cut), "name"),
        "turns": (lambda cut: past.turns(_TENANT, upto, cut), ""),
    }
    for name, (ask, key) in lists.items():
        whole = ask(Cut())
        assert whole.total == len(whole.rows) > 0, name
        assert not whole.has_next
        for size in (1, 2, 3):
            for forward in (True, False):
                found: list[Any] = []
                place = None
                while True:
                    cut = Cut(first=size, after=place) if forward else Cut(last=size, before=place)
                    page = ask(cut)
                    assert page.total == whole.total
                    found = [*found, *page.rows] if forward else [*page.rows, *found]
                    if not (page.has_next if forward else page.has_previous):
                        break
                    row = page.rows[-1 if forward else 0]
                    place = getattr(row, key) if key else row.submission.revision
                assert tuple(found) == whole.rows, (name, size, forward)


def test_rows_say_what_was_sent(lived: tuple[Record, RecordPast, random.Random, int]) -> None:
    record, past, _, head = lived
    rows = past.submissions(_TENANT, head, Sieve(), Cut()).rows
    for row in rows:
        receipt = record.receipt(row.id)
        assert (row.revision, row.digest, row.added, row.removed, row.claims, row.stream) == (
            receipt.revision, receipt.digest, receipt.added, receipt.removed, receipt.claims,
            receipt.stream,
        )  # fmt: skip
        later = [one for one in rows if one.slot == row.slot and one.stream == row.stream]
        assert row.newest == (row.revision == max(one.revision for one in later))
    assert {row.principal for row in past.submissions(_TENANT, head, Sieve(principal="ann"),
                                                      Cut()).rows} == {"ann"}  # fmt: skip
    streams = {row.name: row for row in past.streams(_TENANT, head, Cut()).rows}
    assert streams.keys() == {row.stream for row in rows}
    for name, stream in streams.items():
        own = [row for row in rows if row.stream == name]
        assert stream.submissions == len(own)
        assert stream.slots == len({row.slot for row in own})
        assert stream.newest_revision == max(row.revision for row in own)
    documents = past.documents(_TENANT, head, Sieve(), Cut()).rows
    assert {row.digest: row.submissions for row in documents} == Counter(r.digest for r in rows)


def test_another_tenant_has_a_past_of_its_own(tmp_path: Path) -> None:
    with Record.open(f"sqlite:///{tmp_path}/r.db", create=True) as record:
        record.append(submission("one", {1: 1}))
        record.append(submission("two", {2: 1}, tenant="other"))
        past = record.past()
        assert [row.subject for row in past.submissions("other", 1, Sieve(), Cut()).rows] == [
            "environment:local/two"
        ]
        assert past.told("other", 1, [package(1, 1)]) == ()
        assert past.told("nobody", 1, [package(1, 1)]) == ()
        assert past.revision("nobody", None) == 0
        with pytest.raises(RevisionUnknownError):
            past.revision("other", 2)
