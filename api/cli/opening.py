"""What every command does around its own work: open the house, turn failures into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from api.cli.option import STATE

if TYPE_CHECKING:
    from api.house import House
    from api.near import AnyHouse
    from api.remote.wire import Wire
    from api.settings import Settings

ERROR, USAGE, THRESHOLD = 1, 2, 3
_USAGE_CODES = frozenset(
    {
        "CHANGE_INVALID", "COLUMN_UNKNOWN", "ORDER_INVALID",
        "REVISION_UNKNOWN", "SETTING_INVALID", "VOCABULARY", "WHERE_INVALID",
    }
)  # fmt: skip


def chosen(db: str | None, **more: Any) -> Settings:
    """The settings of this call: options win over the environment.

    Ends the program where a server was named: what needs a database cannot be done from afar.
    """
    from api.settings import settings

    if _server(db) is not None and not (STATE.url is None and os.environ.get("LINEAGE_DB")):
        say(
            "error: this command works on the database itself, not through a server: run it where "
            "the database is, and name that with --db or LINEAGE_DB"
        )
        raise typer.Exit(USAGE)
    return settings(**({"db": db or STATE.db, "tenant": STATE.tenant} | more))


@contextmanager
def opened(db: str | None, *, create: bool = False, **more: Any) -> Iterator[House]:
    """The opened house of a command; an expected failure ends the program with its code."""
    from api.wiring import open_house

    with failing():
        house = open_house(chosen(db, **more), create=create)
        try:
            yield house
        finally:
            house.close()


@contextmanager
def reached(db: str | None, *, create: bool = False) -> Iterator[AnyHouse]:
    """The house of a command that a server can answer as well: the server's where one is named.

    ``create`` makes a missing database of this machine. Failures end the program as in ``opened``.
    """
    from api.act import Author

    with failing():
        url = _server(db)
        if url is not None:
            from api.remote.house import RemoteHouse

            yield RemoteHouse(_wire(url))
            return
    with opened(db, create=create) as house:
        from api.near import NearHouse

        yield NearHouse(house, Author(principal=_who(), client=_client()), STATE.command)


def _server(db: str | None) -> str | None:
    """The address of the server that was named; None where it is a database."""
    named = db or STATE.db
    if STATE.url is not None and named:
        say("error: --url names a server, --db a database: only one of them")
        raise typer.Exit(USAGE)
    return STATE.url or (None if named else os.environ.get("LINEAGE_URL") or None)


def _wire(url: str) -> Wire:
    from api.remote.settings import ServerSettings, checked_url
    from api.remote.wire import Wire

    if STATE.tenant is not None:
        say("error: --tenant: on a server the token says whose estate it is")
        raise typer.Exit(USAGE)
    checked = checked_url(url, "--url" if STATE.url else "LINEAGE_URL")
    return Wire(checked, token=ServerSettings().secret(), principal=_who())


def _who() -> str:
    import getpass

    return getpass.getuser()


def _client() -> str:
    from api.version import release

    return f"lineage {release()}"


@contextmanager
def failing() -> Iterator[None]:
    """Turns expected failures into a line on stderr and an exit code."""
    from lineage.errors import LineageError

    try:
        yield
    except LineageError as error:
        complain(error)
        raise typer.Exit(USAGE if error.code in _USAGE_CODES else ERROR) from None


def complain(error: Any, place: str = "") -> None:
    """One failure on stderr; the candidates of an ambiguous name one per line."""
    head = f"{place}: " if place else ""
    candidates = error.data.get("candidates")
    if isinstance(candidates, tuple):
        say(f"error: {head}'{error.data['text']}' could be any of:")
        for candidate in candidates:
            say(f"  {candidate}")
    else:
        say(f"error: {head}{error} [{error.code}]")


def say(text: str) -> None:
    """A line for people, on stderr."""
    sys.stderr.write(text + "\n")


def put(pieces: Iterable[str]) -> None:
    """Data, on stdout."""
    for piece in pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()
