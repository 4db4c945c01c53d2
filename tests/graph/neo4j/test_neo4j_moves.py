"""A process that reads what another one writes: it reads what is new, and never a wrong id."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lineage.graph.engines.neo4j import Neo4jEngine, moves
from lineage.graph.engines.neo4j.form import Form
from lineage.graph.engines.neo4j.store import Attached, GraphStore
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At
from tests.graph.neo4j.estate_pair import engine_over, moving_estate
from tests.graph.neo4j.test_neo4j_store import Growing, answers, right
from tests.services.running import fresh_address
from tests.strategies.estates import Estate, estate

pytestmark = pytest.mark.neo4j


def forms(made: Estate) -> list[Form]:
    """What each revision looks like, the newest last."""
    from lineage.graph.engines.neo4j.form import form_of

    views = [made.views.view(At(revision=one + 1)) for one in range(len(made.pushes))]
    return [form_of(view, Projector().project(view)) for view in views]


def a_store(made: Estate) -> GraphStore:
    return engine_over(made.views).store("default")


def alike(one: Attached | None, other: Attached | None) -> bool:
    assert one is not None
    assert other is not None
    return one.token == other.token and np.array_equal(one.numbers.ids, other.numbers.ids)


@pytest.mark.parametrize("seed", range(4))
def test_who_follows_knows_what_who_reads_all_knows(seed: int) -> None:
    made = estate(seed)
    shown = forms(made)
    graph = a_store(made)
    writer = graph.mend(shown[0])
    known = [writer]
    # Forth, back and forth: what goes comes again, under another id.
    for form in [*shown[1:], *shown[-2::-1], *shown[1:]]:
        moved = graph.move(writer, form)
        assert moved is not None
        whole = graph.attach(form)
        for before in known:
            assert alike(graph.follow(before, form), whole)
        assert alike(moved, whole)
        writer = moved
        known.append(writer)
    assert any(len(one.form.names[0]) != len(known[0].form.names[0]) for one in known)


def test_a_node_that_came_again_has_its_new_id() -> None:
    made = moving_estate()
    shown = forms(made)
    graph = a_store(made)
    first = graph.mend(shown[-1])
    less = graph.move(first, shown[0])
    assert less is not None
    again = graph.move(less, shown[-1])
    assert again is not None
    assert not np.array_equal(again.numbers.ids, first.numbers.ids)
    assert alike(graph.follow(first, shown[-1]), again)


def test_who_has_missed_too_much_reads_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "KEPT", 2)
    made = moving_estate()
    shown = forms(made)
    graph = a_store(made)
    first = graph.mend(shown[0])
    now = first
    for form in (shown[1], shown[2], shown[1]):
        moved = graph.move(now, form)
        assert moved is not None
        before, now = now, moved
    assert graph.follow(first, shown[1]) is None
    assert alike(graph.follow(before, shown[1]), now)
    assert graph.attach(shown[1]) is not None


def test_a_large_delta_is_not_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "MOST", 0)
    made = moving_estate()
    shown = forms(made)
    graph = a_store(made)
    first = graph.mend(shown[0])
    assert graph.move(first, shown[-1]) is not None
    assert graph.follow(first, shown[-1]) is None


def test_a_graph_of_something_else_is_not_followed() -> None:
    made = moving_estate()
    shown = forms(made)
    graph = a_store(made)
    first = graph.mend(shown[0])
    assert graph.move(first, shown[1]) is not None
    assert graph.follow(first, shown[2]) is None


def test_two_processes_take_turns_and_neither_reads_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = moving_estate()
    growing = Growing(made, 1)
    address = fresh_address()
    engines: list[Neo4jEngine] = [engine_over(growing, address) for _ in range(2)]
    for one in engines:
        one.apply(At())

    def refused(*_: Any) -> None:
        raise AssertionError("everything was read")

    monkeypatch.setattr(GraphStore, "attach", refused)
    monkeypatch.setattr(GraphStore, "mend", refused)
    for revision in range(2, len(made.pushes) + 1):
        growing.to(revision)
        first, second = engines if revision % 2 else engines[::-1]
        assert first.apply(At()).number == revision
        assert answers(second, growing) == answers(first, growing)
    assert all(right(one, growing) for one in engines)


def test_one_that_slept_through_several_moves_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    made = moving_estate()
    growing = Growing(made, 1)
    address = fresh_address()
    awake, asleep = (engine_over(growing, address) for _ in range(2))
    awake.apply(At())
    asleep.apply(At())
    last = len(made.pushes)
    for revision in range(2, last):
        growing.to(revision)
        awake.apply(At())
    # It sees the newest revision, while the server shows the one before.
    growing.to(last)

    def refused(*_: Any) -> None:
        raise AssertionError("everything was read")

    monkeypatch.setattr(GraphStore, "attach", refused)
    monkeypatch.setattr(GraphStore, "mend", refused)
    assert asleep.apply(At()).number == last
    assert right(asleep, growing)


def test_an_announcement_that_was_taken_back_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Readers rely on the word: nobody writes a delta without it standing there."""
    made = moving_estate()
    shown = forms(made)
    graph = a_store(made)
    first = graph.mend(shown[0])
    announced = GraphStore._announced
    times = []

    def meddled(self: GraphStore, token: str) -> bool:
        done = announced(self, token)
        times.append(token)
        if len(times) == 1:
            assert graph.attach(shown[0]) is not None
            state = graph.state()
            assert state is not None
            assert state.stage == "ready"
        return done

    monkeypatch.setattr(GraphStore, "_announced", meddled)
    moved = graph.move(first, shown[1])
    assert moved is not None
    assert len(times) == 2
    assert alike(graph.attach(shown[1]), moved)
