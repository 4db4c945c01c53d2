"""Fixtures for all tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import services

# The gate draws the same cases each time, so that it judges the change and not the dice; `make
# check-long` draws new ones.
settings.register_profile("check", derandomize=True)
settings.register_profile("long", derandomize=False)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile by what is run, unless the command line names one."""
    if config.getoption("numprocesses", default=None):
        from tests.services import running

        running.lend()
    if config.getoption("--hypothesis-profile", default=None):
        return
    settings.load_profile("long" if config.getoption("-m") == "long" else "check")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what takes long to start, while the tests that do not need it run."""
    run = not session.config.option.collectonly
    if run and any(_asks_neo4j(item) for item in session.items):
        from tests.services import running

        running.begin()


def _asks_neo4j(item: pytest.Item) -> bool:
    named = getattr(item, "callspec", None)
    return item.get_closest_marker("neo4j") is not None or (
        named is not None and "neo4j" in named.id.split("-")
    )


def pytest_unconfigure() -> None:
    """End the servers that were started for several tests."""
    running = sys.modules.get("tests.services.running")
    if running is not None:
        running.end()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """One PostgreSQL server for the run."""
    with services.postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def neo4j_url() -> str:
    """One Neo4j server for the run."""
    from tests.services import running

    return running.neo4j_url()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    with services.postgresql_database(postgresql_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'record.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, of both kinds in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))
