"""A deployed release runs an image of which a newer one is the latest: both count."""

from __future__ import annotations

from lineage.model.revision import At, Scope
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, wholes
from tests.snapshots import member, said, snapshot

RELEASE = "service:acme/chat@1.0"
OLDEST, OLDER, NEWEST = (f"container:acme/chat-image@{n}.0" for n in (1, 2, 3))
SSL = "pkg:generic/openssl@3.0"
ESTATE = snapshot(
    [
        ("registry", "image 1", OLDEST, [member(SSL)], 1),
        ("registry", "image 2", OLDER, [member(SSL)], 2),
        ("registry", "image 3", NEWEST, [member(SSL)], 3),
        ("git", "release", RELEASE, [member(OLDER)], 4),
        ("ops", "lifecycle", None, [said(RELEASE, "lifecycle", "deployed")], 5),
    ]
)


@on_every_engine
def test_what_the_release_carries_counts_beside_the_latest(make: MakesEngine) -> None:
    found = impact(over(make, ESTATE), SSL)
    assert wholes(found) == {SSL, OLDER, NEWEST, RELEASE}
    assert found[RELEASE, None] == 2  # type: ignore[index]


@on_every_engine
def test_the_archived_image_is_there_when_asked_for(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    whole = impact(engine, SSL, at=At(scope=Scope.ALL))
    assert wholes(whole) == {SSL, OLDEST, OLDER, NEWEST, RELEASE}
    named = impact(engine, SSL, at=At(archived=frozenset({OLDEST})))
    assert OLDEST in wholes(named)
