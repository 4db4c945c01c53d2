"""Attestations: a person's claim with evidence, which counts until its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from lineage.errors import DocumentRefusedError
from lineage.flow import attest, reread, set_property
from lineage.graph.engines.reference import ENGINE
from lineage.model.claim import Component as Named
from lineage.model.claim import property_of
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record import append
from lineage.record.build import build, build_view
from lineage.record.doctor import examine
from lineage.record.renewal import Renewal
from lineage.record.snapshot import SlotState
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries.asking import ask
from queries.component import Component
from queries.question import Handle
from tests.snapshots import said, snapshot

MODEL = "pkg:huggingface/acme/llm@1"
EVIDENCE = "https://legal.example/review/7"


@pytest.fixture
def record(sqlite_url: str) -> Iterator[Record]:
    opened = Record.open(sqlite_url, create=True)
    yield opened
    opened.close()


def soon(days: int = 30) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


def licences(record: Record, revision: int | None = None) -> list[tuple[object, ...]]:
    views = RecordViews(record)
    answer = ask(
        Handle(views=views, engine=ENGINE(views)), Component(key=MODEL, at=At(revision=revision))
    )
    return [
        (p.value["raw"], p.first, p.expired, [(a.by, a.evidence, a.expires) for a in p.attested])
        for p in answer.properties
        if p.name == "licence"
    ]


def test_an_attestation_has_a_stream_a_slot_and_a_document_of_its_own(record: Record) -> None:
    receipt = attest(
        record, MODEL, "licence", "MIT", evidence=EVIDENCE, expires=soon(), principal="ann"
    )
    assert (receipt.stream, receipt.slot) == (
        "attest/pkg:huggingface/acme/llm", f"{MODEL} licence",
    )  # fmt: skip
    kept = orjson.loads(record.document(receipt.digest))["attest"]
    assert kept == {
        "key": MODEL, "name": "licence", "value": "MIT", "state": "value", "by": "ann",
        "evidence": EVIDENCE, "expires": soon().isoformat(),
    }  # fmt: skip
    snapshot = record.snapshot()
    state = snapshot.slots[receipt.stream, receipt.slot]
    assert (state.precedence, state.expires) == ("set", soon())
    assert [(one.principal, one.submission) for one in snapshot.holdings] == [("ann", receipt.id)]
    assert examine(record).findings == ()


def test_the_newest_of_what_people_say_comes_first_and_who_vouches_is_shown(
    record: Record,
) -> None:
    set_property(record, MODEL, "licence", "ISC")
    attest(record, MODEL, "licence", "MIT", evidence=EVIDENCE, expires=soon(), principal="ann")
    told = [("ann", EVIDENCE, soon().isoformat())]
    assert licences(record) == [("MIT", True, False, told), ("ISC", False, False, [])]
    set_property(record, MODEL, "licence", "BSD-3-Clause")
    assert licences(record) == [("BSD-3-Clause", True, False, []), ("MIT", False, False, told)]


def test_the_same_again_is_no_news_and_another_person_is(record: Record) -> None:
    def vouch(who: str) -> bool:
        return attest(
            record, MODEL, "licence", "MIT", evidence=EVIDENCE, expires=soon(), principal=who
        ).unchanged

    assert [vouch("ann"), vouch("ann"), vouch("bob")] == [False, True, False]
    (row,) = licences(record)
    assert row[3] == [("bob", EVIDENCE, soon().isoformat())]


def test_after_its_last_day_it_counts_no_longer_and_is_shown(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_property(record, MODEL, "licence", "ISC")
    attest(record, MODEL, "licence", "MIT", evidence=EVIDENCE, expires=soon(), principal="ann")
    views = RecordViews(record)
    assert views.view(At()).first(Key(MODEL), "licence").value["raw"] == "MIT"
    for day, first in ((soon(), "MIT"), (soon(31), "ISC")):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        monkeypatch.setattr(append, "_now", lambda at=midnight: int(at.timestamp() * 1_000_000))
        set_property(record, MODEL, "criticality", str(day))
        assert views.view(At()).first(Key(MODEL), "licence").value["raw"] == first
        assert licences(record)[0][0] == first
    told = [("ann", EVIDENCE, soon().isoformat())]
    assert licences(record) == [("ISC", True, False, []), ("MIT", False, True, told)]
    assert licences(record, 2)[0] == ("MIT", True, False, told)
    assert licences(record, 3)[0] == ("MIT", True, False, told)
    view = RecordViews(record).view(At())
    assert (view.values, view.expired) == (views.view(At()).values, views.view(At()).expired)
    again = [one.receipt.unchanged for one in reread(record) if one.receipt]
    assert again == [True, True, True]


def test_a_shared_statement_counts_while_somebody_else_makes_it() -> None:
    today = date(2026, 1, 1)
    both = [said(MODEL, "licence", "MIT")]
    beside = property_of(Key(MODEL), "attestation", {"name": "licence", "expires": str(today)})
    slots = [
        SlotState(stream="attest", slot="a", subject=None, revision=1, precedence="set",
                  expires=date(2025, 12, 31)),
        SlotState(stream="doc", slot="d", subject=None, revision=1),
    ]  # fmt: skip
    held = [("attest", "a", None, [*both, beside], 1), ("doc", "d", None, both, 1)]
    view = build_view(snapshot(held, slots=slots))
    assert [v.name for v in view.values[Key(MODEL)]] == ["licence"]
    assert [(one.name, one.value) for one in view.expired[Key(MODEL)]] == [("licence", "MIT")]


def test_a_view_carried_over_the_last_day_equals_one_made_anew() -> None:
    def at(number: int, last: date) -> object:
        slots = [
            SlotState(stream="attest", slot="a", subject=None, revision=1, precedence="set",
                      expires=last),
        ]  # fmt: skip
        beside = property_of(Key(MODEL), "attestation", {"name": "owner", "expires": str(last)})
        known = Named(Key(MODEL), "model", "llm", "1")
        held = [
            ("attest", "a", None, [said(MODEL, "owner", "ann"), beside], 1),
            ("doc", "d", None, [known, said(MODEL, "owner", "bob")], 2),
            ("more", "m", None, [said(MODEL, "tag", "x")] if number > 2 else [], number),
        ]
        return snapshot(held, slots=slots, revision=number)

    first, later = at(2, date(2026, 1, 1)), at(2 + 60 * 24, date(2026, 1, 1))
    renewal = Renewal(build(first), first)
    view, fresh = renewal.view(later), build_view(later)
    assert view is not None
    assert view.values == fresh.values
    assert view.expired == fresh.expired != {}
    assert view.first(Key(MODEL), "owner").value == "bob"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"evidence": " "}, "attest.evidence"),
        ({"principal": ""}, "attest.by"),
        ({"expires": "2020-01-01"}, "attest.expires"),
        ({"expires": "next year"}, "attest.expires"),
        ({"name": ""}, "attest.name"),
        ({"name": "attestation"}, "attest.name"),
        ({"name": "end_of_life", "value": "soon"}, "attest"),
        ({"state": "maybe"}, "attest.state"),
    ],
)
def test_what_is_no_attestation_is_refused(record: Record, given: dict, path: str) -> None:
    told = {
        "name": "licence", "value": "MIT", "evidence": EVIDENCE, "expires": soon(),
        "principal": "ann", **given,
    }  # fmt: skip
    with pytest.raises(DocumentRefusedError) as caught:
        attest(record, MODEL, told.pop("name"), told.pop("value"), **told)
    assert caught.value.data["path"] == path
    assert record.head().number == 0
