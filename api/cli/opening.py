"""What every command does around its own work: open the house, turn failures into exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from api.cli.option import STATE

if TYPE_CHECKING:
    from api.house import House
    from api.settings import Settings

ERROR, USAGE, THRESHOLD = 1, 2, 3
_USAGE_CODES = frozenset({"CHANGE_INVALID", "VOCABULARY", "SETTING_INVALID", "REVISION_UNKNOWN"})


def chosen(db: str | None, **more: Any) -> Settings:
    """The settings of this call: options win over the environment."""
    from api.settings import settings

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
            house.record.close()


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
