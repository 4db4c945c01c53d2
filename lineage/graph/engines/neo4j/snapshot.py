"""Reading one state of a graph: every answer is checked against the token it was promised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lineage.graph.engines.neo4j.connection import Connection

if TYPE_CHECKING:
    from neo4j import Session


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
        with self.asking() as session:
            return self.row(session, text, **parameters)

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session for several statements."""
        with self.connection.asking() as session:
            yield session

    def row(self, session: Session, text: str, **parameters: Any) -> Any:
        """The one row of a statement in a session."""
        row = session.run(text, tenant=self.graph, **parameters).single()
        if row is None or row["token"] != self.token or row["stage"] != "ready":
            raise MovedError
        return row
