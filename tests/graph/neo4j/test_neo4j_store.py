"""The graph on the server through its life: loads, deltas, crashes, strangers, mending."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lineage.errors import GraphForeignError
from lineage.graph.engine import Direction, Engine, Walk
from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j import Neo4jEngine, store, writer
from lineage.graph.engines.neo4j.standing import counts, difference
from lineage.graph.engines.neo4j.store import GraphStore
from lineage.model.revision import At
from lineage.record.view import Views
from tests.graph.neo4j.estate_pair import engine_over, moving_estate
from tests.services.running import fresh_address
from tests.snapshots import SnapshotViews
from tests.strategies.estates import Estate, estate

pytestmark = pytest.mark.neo4j


class Growing:
    """Views of an estate whose newest revision is moved by hand."""

    def __init__(self, made: Estate, revision: int) -> None:
        self.made = made
        self.to(revision)

    def to(self, revision: int) -> None:
        self.views = SnapshotViews(*(self.made.snapshot(n) for n in range(1, revision + 1)))

    def view(self, at: At) -> Any:
        return self.views.view(at)


def answers(engine: Engine, views: Views) -> list[Any]:
    """The whole of some answers at the newest revision."""
    newest = views.view(At())
    at = At(revision=newest.revision.number)
    return [
        list(engine.reach(Walk(starts=((key, None),), direction=direction, at=at)))
        for key in sorted(newest.nodes)[:2]
        for direction in Direction
    ]


def right(engine: Neo4jEngine, views: Views) -> bool:
    """Whether the server has exactly the graph, and answers from it."""
    same = answers(engine, views) == answers(CsrEngine(views), views)
    form = engine.form("default")
    change = engine.store("default").compare(form)
    state = engine.store("default").state()
    return same and difference(change).none and state is not None and state.digest == form.digest


def test_moves_forward_revision_by_revision() -> None:
    made = moving_estate()
    growing = Growing(made, 1)
    engine = engine_over(growing, aside=False)
    tokens = set()
    for revision in range(1, len(made.pushes) + 1):
        growing.to(revision)
        assert engine.apply(At()).number == revision
        graph = engine.store("default")
        assert difference(graph.compare(engine.form("default"))).none
        state = engine.store("default").state()
        assert state is not None
        assert (state.revision, state.stage) == (revision, "ready")
        tokens.add(state.token)
    assert right(engine, growing)
    assert len(tokens) == len(made.pushes)


def test_goes_back_and_forth() -> None:
    """A delta takes away as exactly as it adds, kinds included."""
    made = moving_estate()
    growing = Growing(made, len(made.pushes))
    engine = engine_over(growing)
    first, last = made.views.view(At(revision=1)), made.views.view(At())
    graph = engine.store("default")
    for view in (last, first, last):
        form = _form(engine, view)
        known = graph.attach(form) or graph.mend(form)
        assert difference(graph.compare(form)).none
        assert known.form.digest == form.digest


def _form(engine: Neo4jEngine, view: Any) -> Any:
    from lineage.graph.engines.neo4j.form import form_of
    from lineage.graph.projection.projector import Projector

    return form_of(view, Projector().project(view))


@pytest.fixture
def in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write as a large graph is written: many transactions, one type per statement."""
    monkeypatch.setattr(writer, "BATCH", 7)
    monkeypatch.setattr(writer, "SMALL", -1)
    monkeypatch.setattr(store, "IN_ONE", -1)


def test_a_bulk_load_is_the_same_graph(in_bulk: None) -> None:
    made = estate(3)
    engine = engine_over(made.views, aside=False)
    engine.apply(At())
    assert right(engine, made.views)


class _CrashError(Exception):
    pass


