"""One tenant's graph on the server: attach to it, move it forward, mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lineage.errors import GraphDamagedError, GraphUnreachableError
from lineage.graph.engines.neo4j.connection import Connection
from lineage.graph.engines.neo4j.delta import NOTHING, Delta, delta, held_as
from lineage.graph.engines.neo4j.form import Form
from lineage.graph.engines.neo4j.moves import ids_after, log_move, read_moves
from lineage.graph.engines.neo4j.numbers import Numbers
from lineage.graph.engines.neo4j.reading import read_held, read_ids
from lineage.graph.engines.neo4j.shape import FORM, NAMED_BY, RANGES
from lineage.graph.engines.neo4j.state import State, claim, new_token, read_state, write_state
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.engines.neo4j.writer import BATCH, write
from lineage.graph.projection.packing import Ints

if TYPE_CHECKING:
    from neo4j import Transaction

IN_ONE = 10 * BATCH
"""A delta of up to so many rows is one transaction; a longer one is a load."""
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A form and the graph on the server that shows it, at a token."""

    form: Form
    numbers: Numbers
    token: str


class GraphStore:
    """The graph of one name in a database. Several processes may write; one at a time does."""

    def __init__(self, connection: Connection, graph: str) -> None:
        self.connection = connection
        self.graph = graph

    def state(self) -> State | None:
        """What the server says of the graph; None if there is none. GraphUnreachableError."""
        with self.connection.reading() as transaction:
            return read_state(transaction, self.graph)

    def attach(self, form: Form) -> Attached | None:
        """The graph as it stands, if it is whole and shows the form."""
        with self.connection.reading() as transaction:
            state = read_state(transaction, self.graph)
            if state is None or state.digest != form.digest or state.stage == "loading":
                return None
            try:
                ids = read_ids(transaction, self.graph, form)
            except GraphDamagedError:
                return None
            if read_state(transaction, self.graph) != state:
                return None
        if state.stage == "moving":
            # Who announced a delta has not written it, or the digest would be another.
            state = self._settled(state)
        return None if state is None else self._attached(form, ids, state.token)

    def follow(self, before: Attached, form: Form) -> Attached | None:
        """The graph that others have moved on from ``before``, if it shows the form.

        Only what they have made is read; None where that is not known.
        """
        with self.connection.reading() as transaction:
            state = read_state(transaction, self.graph)
            if state is None or state.digest != form.digest or state.stage == "loading":
                return None
            way = read_moves(transaction, self.graph, before.token, state.token)
            if read_state(transaction, self.graph) != state:
                return None
        ids = None if way is None else ids_after(before.form, before.numbers.ids, way, form)
        if state.stage == "moving":
            state = self._settled(state)
        return None if ids is None or state is None else self._attached(form, ids, state.token)

    def move(self, before: Attached, form: Form) -> Attached | None:
        """Write the difference in one transaction; None if the graph is not at ``before``."""
        change = delta(held_as(before.form, before.numbers.ids), form)
        if change.rows > IN_ONE:
            return self._load(change) if self._is_at(before.token) else None
        return self._in_one(change, before.token)

    def mend(self, form: Form) -> Attached:
        """Compare with what is there and write the difference, whatever state it is in.

        What a load that was interrupted has left is used. GraphUnreachableError.
        """
        self._prepare()
        for _ in range(_TRIES):
            with self.connection.reading() as transaction:
                state = read_state(transaction, self.graph)
                held = NOTHING if state is None else read_held(transaction, self.graph)
            change = delta(held, form)
            if change.rows > IN_ONE:
                return self._load(change)
            done = self._in_one(change, None if state is None else state.token)
            if done is not None:
                return done
        raise GraphUnreachableError(reason="another process writes the same graph")

    def compare(self, form: Form) -> Delta:
        """What would have to be written to make the graph show the form."""
        with self.connection.reading() as transaction:
            return delta(read_held(transaction, self.graph), form)

    def drop(self) -> None:
        """Take the graph away, in batches."""
        self._prepare()
        with self.connection.writing() as transaction:
            claim(transaction, self.graph)
            empty = State(
                revision=0, chain="", pack_revision=0, digest="", form=FORM,
                token=new_token(), stage="loading",
            )  # fmt: skip
            write_state(transaction, self.graph, empty)
        for label in RANGES:
            text = statement("drop_nodes", (), (label,))
            while self.connection.run(text, tenant=self.graph, limit=BATCH)[0]["gone"]:
                continue
        self.connection.run(statement("forget_moves"), tenant=self.graph)
        self.connection.run(statement("forget_state"), tenant=self.graph)

    def _in_one(self, change: Delta, token: str | None) -> Attached | None:
        """Announce, then write everything in one transaction, unless somebody else did.

        ``token`` is what the graph is known to be at (None: there is none).
        """
        for _ in range(_TRIES):
            if token is not None and not self._announced(token):
                return None
            with suppress(_UnannouncedError):
                return self.connection.repeated(lambda: self._written(change, token))
        return None

    def _announced(self, token: str) -> bool:
        """Say that the graph is about to move; False if it is elsewhere."""
        with self.connection.writing() as transaction:
            state = claim(transaction, self.graph)
            if state is None or state.token != token:
                return False
            if state.stage == "ready":
                write_state(transaction, self.graph, replace(state, stage="moving"))
        return True

    def _written(self, change: Delta, token: str | None) -> Attached | None:
        fresh = new_token()
        with self.connection.writing() as transaction:
            state = claim(transaction, self.graph)
            if (None if state is None else state.token) != token:
                return None
            if state is not None and state.stage == "ready":
                # Who came in between took it for the word of somebody who is no more.
                raise _UnannouncedError
            ids = write(change, self.graph, lambda: _same(transaction))
            if token is not None:
                log_move(transaction, self.graph, change, ids, (token, fresh))
            write_state(transaction, self.graph, _state(change.form, fresh, "ready"))
        return self._attached(change.form, ids, fresh)

    def _load(self, change: Delta) -> Attached:
        """Write in many transactions; until the last one the graph is none."""
        form, token = change.form, new_token()
        with self.connection.writing() as transaction:
            claim(transaction, self.graph)
            write_state(transaction, self.graph, _state(form, token, "loading"))
        ids = write(change, self.graph, lambda: self._batch(token))
        with self._batch(token) as transaction:
            fresh = new_token()
            write_state(transaction, self.graph, _state(form, fresh, "ready"))
        return self._attached(form, ids, fresh)

    @contextmanager
    def _batch(self, token: str) -> Iterator[Transaction]:
        """A transaction of a load, as long as it is ours."""
        with self.connection.writing() as transaction:
            state = claim(transaction, self.graph)
            if state is None or state.token != token:
                raise GraphUnreachableError(reason="another process loads the graph")
            yield transaction

    def _settled(self, state: State) -> State | None:
        with self.connection.writing() as transaction:
            now = claim(transaction, self.graph)
            if now != state:
                return None
            ready = replace(state, stage="ready")
            write_state(transaction, self.graph, ready)
        return ready

    def _is_at(self, token: str) -> bool:
        state = self.state()
        return state is not None and state.token == token

    def _attached(self, form: Form, ids: Ints, token: str) -> Attached:
        return Attached(form=form, numbers=Numbers(ids), token=token)

    def _prepare(self) -> None:
        """Constraints and indexes."""
        self.connection.have_schema(_schema())


class _UnannouncedError(Exception):
    """The delta was announced, and the announcement taken back by another process."""


@contextmanager
def _same(transaction: Transaction) -> Iterator[Transaction]:
    yield transaction


def _state(form: Form, token: str, stage: str) -> State:
    one = form.projection.revision
    return State(
        revision=one.number,
        chain=one.chain,
        pack_revision=form.pack_revision,
        digest=form.digest,
        form=FORM,
        token=token,
        stage=stage,
    )


def _schema() -> Iterator[str]:
    yield (
        "CREATE CONSTRAINT lineage_graph IF NOT EXISTS "
        "FOR (n:LineageGraph) REQUIRE n.tenant IS UNIQUE"
    )
    for label, name in NAMED_BY.items():
        yield (
            f"CREATE CONSTRAINT lineage_{label.lower()} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE (n.tenant, n.{name}) IS UNIQUE"
        )
    yield "CREATE INDEX lineage_move IF NOT EXISTS FOR (n:LineageMove) ON (n.tenant)"
    for name in ("family", "name"):
        yield (
            f"CREATE INDEX lineage_component_{name} IF NOT EXISTS "
            f"FOR (n:Component) ON (n.tenant, n.{name})"
        )
