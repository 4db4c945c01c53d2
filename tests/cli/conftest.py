"""The command line over a database of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.houses import copy_of, make_template


@pytest.fixture(autouse=True)
def as_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are as wide as in a pipe, however wide the terminal of the tests is."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("cli"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `lineage` in this process; ``code`` is what it has to end with."""

    def call(*words: str, code: int = 0, given: bytes | None = None) -> Result:
        from api.cli.program import app

        result = CliRunner().invoke(app, [str(word) for word in words], input=given)
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return call


@pytest.fixture
def estate(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with the demo estate in it, named by LINEAGE_DB."""
    file = copy_of(template, tmp_path)
    monkeypatch.setenv("LINEAGE_DB", f"sqlite:///{file}")
    return file


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """LINEAGE_DB names a database that is not there yet."""
    file = tmp_path / "deep" / "new.db"
    monkeypatch.setenv("LINEAGE_DB", f"sqlite:///{file}")
    return file
