"""A tag moves: what leans on it follows, and the past keeps what it pointed at."""

from __future__ import annotations

from lineage.model.revision import At
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, provenance, wholes
from tests.snapshots import Held, edge, member, pointer, snapshot

IMAGE = "container:acme/serve"
FIRST, SECOND = f"{IMAGE}@1.0", f"{IMAGE}@2.0"
CHAT = "service:acme/chat@1.0"
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
BASE: list[Held] = [
    ("registry", "image 1", FIRST, [member(OLD)], 1),
    ("registry", "image 2", SECOND, [member(NEW)], 1),
    ("git", "deploy", None, [edge(CHAT, "runs_on", IMAGE, pointer="stable")], 1),
]
HISTORY = (
    snapshot([*BASE, ("registry", "stable", None, [pointer(IMAGE, "stable", FIRST)], 1)]),
    snapshot([*BASE, ("registry", "stable", None, [pointer(IMAGE, "stable", SECOND)], 2)]),
)


@on_every_engine
def test_the_service_follows_the_tag(make: MakesEngine) -> None:
    engine = over(make, *HISTORY)
    assert wholes(provenance(engine, CHAT)) == {CHAT, SECOND, NEW}
    assert CHAT in wholes(impact(engine, NEW))
    assert CHAT not in wholes(impact(engine, SECOND, at=At(revision=1)))


@on_every_engine
def test_the_past_keeps_what_it_pointed_at(make: MakesEngine) -> None:
    engine = over(make, *HISTORY)
    assert wholes(provenance(engine, CHAT, at=At(revision=1))) == {CHAT, FIRST, OLD}
    assert impact(engine, OLD, at=At(revision=1))[CHAT, None] == 2  # type: ignore[index]
