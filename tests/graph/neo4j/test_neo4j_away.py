"""A server that is away: another engine answers, or the question is refused; never wrongly."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lineage.errors import GraphAwayError, GraphUnreachableError
from lineage.graph.engine import Direction, Walk
from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j import Neo4jEngine
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.connection import Connection
from lineage.model.revision import At
from tests.services.neo4j import Neo4jChild, neo4j_child
from tests.strategies.estates import Estate, estate


@pytest.fixture
def nowhere() -> Iterator[Address]:
    """An address on which nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as held:
        held.bind(("127.0.0.1", 0))
        yield Address(url=f"bolt://127.0.0.1:{held.getsockname()[1]}", patience=1)


def engine_at(made: Estate, address: Address, *, stand_in: bool) -> Neo4jEngine:
    return Neo4jEngine(made.views, address=address, aside=CsrEngine(made.views), stand_in=stand_in)


def answer(engine: Any, made: Estate) -> list[Any]:
    key = min(made.views.view(At()).nodes)
    walk = Walk(starts=((key, None),), direction=Direction.DOWNSTREAM)
    return [list(engine.reach(walk)), engine.subgraph(walk), engine.paths(walk, (key, None), 2)]


def test_the_other_engine_stands_in(nowhere: Address) -> None:
    made = estate(3)
    engine = engine_at(made, nowhere, stand_in=True)
    assert engine.apply(At()).number == len(made.pushes)
    assert answer(engine, made) == answer(CsrEngine(made.views), made)


def test_or_the_question_is_refused_with_the_revision(nowhere: Address) -> None:
    made = estate(3)
    engine = engine_at(made, nowhere, stand_in=False)
    with pytest.raises(GraphAwayError) as caught:
        answer(engine, made)
    assert caught.value.data["revision"] == len(made.pushes)
    with pytest.raises(GraphAwayError):
        engine.apply(At())


@pytest.mark.parametrize(("losses", "given"), [(0, 7), (3, 7), (99, None)])
def test_a_transaction_that_lost_to_another_is_tried_again(
    losses: int, given: int | None, nowhere: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neo4j.exceptions import TransientError

    monkeypatch.setattr("lineage.graph.engines.neo4j.connection.time.sleep", lambda _: None)
    tries = []

    def work() -> int:
        tries.append(1)
        if len(tries) <= losses:
            raise GraphUnreachableError(reason="deadlock") from TransientError("deadlock")
        return 7

    connection = Connection(nowhere)
    if given is None:
        with pytest.raises(GraphUnreachableError):
            connection.repeated(work)
        assert 1 < len(tries) < 20
    else:
        assert connection.repeated(work) == given

    def away() -> int:
        tries.append(1)
        raise GraphUnreachableError(reason="gone") from OSError("gone")

    tries.clear()
    with pytest.raises(GraphUnreachableError):
        connection.repeated(away)
    assert len(tries) == 1, "nobody comes back sooner for being asked again"


def test_nobody_waits_for_a_load(nowhere: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question loads the graph, for minutes: others are answered beside it, and say which."""
    monkeypatch.setattr("lineage.graph.engines.neo4j.engine._TURN", 0.05)
    made = estate(3)
    engine = engine_at(made, nowhere, stand_in=False)
    with engine._turn("default") as mine, engine._turn("other"):
        assert mine
        begun = time.monotonic()
        assert answer(engine, made) == answer(CsrEngine(made.views), made)
        assert time.monotonic() - begun < 1
    with pytest.raises(GraphAwayError):
        answer(engine, made)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_a_server_that_is_killed_and_comes_back() -> None:
    made = estate(3)
    right = answer(CsrEngine(made.views), made)
    with neo4j_child() as child:
        address = Address(url=child.url, patience=2)
        standing_in = engine_at(made, address, stand_in=True)
        strict = engine_at(made, address, stand_in=False)
        assert answer(standing_in, made) == answer(strict, made) == right
        key = min(made.views.view(At()).nodes)
        walk = Walk(starts=((key, None),), direction=Direction.DOWNSTREAM, at=At(revision=1))
        begun = standing_in.reach(Walk(starts=((key, None),), direction=Direction.DOWNSTREAM))
        child.kill()
        assert list(begun) == right[0]
        assert answer(standing_in, made) == right
        with pytest.raises(GraphAwayError):
            answer(strict, made)
        # What the server is not needed for is answered all the same.
        if len(made.pushes) > 1 and key in made.views.view(At(revision=1)).nodes:
            assert list(strict.reach(walk)) == list(CsrEngine(made.views).reach(walk))
        _again(child)
        strict.connection.forget()
        standing_in.connection.forget()
        assert answer(strict, made) == answer(standing_in, made) == right


@pytest.mark.long
@pytest.mark.timeout(0)
def test_killed_in_the_middle_of_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine dies while rows are written: what comes back is finished, and right."""
    from lineage.graph.engines.neo4j import store, writer
    from lineage.graph.engines.neo4j.standing import difference

    monkeypatch.setattr(writer, "BATCH", 7)
    monkeypatch.setattr(writer, "SMALL", -1)
    monkeypatch.setattr(store, "IN_ONE", -1)
    made = estate(3)
    with neo4j_child() as child:
        engine = engine_at(made, Address(url=child.url, patience=2), stand_in=False)
        begun, left = store.GraphStore._batch, [6]

        def dies(self: store.GraphStore, token: str) -> Any:
            left[0] -= 1
            if not left[0]:
                child.kill()
            return begun(self, token)

        with monkeypatch.context() as patch:
            patch.setattr(store.GraphStore, "_batch", dies)
            with pytest.raises((GraphAwayError, GraphUnreachableError)):
                engine.apply(At())
        _again(child)
        engine.connection.forget()
        engine.apply(At())
        assert difference(engine.store("default").compare(engine.form("default"))).none
        assert answer(engine, made) == answer(CsrEngine(made.views), made)


def _again(child: Neo4jChild) -> None:
    child.start()
