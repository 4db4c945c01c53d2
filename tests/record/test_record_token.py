"""Tokens, tenants and the trail in the record, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from lineage.errors import (
    RightMissingError,
    StreamForbiddenError,
    TenantInvalidError,
    TenantUnknownError,
    TokenInvalidError,
    TokenRefusedError,
    TokenUnknownError,
)
from lineage.record.audit import Entry, Trail
from lineage.record.store import Record
from lineage.record.stream import StreamOptions
from lineage.record.tenant import Tenants
from lineage.record.token import Right, Tokens
from tests.record.estates import submission


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    with Record.open(database_url, create=True) as opened:
        yield opened


def test_the_secret_is_kept_nowhere(record: Record) -> None:
    tokens = Tokens(record.session)
    token, text = tokens.create(name="ci", tenant="acme", rights=[Right.READ], by="ann")
    secret = text.rpartition("_")[2]
    with record.session.read("acme") as work:
        rows = work.rows("SELECT * FROM token")
    assert secret not in repr(rows)
    assert tokens.verify(text) == token == tokens.all()[0]
    assert (token.tenant, token.made_by, token.state()) == ("acme", "ann", "valid")


def test_texts_differ_and_only_whole_ones_are_good(record: Record) -> None:
    tokens = Tokens(record.session)
    made = [tokens.create(name="a", tenant="t", rights=[Right.READ])[1] for _ in range(3)]
    assert len(set(made)) == 3
    swapped = "_".join((*made[0].split("_")[:2], made[1].rpartition("_")[2]))
    for text in ("", "lin", made[0][:-1], made[0] + "x", " " + made[0], swapped):
        with pytest.raises(TokenRefusedError):
            tokens.verify(text)


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"name": "a" * 201},
        {"rights": []},
        {"streams": [""]},
        {"streams": ["a\0"]},
        {"expires": datetime.now(UTC) - timedelta(seconds=1)},
    ],
)
def test_a_bad_token_is_not_made(record: Record, said: dict[str, object]) -> None:
    asked = {"name": "a", "tenant": "t", "rights": [Right.READ]} | said
    with pytest.raises(TokenInvalidError):
        Tokens(record.session).create(**asked)
    assert Tokens(record.session).all() == ()


def test_a_revocation_is_for_ever_and_stays_on_the_list(record: Record) -> None:
    tokens = Tokens(record.session)
    token, text = tokens.create(name="a", tenant="t", rights=list(Right))
    assert tokens.any()
    first = tokens.revoke(token.id, by="bob")
    assert tokens.revoke(token.id, by="eve") == first
    assert (first.state(), first.revoked_by) == ("revoked", "bob")
    assert not tokens.any()
    with pytest.raises(TokenRefusedError, match="revoked"):
        tokens.verify(text)
    with pytest.raises(TokenUnknownError):
        tokens.revoke("000000000000")


def test_a_limited_record_writes_where_it_may(record: Record) -> None:
    ours = record.limited("ci", ("ci/*",))
    assert ours.append(submission("one", {1: 0}, stream="ci/one")).revision == 1
    for stream in ("ci", "xci/one", "cd/ci/one"):
        with pytest.raises(StreamForbiddenError, match=r"ci/\*"):
            ours.append(submission("one", {1: 0}, stream=stream))
        with pytest.raises(StreamForbiddenError):
            ours.set_stream(stream, StreamOptions(retired=True))
    with pytest.raises(RightMissingError, match="ingest"):
        record.limited("eve", None).append(submission("one", {1: 0}))
    assert record.head().number == 1


def test_tenants_are_made_once_and_named_well(record: Record) -> None:
    tenants = Tenants(record.session)
    assert (tenants.add("acme"), tenants.add("acme"), tenants.add("b2.x-y_z")) == (
        True,
        False,
        True,
    )
    assert [(one.name, one.revision) for one in tenants.all()] == [("acme", 0), ("b2.x-y_z", 0)]
    for name in ("", "Acme", "-a", "a/b", "public", "a" * 64, "a\n"):
        with pytest.raises(TenantInvalidError):
            tenants.add(name)
        with pytest.raises(TenantInvalidError):  # nor may anybody work for it
            tenants.require(name)
    tenants.require("acme")
    tenants.require("default")
    with pytest.raises(TenantUnknownError, match="lineage tenant add nope"):
        tenants.require("nope")


def test_the_trail_is_append_only(record: Record) -> None:
    trail = Trail(record.session)
    made = [Entry(tenant=name, who="w\0", operation=f"o{n}", about="x" * 900, cost=n)
            for n in range(2500) for name in ("a", "b")][:2600]  # fmt: skip
    trail.add(made)
    found = list(trail.read("a"))
    assert [one.operation for one in found] == [one.operation for one in made if one.tenant == "a"]
    assert {(one.who, len(one.about)) for one in found} == {("w\ufffd", 500)}
    middle = found[600]
    assert list(trail.read("a", since=middle.at))[-1] == found[-1]
    assert len(list(trail.read("a", since=middle.at))) >= len(found) - 600
    for change in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"):
            record.session.write(lambda work, text=change: work.run(text))
    assert len(list(trail.read("a"))) == len(found)
