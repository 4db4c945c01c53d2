"""What follows a record at the cost of what changed says what a look at all of it says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model.claim import Claim, property_of
from lineage.model.identity import Key
from lineage.model.revision import At, Scope
from lineage.record import layered
from lineage.record.build import build_view
from lineage.record.layered import Joined, Layered, differing
from lineage.record.snapshot import Holdings, LiveHolding, SlotState, Snapshot, StreamState, by_slot
from lineage.record.source import take
from lineage.record.store import Record
from lineage.record.stream import PUBLIC_TENANT
from lineage.record.submission import Submission
from lineage.record.taking import Taking
from lineage.record.views import RecordViews
from lineage.vocabulary.properties import ATTESTATION
from tests.laws.test_view_laws import told
from tests.laws.test_view_renewal import pushed
from tests.snapshots import member, revision_of, said, snapshot
from tests.strategies.estates import PACKAGES, SUBJECTS, Estate, Push, estates

CASES = settings(max_examples=60, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2**32)


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers become one again after a few changes, as they do after many."""
    monkeypatch.setattr(layered, "BESIDE", 5)


@CASES
@given(SEEDS)
def test_a_layered_mapping_is_the_dictionary_that_it_stands_for(seed: int) -> None:
    rng = random.Random(seed)
    plain = {rng.randrange(12): rng.random() for _ in range(rng.randrange(8))}
    chain: list[tuple[dict[int, float], Layered[int, float]]] = [(dict(plain), Layered(plain))]
    for _ in range(12):
        known, made = rng.choice(chain)
        row = dict(known)
        put = {rng.randrange(12): rng.random() for _ in range(rng.randrange(3))}
        drop = [one for one in rng.sample(range(12), rng.randrange(4)) if one not in put]
        row.update(put)
        for one in drop:
            row.pop(one, None)
        chain.append((row, made.changed(put, drop)))
        if rng.random() < 0.3:
            list(rng.choice(chain)[1])  # whoever looks through it changes nothing
    for one, made in chain:
        assert (len(made), dict(made.items()), list(made)) == (len(one), one, sorted(one))
        assert [made.get(key) for key in range(13)] == [one.get(key) for key in range(13)]
        assert [key in made for key in range(13)] == [key in one for key in range(13)]
        base, over = made.layers()
        assert {key: row for key, row in {**base, **over}.items() if row is not None} == one
        for other, like in chain:
            keys = {key for key in {*one, *other} if one.get(key) != other.get(key)}
            assert differing(made, like) == keys == differing(one, other, float.__eq__)
            first = Joined(made, Layered({-1: 0.5}))
            second = Joined(like, Layered({-1: 0.25}))
            assert differing(first, second) == {*keys, -1}
            assert {**first} == {**one, -1: 0.5}
            assert len(first) == len(one) + 1


def drawn(rng: random.Random, number: int) -> Snapshot:
    """A few slots of a few streams: some do not count, some have ended or will, some are gone."""
    streams, slots, held = [], [], []
    for stream in ("main", "side", "other"):
        branch = rng.choice((None, "b"))
        streams.append(
            StreamState(name=stream, branch=branch, default=rng.choice((True, False, None)))
        )
        for slot in rng.sample("abc", rng.randrange(4)):
            held.extend(
                (stream, slot, subject, [member(rng.choice(PACKAGES[:2]))], 1)
                for subject in rng.sample([*SUBJECTS[:3], None], rng.randrange(3))
            )
            day = revision_of(number).at.date() + timedelta(days=number + rng.choice((-1, 1, 2)))
            slots.append(
                SlotState(
                    stream=stream, slot=slot, subject=None, revision=1,
                    precedence=rng.choice(("document", "document", "set")),
                    expires=rng.choice((None, None, day)),
                )
            )  # fmt: skip
    at = snapshot(held, streams=streams, slots=slots, revision=number)
    return replace(
        at,
        slots={(one.stream, one.slot): one for one in slots},
        revision=replace(at.revision, at=at.revision.at + timedelta(days=number)),
    )


def mixed(rng: random.Random, old: Snapshot, new: Snapshot) -> Snapshot:
    """The old snapshot with some of what the new one says, at the new one's time."""
    names = {name for name in (*old.slots, *new.slots) if rng.random() < 0.4}

    def chosen(one: Mapping, other: Mapping) -> dict:
        kept = {name: row for name, row in one.items() if name not in names}
        return kept | {name: row for name, row in other.items() if name in names}

    holdings = chosen(by_slot(old.holdings), by_slot(new.holdings))
    return replace(
        new,
        holdings=tuple(one for held in holdings.values() for one in held),
        slots=chosen(old.slots, new.slots),
        streams=rng.choice((old.streams, new.streams)),
        statements={**old.statements, **new.statements},
    )


