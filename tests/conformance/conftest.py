"""Prints what the random estates contained, at the end of the run."""

from __future__ import annotations

import pytest

from tests.conformance.agreement import Tally

_TALLIES = pytest.StashKey[dict[str, Tally]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(_TALLIES, {})


@pytest.fixture
def tallies(request: pytest.FixtureRequest) -> dict[str, Tally]:
    """Tallies by name; what is put here is printed at the end."""
    return request.config.stash.setdefault(_TALLIES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, tally in terminalreporter.config.stash.get(_TALLIES, {}).items():
        terminalreporter.section(f"agreement of {name} with the reference")
        for row in tally.table():
            terminalreporter.write_line(row)
