"""chat 1.0, 1.1 and 1.2: which of them an answer speaks of, through three lives of a release."""

from __future__ import annotations

from lineage.model.revision import At, Scope
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, wholes
from tests.snapshots import Held, edge, member, said, snapshot

TORCH = "pkg:pypi/torch@2.9.1"
ONE, TWO, THREE = (f"service:acme/chat@1.{n}" for n in (0, 1, 2))
NODE = "host:acme/gpu-node"
PUSHED: list[Held] = [
    ("git/chat", "chat 1.0", ONE, [member(TORCH)], 1),
    ("git/chat", "chat 1.1", TWO, [member(TORCH)], 2),
    ("git/chat", "chat 1.2", THREE, [member(TORCH)], 3),
]
PLACED: Held = ("ops", "placement", None, [edge(ONE, "runs_on", NODE)], 4)
MARKED: Held = ("ops", "lifecycle", None, [said(TWO, "lifecycle", "deployed")], 5)
HISTORY = (
    snapshot(PUSHED[:1]),
    snapshot(PUSHED[:2]),
    snapshot(PUSHED),
    snapshot([*PUSHED, PLACED]),
    snapshot([*PUSHED, PLACED, MARKED]),
)


def blamed(make: MakesEngine, revision: int, scope: Scope = Scope.DEFAULT) -> set[str]:
    at = At(revision=revision, scope=scope)
    return wholes(impact(over(make, *HISTORY), TORCH, at=at)) - {TORCH}


@on_every_engine
def test_the_latest_stands_for_the_others(make: MakesEngine) -> None:
    assert blamed(make, 1) == {ONE}
    assert blamed(make, 2) == {TWO}
    assert blamed(make, 3) == {THREE}


@on_every_engine
def test_what_runs_somewhere_counts_beside_the_latest(make: MakesEngine) -> None:
    assert blamed(make, 4) == {ONE, THREE}


@on_every_engine
def test_what_is_said_to_be_deployed_counts(make: MakesEngine) -> None:
    assert blamed(make, 5) == {ONE, TWO, THREE}


@on_every_engine
def test_the_archived_are_there_in_the_scope_of_all(make: MakesEngine) -> None:
    assert blamed(make, 3, Scope.ALL) == {ONE, TWO, THREE}
