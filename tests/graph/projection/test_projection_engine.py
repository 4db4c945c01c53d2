"""Which graph a projected engine answers from: the newest applied, or one that it keeps."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from lineage.graph.engine import Direction, Walk
from lineage.graph.engines.csr import CsrEngine, CsrWalker
from lineage.graph.engines.reference import ReferenceEngine
from lineage.graph.projection.packing import FREE, Codes, pack
from lineage.model.revision import At, Scope
from lineage.record.view import View
from tests.snapshots import SnapshotViews, edge, member, snapshot
from tests.strategies.estates import estate

A, CHAT = "pkg:pypi/a@1", "service:acme/chat@1.0"
FIRST = snapshot([("git", "chat", CHAT, [member("pkg:pypi/b@1")], 1)])
CALLED = "service:acme/called@1.0"
UP_FROM_CHAT = Walk(starts=((CHAT, None),), direction=Direction.UPSTREAM)
SECOND = snapshot([("git", "chat", CHAT, [member(A)], 2)])


class Growing:
    """Views that get a revision while an engine looks at them; counts who asks."""

    def __init__(self) -> None:
        self.views = SnapshotViews(FIRST)
        self.asked: list[At] = []

    def view(self, at: At) -> View:
        self.asked.append(at)
        return self.views.view(at)


def test_a_question_sees_what_was_applied_last() -> None:
    views = Growing()
    engine = CsrEngine(views)
    assert engine.apply(At()).number == 1
    views.views = SnapshotViews(FIRST, SECOND)
    assert engine.projection(At()).revision.number == 1
    assert engine.apply(At()).number == 2
    assert engine.projection(At()).revision.number == 2
    assert engine.projection(At(revision=1)).revision.number == 1


def test_graphs_asked_for_last_are_kept() -> None:
    views = Growing()
    views.views = SnapshotViews(FIRST, SECOND)
    engine = CsrEngine(views, kept=2)
    engine.apply(At())
    newest = engine.projection(At())
    ats = [At(revision=1), At(scope=Scope.ALL), At(revision=1, scope=Scope.ALL)]
    made = [engine.projection(at) for at in ats]
    assert [engine.projection(at) for at in ats[1:]] == made[1:]
    assert all(engine.projection(at) is one for at, one in zip(ats[1:], made[1:], strict=True))
    assert engine.projection(ats[0]) is not made[0]
    assert engine.projection(At()) is newest, "the newest one goes for no other"


def test_a_revision_with_a_newer_pack_is_another_graph() -> None:
    """The pack moves without a revision of the tenant: no graph of before is shown for it."""
    held = [("git", "chat", CHAT, [member("pkg:pypi/b@1")], 1)]
    packed = [*held, ("pack", "", None, [edge(CHAT, "calls", CALLED)], 1)]
    views = Growing()
    views.views = SnapshotViews(snapshot(held, pack_revision=1))
    for engine in (CsrEngine(views), ReferenceEngine(views)):
        views.views = SnapshotViews(snapshot(held, pack_revision=1))
        engine.apply(At())
        assert (CALLED, None) not in engine.reach(UP_FROM_CHAT).depths()
        views.views = SnapshotViews(snapshot(packed, pack_revision=2))
        assert (CALLED, None) in engine.reach(UP_FROM_CHAT).depths()
        assert (CALLED, None) in engine.reach(replace(UP_FROM_CHAT, at=At(revision=1))).depths()


def test_the_newest_graph_is_let_go_when_another_is() -> None:
    """A server moves on for months: what it keeps of the past is bounded."""
    revisions = [snapshot([("g", "c", CHAT, [member(A)], 1)], revision=n) for n in range(1, 9)]
    views = Growing()
    engine = CsrEngine(views, kept=2)
    for number in range(1, 9):
        views.views = SnapshotViews(*revisions[:number])
        engine.projection(At(revision=number))
        assert engine.apply(At()).number == number
        assert len(engine._graphs) <= 3
    engine.close()
    assert not engine._graphs


def test_marks_are_cleared_after_every_walk() -> None:
    made = estate(3)
    engine = CsrEngine(made.views)
    keys = sorted(made.views.view(At()).nodes)
    walks = [
        Walk(starts=((key, None),), direction=direction, budget=budget)
        for key in keys
        for direction in Direction
        for budget in (None, 2)
    ]
    once = [list(engine.reach(walk)) for walk in walks]
    assert [list(engine.reach(walk)) for walk in reversed(walks)] == once[::-1]


def test_threads_do_not_disturb_each_other() -> None:
    made = estate(11)
    engine = CsrEngine(made.views)
    keys = sorted(made.views.view(At()).nodes)
    walks = [Walk(starts=((key, None),), direction=Direction.DOWNSTREAM) for key in keys]
    right = [list(engine.reach(walk)) for walk in walks]
    wrong: list[Walk] = []

    def ask() -> None:
        for _ in range(10):
            wrong.extend(
                walk
                for walk, answer in zip(walks, right, strict=True)
                if list(engine.reach(walk)) != answer
            )

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_walker_joins_starts_ahead_and_keeps_parents() -> None:
    codes = Codes([("k", "")])
    line = np.array([(0, 1), (1, 2), (2, 3), (4, 3)], dtype=np.int64)
    code = np.full(len(line), FREE, dtype=np.int64)
    up = pack(5, line[:, 0], line[:, 1], code, codes)
    down = pack(5, line[:, 1], line[:, 0], code, codes)
    steps = CsrWalker(up, down).walk(
        np.array([0, 4]),
        upstream=True,
        allowed=np.ones(len(codes), dtype=np.bool_),
        depth=None,
        budget=None,
        ahead=np.array([0, 1]),
    )
    assert steps.node.tolist() == [0, 1, 4, 2, 3]
    assert steps.depth.tolist() == [0, 1, 1, 2, 2]
    assert steps.parent.tolist() == [-1, 0, -1, 1, 2]
    assert steps.edge.tolist() == [-1, FREE, -1, FREE, FREE]


def test_a_graph_without_assemblies_or_without_anything() -> None:
    bare = snapshot([("ops", "calls", None, [edge(CHAT, "calls", "service:acme/b@1")], 1)])
    walk = Walk(starts=((CHAT, None),), direction=Direction.UPSTREAM)
    assert len(CsrEngine(SnapshotViews(bare)).reach(walk)) == 2
    nothing = CsrEngine(SnapshotViews(snapshot([], revision=1)))
    assert nothing.apply(At()).number == 1
    nobody = Walk(starts=(), direction=Direction.DOWNSTREAM)
    assert list(nothing.reach(nobody)) == []
    assert nothing.subgraph(nobody) == ()