@pytest.mark.parametrize("batches", [1, 9])
def test_a_load_that_was_interrupted_is_finished(
    batches: int, in_bulk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, address = estate(3), fresh_address()
    engine = engine_over(made.views, address)
    begun = GraphStore._batch
    left = [batches]

    def dies(self: GraphStore, token: str) -> Any:
        if not left[0]:
            raise _CrashError
        left[0] -= 1
        return begun(self, token)

    with monkeypatch.context() as patch:
        patch.setattr(GraphStore, "_batch", dies)
        with pytest.raises(_CrashError):
            engine.apply(At())
    state = engine.store("default").state()
    assert state is not None
    assert state.stage == "loading"
    after = engine_over(made.views, address, aside=False)
    after.apply(At())
    assert right(after, made.views)


def test_a_delta_that_was_announced_and_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    made, address = moving_estate(), fresh_address()
    growing = Growing(made, 1)
    engine = engine_over(growing, address)
    engine.apply(At())

    def dies(*_: Any) -> Any:
        raise _CrashError

    growing.to(2)
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", dies)
        with pytest.raises(_CrashError):
            engine.apply(At())
    state = engine.store("default").state()
    assert state is not None
    assert (state.revision, state.stage) == (1, "moving")
    growing.to(1)
    assert right(engine_over(growing, address, aside=False), growing)
    growing.to(2)
    assert right(engine_over(growing, address, aside=False), growing)


def test_another_process_moves_the_graph_under_a_question() -> None:
    made, address = moving_estate(), fresh_address()
    growing = Growing(made, 1)
    ours, other = engine_over(growing, address), engine_over(growing, address)
    ours.apply(At())
    key = min(growing.view(At()).nodes)
    walk = Walk(starts=((key, None),), direction=Direction.DOWNSTREAM, at=At(revision=1))
    reach = ours.reach(walk)
    growing.to(2)
    other.apply(At())
    assert list(reach) == list(CsrEngine(made.views).reach(walk))
    assert right(ours, growing)


def test_a_reach_that_was_begun_ends_at_its_revision() -> None:
    made, address = moving_estate(), fresh_address()
    growing = Growing(made, 1)
    engine = engine_over(growing, address)
    key = min(growing.view(At()).nodes)
    walk = Walk(starts=((key, None),), direction=Direction.UPSTREAM, at=At(revision=1))
    expected = list(CsrEngine(made.views).reach(walk))
    running = iter(engine.reach(walk))
    first = next(running)
    growing.to(2)
    engine.apply(At())
    assert [first, *running] == expected


def test_the_graph_of_another_record_is_noticed() -> None:
    made, address = moving_estate(), fresh_address()
    ahead = Growing(made, 3)
    engine_over(ahead, address).apply(At())
    restored = Growing(made, 1)
    with pytest.raises(GraphForeignError):
        engine_over(restored, address).apply(At())
    standing_in = engine_over(restored, address, stand_in=True)
    assert answers(standing_in, restored) == answers(CsrEngine(restored), restored)
    other = Growing(estate(15), 3)
    for number in (1, 2, 3):
        view = other.view(At(revision=number))
        other.views._views[At(revision=number)] = _said_by_another(view)
    other.views._views[At()] = other.views._views[At(revision=3)]
    with pytest.raises(GraphForeignError):
        engine_over(other, address).apply(At())


def _said_by_another(view: Any) -> Any:
    from dataclasses import replace

    return replace(view, revision=replace(view.revision, chain="ab" * 16))


def test_tampering_is_found_and_mended() -> None:
    made = estate(3)
    engine = engine_over(made.views)
    engine.apply(At())
    graph, form = engine.store("default"), engine.form("default")
    hands = (
        "MATCH (n:Component {tenant: $t})-[r]-() WITH r LIMIT 1 DELETE r",
        "MATCH (n:Resolved {tenant: $t}) WITH n LIMIT 1 DETACH DELETE n",
        "CREATE (n:Component:Model {tenant: $t, key: 'model:acme/stranger@1'})",
        "MATCH (n:Component {tenant: $t}) WITH n LIMIT 1 SET n:Dataset:Model",
        "MATCH (n:Component {tenant: $t}) WITH n LIMIT 1 SET n.version = '99'",
        "MATCH (n:Component {tenant: $t})-[r]->(m) WITH n, m LIMIT 1 CREATE (n)-[:TRAINED_ON]->(m)",
    )
    for text in hands:
        graph.connection.run(text, t=graph.graph)
        assert not difference(graph.compare(form)).none, text
        graph.mend(form)
        assert difference(graph.compare(form)).none, text
    assert right(engine, made.views)


def test_what_people_add_is_theirs() -> None:
    made = estate(3)
    engine = engine_over(made.views)
    engine.apply(At())
    graph, form = engine.store("default"), engine.form("default")
    graph.connection.run(
        "MATCH (n:Component {tenant: $t}) WITH n LIMIT 1 CREATE (n)-[:NOTED]->(:Note {t: $t})",
        t=graph.graph,
    )
    assert difference(graph.compare(form)).none


def test_tenants_and_spaces_do_not_see_each_other() -> None:
    one, two = estate(3), estate(8)
    first, second = fresh_address(), fresh_address()
    ours, theirs = engine_over(one.views, first), engine_over(two.views, second)
    ours.apply(At())
    theirs.apply(At())
    ours.apply(At(tenant="other"))
    assert right(ours, one.views)
    assert right(theirs, two.views)
    before = counts(theirs.store("default"))
    ours.store("default").drop()
    assert ours.store("default").state() is None
    assert sum(counts(ours.store("default")).values()) == 0
    assert counts(theirs.store("default")) == before
    assert difference(ours.store("other").compare(ours.form("other"))).none


def test_many_write_at_once() -> None:
    """Several processes start, each with a graph of its own, and two with the same."""
    made, address = moving_estate(), fresh_address()
    engines = [engine_over(made.views, one) for one in (address, address, fresh_address(), None)]
    with ThreadPoolExecutor(len(engines)) as pool:
        revisions = [one.number for one in pool.map(lambda one: one.apply(At()), engines)]
    assert revisions == [len(made.pushes)] * len(engines)
    assert all(right(engine, made.views) for engine in engines)


def test_labels_count_what_people_mean() -> None:
    made = estate(3)
    engine = engine_over(made.views)
    engine.apply(At())
    graph, view = engine.store("default"), made.views.view(At())
    for kind, label in (("framework", "Framework"), ("service", "Service"), ("model", "Model")):
        text = f"MATCH (n:{label} {{tenant: $t}}) RETURN count(n) AS found"
        found = graph.connection.run(text, t=graph.graph)[0]["found"]
        assert found == sum(node.kind == kind for node in view.nodes.values())