def moved_on(old: Snapshot, new: Snapshot) -> Snapshot:
    """The new snapshot as the store makes it: of what the old one was made of."""

    def alike(one: object, other: object) -> bool:
        if not isinstance(one, tuple) or not isinstance(other, tuple):
            return one is other
        return [id(held) for held in one] == [id(held) for held in other]

    def one(was: Mapping, now: Mapping) -> Layered:
        known = was if isinstance(was, Layered) else Layered(was)
        put = {key: now[key] for key in differing(was, now, alike) if key in now}
        return known.changed(put, [key for key in was if key not in now])

    return replace(
        new,
        holdings=Holdings(one(by_slot(old.holdings), by_slot(new.holdings))),
        slots=one(old.slots, new.slots),
        streams=one(old.streams, new.streams),
    )


def place(one: LiveHolding) -> tuple[str, str, str]:
    return (one.stream, one.slot, one.assembly or "")


@CASES
@given(SEEDS, st.booleans())
def test_what_is_taken_is_followed(seed: int, stored: bool) -> None:
    rng = random.Random(seed)
    at = drawn(rng, 1)
    taking = Taking(at, Layered(by_slot(take(at).holdings)))
    for number in range(2, 9):
        before, old = take(at), at
        at = mixed(rng, at, drawn(rng, number))
        if stored:
            at = moved_on(old, at)
        left = taking.left()
        moved = taking.follow(at)
        taken = take(at)
        assert dict(taking.taken) == {
            name: held for name, held in by_slot(taken.holdings).items() if held
        }
        assert sorted(map(id, taking.expired())) == sorted(map(id, taken.expired))
        assert {key for key, many in taking.left().items() if many} == taken.left
        left.update(moved.left)
        assert +left == +taking.left()
        known = {place(one): one for one in before.holdings}
        for one in moved.gone:
            assert known.pop(place(one)) is one
        for one in moved.came:
            assert place(one) not in known
            known[place(one)] = one
        now = {place(one): one for one in taken.holdings}
        turned = {place(one) for one in moved.gone} & {place(one) for one in moved.came}
        for name in {place(one) for one in before.holdings} & now.keys():
            weighed = at.slots[name[:2]].precedence != old.slots[name[:2]].precedence
            assert name in turned or not weighed
        assert {name: (one.digest, one.revision) for name, one in known.items()} == {
            name: (one.digest, one.revision) for name, one in now.items()
        }


def sent(push: Push, tenant: str, number: int) -> Submission:
    """The push as it is appended to a record."""
    subject = push.subject or Key("service:acme/none@1")
    claims = [Claim(one, subject) for one in push.inside] if push.subject else []
    return Submission(
        content=f"{number} {push}".encode(), stream=push.stream, slot=push.slot, subject=subject,
        reader="law", reader_version="1", tenant=tenant, branch=push.branch,
        default=push.default, latest=push.latest,
        claims=(*claims, *(Claim(one) for one in push.world)),
    )  # fmt: skip


def by_hand(rng: random.Random, tenant: str, number: int) -> Submission:
    """What somebody says by hand, for a while that is over or is not."""
    expires = rng.choice(("2020-01-01", "2999-01-01"))
    told_by = property_of(
        PACKAGES[0], ATTESTATION, {"expires": expires, "evidence": "e", "by": "b"}
    )
    claims = (said(PACKAGES[0], "licence", rng.choice(("MIT", "ISC"))), told_by)
    return Submission(
        content=f"{number} {claims}".encode(), stream="set", slot="by hand",
        subject=Key(PACKAGES[0]), reader="law", reader_version="1", tenant=tenant,
        precedence="set", claims=tuple(Claim(one) for one in claims),
    )  # fmt: skip


def pack(number: int) -> Submission:
    """Something that is publicly known."""
    return Submission(
        content=f"{number}".encode(), stream="pack", slot="pack", subject=Key(PACKAGES[1]),
        reader="law", reader_version="1", tenant=PUBLIC_TENANT,
        claims=(Claim(said(PACKAGES[1], "licence", f"L{number % 3}")),),
    )  # fmt: skip


@pytest.mark.parametrize("scope", list(Scope))
def test_views_of_a_record_are_those_of_one_that_was_just_opened(
    scope: Scope, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    outcomes: Counter[str] = Counter()
    with Record.open(url, create=True) as record:
        views = RecordViews(record)

        @settings(max_examples=12, deadline=None, derandomize=True)
        @given(estates(), SEEDS)
        def law(estate: Estate, seed: int) -> None:
            rng = random.Random(seed)
            tenant = f"{scope.name}-{outcomes['estates']}".lower()
            outcomes["estates"] += 1
            for number, push in enumerate(pushed(rng, estate, 8).pushes):
                record.append(sent(push, tenant, number))
                if rng.random() < 0.3:
                    record.append(by_hand(rng, tenant, number))
                if rng.random() < 0.1:
                    record.append(pack(seed + number))
                view = views.view(At(tenant=tenant, scope=scope))
                with Record.open(url) as fresh:
                    whole = build_view(fresh.snapshot(tenant), scope=scope)
                assert (told(view), view.expired) == (told(whole), whole.expired)
                outcomes["renewed" if view.steps else "built"] += 1
                outcomes["expired"] += bool(view.expired)

        law()
    assert outcomes["renewed"] > 40, outcomes
    assert outcomes["expired"] > 10, outcomes
