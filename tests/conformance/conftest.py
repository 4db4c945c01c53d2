"""Prints what the random estates contained, at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.record.store import Record
from tests import services
from tests.conformance.agreement import Tally

_TALLIES = pytest.StashKey[dict[str, Tally]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(_TALLIES, {})


@pytest.fixture(scope="session")
def sqlite_record(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An SQLite file with the schema in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('conformance') / 'record.db'}"
    Record.open(url, create=True).close()
    return url


@pytest.fixture(scope="session")
def postgresql_record(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL database with the schema in it."""
    with services.postgresql_database(postgresql_server) as url:
        Record.open(url, create=True).close()
        yield url


@pytest.fixture(
    scope="module",
    params=[None, "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    ids=lambda kind: kind or "direct",
)
def database(request: pytest.FixtureRequest) -> str | None:
    """What estates go through before an engine sees them: nothing, and each database in turn."""
    if request.param is None:
        return None
    return str(request.getfixturevalue(f"{request.param}_record"))


@pytest.fixture
def tallies(request: pytest.FixtureRequest) -> dict[str, Tally]:
    """Tallies by name; what is put here is printed at the end."""
    return request.config.stash.setdefault(_TALLIES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, tally in terminalreporter.config.stash.get(_TALLIES, {}).items():
        terminalreporter.section(f"agreement of {name} with the reference")
        for row in tally.table():
            terminalreporter.write_line(row)
