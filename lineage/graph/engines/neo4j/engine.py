"""The engine that walks in Neo4j: the newest graph of every tenant is kept there."""

from __future__ import annotations

import threading
from _thread import LockType
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import numpy as np

from lineage.errors import (
    GraphAwayError,
    GraphForeignError,
    GraphUnreachableError,
    LineageError,
    RevisionUnknownError,
    SettingInvalidError,
)
from lineage.graph.engine import Direction, Engine, Place, Reach, Walk, Ways
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.connection import Connection
from lineage.graph.engines.neo4j.form import Form, form_of
from lineage.graph.engines.neo4j.served import ServedReach
from lineage.graph.engines.neo4j.snapshot import MovedError, Snapshot
from lineage.graph.engines.neo4j.store import Attached, GraphStore
from lineage.graph.engines.neo4j.walker import Neo4jWalker
from lineage.graph.projection.engine import Starts, reached, routes, stated
from lineage.graph.projection.projection import Projection
from lineage.graph.projection.projector import Projector
from lineage.model.revision import At, Revision
from lineage.record.view import View, Views

T = TypeVar("T")
_TRIES = 3
_TURN = 1.0
"""Seconds for which a question waits while the graph is moved forward; a load takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What questions about a tenant's newest graph are answered from."""

    seen: tuple[int, str, int]
    revision: Revision
    attached: Attached


