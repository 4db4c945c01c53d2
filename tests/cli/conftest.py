"""The command line over a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api import wiring
from api.graphql.schema import build_schema
from api.house import House
from api.settings import Settings
from tests.cli.twice import Both, two_ways
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


@pytest.fixture(scope="module")
def schema() -> Any:
    return build_schema()


@pytest.fixture(scope="module")
def reading(
    template: Path, tmp_path_factory: pytest.TempPathFactory, schema: Any
) -> Iterator[Both]:
    """Both ways, for what writes nothing; the database is opened once, not for every command."""
    opened: dict[str, House] = {}
    real = wiring.open_house

    def once(settings: Settings, *, create: bool = False) -> House:
        return opened.setdefault(settings.url, opened.get(settings.url) or real(settings))

    with (
        two_ways(template, tmp_path_factory.mktemp("reading"), schema) as both,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(wiring, "open_house", once)
        yield both
    for house in opened.values():
        house.record.close()


@pytest.fixture
def both(template: Path, tmp_path: Path, schema: Any) -> Iterator[Both]:
    """Both ways, each on a database of its own."""
    with two_ways(template, tmp_path, schema) as found:
        yield found


@pytest.fixture
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names neither a database nor a server."""
    for name in ("LINEAGE_DB", "LINEAGE_URL", "LINEAGE_TOKEN", "LINEAGE_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
