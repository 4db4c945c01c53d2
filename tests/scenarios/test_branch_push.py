"""A branch pushes other contents under the same version number: nobody else sees them."""

from __future__ import annotations

from lineage.model.revision import At, Scope
from lineage.record.snapshot import StreamState
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, wholes
from tests.snapshots import member, snapshot

CHAT = "service:acme/chat@1.0"
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
ESTATE = snapshot(
    [
        ("chat@main", "bom", CHAT, [member(OLD)], 1),
        ("chat@upgrade", "bom", CHAT, [member(NEW)], 2),
    ],
    streams=[
        StreamState(name="chat@main", branch="main", default=True),
        StreamState(name="chat@upgrade", branch="upgrade", default=False),
    ],
)


@on_every_engine
def test_the_default_branch_is_what_counts(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    assert wholes(impact(engine, OLD)) == {OLD, CHAT}
    assert wholes(impact(engine, OLD, at=At(scope=Scope.ALL))) == {OLD, CHAT}


@on_every_engine
def test_the_branch_stands_in_place_where_it_is_named(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    named = At(stream="chat@upgrade")
    assert wholes(impact(engine, NEW, at=named)) == {NEW, CHAT}
    assert (OLD, CHAT) not in impact(engine, CHAT, at=named)