class Neo4jEngine:
    """An ``Engine`` over a Neo4j database.

    The server has the newest graph of what counts, per tenant; ``aside`` answers what is asked of
    another revision, scope or stream, and what would have to wait while the graph moves on. With
    ``stand_in`` it also answers while the server is away or shows the graph of another record;
    without, such a question is a GraphAwayError or GraphForeignError.
    """

    name: ClassVar[str] = "neo4j"

    def __init__(
        self,
        views: Views,
        *,
        address: Address | None = None,
        aside: Engine | None = None,
        stand_in: bool = True,
        connection: Connection | None = None,
    ) -> None:
        if address is None or aside is None:
            reason = "the engine neo4j needs the address of a server"
            raise SettingInvalidError(name="LINEAGE_NEO4J_URL", reason=reason)
        self._views = views
        self._address = address
        self._aside = aside
        self._stand_in = stand_in
        self._projector = Projector()
        self._current: dict[str, Current] = {}
        self._left: dict[str, Attached] = {}
        self._lock = threading.Lock()
        self._projecting = threading.Lock()
        self._turns: dict[str, LockType] = {}
        self.connection = connection or Connection(address)

    def close(self) -> None:
        """Close the connections to the server, and the engine that stands aside."""
        with self._lock:
            self._current.clear()
            self._left.clear()
        self.connection.close()
        self._aside.close()

    def store(self, tenant: str) -> GraphStore:
        """The graph of a tenant on the server."""
        return GraphStore(self.connection, self._address.graph(tenant))

    def form(self, tenant: str) -> Form:
        """What the server should show of a tenant."""
        return self._form(self._views.view(At(tenant=tenant)))

    def apply(self, at: At) -> Revision:
        """Bring the graph of that tenant to its newest revision; returns it."""
        try:
            with self._turn(at.tenant):
                return self._bring(at.tenant).revision
        except (GraphUnreachableError, GraphForeignError) as error:
            self._refuse(error, self._views.view(At(tenant=at.tenant)).revision.number)
            return self._aside.apply(at)

    def reach(self, walk: Walk) -> Reach:
        """What the walk reaches (see ``Engine``). KeyUnknownError for a start that is unknown."""

        def ask(current: Current) -> Reach:
            graph, walker = self._walker(walk, current)
            pinned = replace(walk, at=replace(walk.at, revision=current.revision.number))
            return ServedReach(graph, walker, pinned, self._elsewhere)

        return self._answer(walk.at, ask, lambda engine, at: engine.reach(replace(walk, at=at)))

    def paths(self, walk: Walk, target: Place, limit: int) -> Ways:
        """Up to ``limit`` simple paths to the target, shortest first, then by text."""

        def ask(current: Current) -> Ways:
            graph, walker = self._walker(walk, current)
            starts = [node for node, _ in Starts(graph, walk).spots()]
            ends = [node for node, _ in Starts(graph, replace(walk, starts=(target,))).spots()]
            hops = walker.between(
                np.array(starts, dtype=np.int64),
                np.array(ends, dtype=np.int64),
                upstream=walk.direction is Direction.UPSTREAM,
                allowed=graph.codes.allowed(walk.mask),
            )
            return routes(graph, walk, target, limit, hops)

        return self._answer(
            walk.at, ask, lambda engine, at: engine.paths(replace(walk, at=at), target, limit)
        )

    def subgraph(self, walk: Walk) -> tuple[tuple[Place, str, Place], ...]:
        """Every stated edge (downstream, kind, upstream) between the places that are reached."""

        def ask(current: Current) -> tuple[tuple[Place, str, Place], ...]:
            graph, walker = self._walker(walk, current)
            return stated(graph, walk, reached(graph, walker, walk, walker.hops), walker.hops)

        return self._answer(walk.at, ask, lambda engine, at: engine.subgraph(replace(walk, at=at)))

    def _answer(self, at: At, ask: Callable[[Current], T], aside: Callable[[Engine, At], T]) -> T:
        current: Current | None = None
        for _ in range(_TRIES):
            try:
                current = self._at(at)
                if current is None:
                    return aside(self._aside, at)
                return ask(current)
            except MovedError:
                self._forget(at.tenant, current)
            except (GraphUnreachableError, GraphForeignError) as error:
                self._forget(at.tenant, current)
                newest = self._views.view(At(tenant=at.tenant)).revision.number
                self._refuse(error, at.revision or newest)
                break
        if at.revision is None and current is not None:
            at = replace(at, revision=current.revision.number)
        return aside(self._aside, at)

    def _elsewhere(self, walk: Walk, error: Exception) -> Reach:
        """The rest of an answer whose graph has moved on, or whose server has gone."""
        self._forget(walk.at.tenant, self._current.get(walk.at.tenant))
        if isinstance(error, LineageError):
            self._refuse(error, walk.at.revision or 0)
        return self._aside.reach(walk)

    def _refuse(self, error: LineageError, revision: int) -> None:
        if self._stand_in:
            return
        if isinstance(error, GraphUnreachableError):
            raise GraphAwayError(revision=revision, reason=error.data["reason"]) from None
        raise error

    def _at(self, at: At) -> Current | None:
        """The server's graph, if it is what is asked of; None if not."""
        if at != At(tenant=at.tenant, revision=at.revision):
            return None
        known = self._current.get(at.tenant)
        if known is not None and at.revision is None:
            return known
        newest = self._views.view(At(tenant=at.tenant))
        if at.revision is not None and at.revision > newest.revision.number:
            raise RevisionUnknownError(wanted=at.revision, newest=newest.revision.number)
        if at.revision is not None and at.revision < newest.revision.number:
            return None
        if known is None or known.seen != _seen(newest):
            with self._turn(at.tenant, _TURN) as mine:
                known = self._bring(at.tenant) if mine else None
        if known is None or at.revision not in (None, known.revision.number):
            return None
        return known

    @contextmanager
    def _turn(self, tenant: str, seconds: float = -1) -> Iterator[bool]:
        """One at a time moves the graph of a tenant; whether it is our turn within the time."""
        with self._lock:
            turn = self._turns.setdefault(tenant, threading.Lock())
        mine = turn.acquire(timeout=seconds)
        try:
            yield mine
        finally:
            if mine:
                turn.release()

    def _bring(self, tenant: str) -> Current:
        """Have the server show the newest view. GraphUnreachableError, GraphForeignError."""
        view = self._views.view(At(tenant=tenant))
        known = self._current.get(tenant)
        if known is not None and known.seen == _seen(view):
            return known
        form = self._form(view)
        store = self.store(tenant)
        left = self._left.get(tenant)
        attached = None if left is None else _gone_on(store, left, form)
        attached = attached or store.attach(form) or self._started(tenant, store, form)
        current = Current(seen=_seen(view), revision=view.revision, attached=attached)
        with self._lock:
            self._current[tenant] = current
            self._left[tenant] = attached
        return current

    def _form(self, view: View) -> Form:
        with self._projecting:
            projection = self._projector.project(view)
        return form_of(view, projection)

    def _started(self, tenant: str, store: GraphStore, form: Form) -> Attached:
        """From what another process, or this one in another life, has left."""
        state = store.state()
        ours = form.projection.revision
        if state is None or not state.digest or state.stage == "loading":
            return store.mend(form)
        if state.revision > ours.number:
            reason = f"it shows revision {state.revision}, the newest here is {ours.number}"
            raise GraphForeignError(graph=store.graph, reason=reason)
        past = self._views.view(At(tenant=tenant, revision=state.revision))
        if past.revision.chain != state.chain:
            reason = f"revision {state.revision} is another there"
            raise GraphForeignError(graph=store.graph, reason=reason)
        form_then, left = self._form(past), self._left.get(tenant)
        before = None if left is None else store.follow(left, form_then)
        before = before or store.attach(form_then)
        moved = None if before is None else store.move(before, form)
        return moved or store.mend(form)

    def _forget(self, tenant: str, current: Current | None) -> None:
        with self._lock:
            if self._current.get(tenant) is current:
                self._current.pop(tenant, None)

    def _walker(self, walk: Walk, current: Current) -> tuple[Projection, Neo4jWalker]:
        attached = current.attached
        graph = attached.form.projection
        snapshot = Snapshot(self.connection, self._address.graph(walk.at.tenant), attached.token)
        return graph, Neo4jWalker(graph, snapshot, attached.numbers, walk.mask)


def _gone_on(store: GraphStore, left: Attached, form: Form) -> Attached | None:
    """From where this process has left the graph: others may have moved it, or it is our turn."""
    state = store.state()
    if state is not None and state.token == left.token:
        return store.move(left, form)
    return store.follow(left, form)


def _seen(view: View) -> tuple[int, str, int]:
    return view.revision.number, view.revision.chain, view.pack_revision
