"""The Neo4j of this run: started when a test first needs it, ended with the run."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from functools import cache

from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.connection import Connection
from lineage.graph.engines.neo4j.engine import Neo4jEngine
from lineage.record.view import Views
from tests.services.neo4j import address_of, neo4j_server

_ENDING = ExitStack()


@cache
def neo4j_url() -> str:
    """The URL of the run's server, with credentials where it wants any; a skip if there is none."""
    return _ENDING.enter_context(neo4j_server())


@cache
def shared_connection() -> Connection:
    """The one connection pool of this run; which graphs are meant stands in an engine's address."""
    connection = Connection(address_of(neo4j_url()))
    _ENDING.callback(connection.close)
    return connection


def fresh_address() -> Address:
    """The run's server, with a space that nothing is in yet."""
    return address_of(neo4j_url(), space=uuid.uuid4().hex[:12])


def neo4j_engine(views: Views) -> Neo4jEngine:
    """An engine on the run's server, with graphs of its own; it never lets another answer for it
    while the server is there.
    """
    connection = shared_connection()
    return Neo4jEngine(
        views,
        address=fresh_address(),
        aside=CsrEngine(views),
        stand_in=False,
        connection=connection,
    )


def end() -> None:
    """End what was started."""
    _ENDING.close()
