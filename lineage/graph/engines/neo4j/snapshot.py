"""Reading one state of a graph: every answer is checked against the token it was promised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lineage.graph.engines.neo4j.connection import Connection

if TYPE_CHECKING:
    from neo4j import Session, Transaction


_NOBODY = -1
"""The id of no node."""


class MovedError(Exception):
    """The graph on the server is no longer the one that was asked for."""


class Snapshot:
    """A graph at a token. The server gives no snapshots, so statements return the token.

    It is read after what the statement answers, and a writer says that it is about to move before
    it does: an answer that comes with the right token saw nothing of another state, and ids are
    not given to other nodes while it stands.
    """

    def __init__(self, connection: Connection, graph: str, token: str) -> None:
        self.connection = connection
        self.graph = graph
        self.token = token

    def ask(self, text: str, **parameters: Any) -> Any:
        """The one row of a statement. MovedError, GraphUnreachableError."""
        with self.connection.asking() as session:
            return self.row(session, text, **parameters)

    @contextmanager
    def asking(self) -> Iterator[Transaction]:
        """A transaction for several statements: one for each would take a third of their time."""
        with self.connection.reading() as transaction:
            yield transaction

    def row(self, session: Session | Transaction, text: str, **parameters: Any) -> Any:
        """The one row of a statement."""
        given = {name: _filled(value) for name, value in parameters.items()}
        row = session.run(text, tenant=self.graph, **given).single()
        if row is None or row["token"] != self.token or row["stage"] != "ready":
            raise MovedError
        return row


def _filled(value: Any) -> Any:
    """A list of ids or words with two elements at least.

    The server plans a statement anew for lists of none, of one, and of every order of magnitude
    beyond that; a plan takes longer than most statements.
    """
    if not isinstance(value, list) or len(value) > 1:
        return value
    more = value if value and isinstance(value[0], str) else [_NOBODY, _NOBODY]
    return [*value, *more][:2]
