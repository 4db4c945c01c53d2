"""The Neo4j of this run: started while other tests run, ended with the run."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache

from lineage.graph.engines.csr import CsrEngine
from lineage.graph.engines.neo4j.address import Address
from lineage.graph.engines.neo4j.connection import Connection
from lineage.graph.engines.neo4j.engine import Neo4jEngine
from lineage.record.view import Views
from tests.services import loan
from tests.services.docker import missing
from tests.services.neo4j import address_of, neo4j_server

_ENDING = ExitStack()
_BEGUN: list[Future[str]] = []


def begin() -> Future[str]:
    """Start the run's server without waiting for it; what it gives is its URL, or why not."""
    return _begun(loan.borrow if loan.is_lent() else _start)


def lend() -> None:
    """Start it for the processes that the tests are shared out among, when one of them asks."""
    loan.lend(lambda: _begun(_start).result())


@cache
def _begun(start: Callable[[], str]) -> Future[str]:
    with_one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="neo4j")
    begun = with_one.submit(start)
    with_one.shutdown(wait=False)
    _BEGUN.append(begun)
    return begun


def neo4j_url() -> str:
    """The URL of the run's server, with credentials where it wants any; a skip if there is none."""
    try:
        return begin().result()
    except loan.UnavailableError as error:
        missing(str(error))


def _start() -> str:
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
    return engine_on(neo4j_url(), shared_connection(), views)


def engine_on(url: str, connection: Connection, views: Views) -> Neo4jEngine:
    """The same on the server at that URL."""
    return Neo4jEngine(
        views,
        address=address_of(url, space=uuid.uuid4().hex[:12]),
        aside=CsrEngine(views),
        stand_in=False,
        connection=connection,
    )


def end() -> None:
    """End what was started, as soon as it has."""
    for one in _BEGUN:
        one.exception()
    _ENDING.close()
