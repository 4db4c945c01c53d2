"""``lineage copy``: a whole record into another database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, USAGE, chosen, failing, say

if TYPE_CHECKING:
    from api.settings import Settings

_PLACES = "A URL, or env:NAME or file:PATH that has it (a password is seen by all in a command)."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("copy")(copy)


def copy(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=f"The record. {_PLACES}")],
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help="An empty database, or none yet. As above.")
    ],
    compare_only: Annotated[
        bool, typer.Option("--compare-only", help="Copy nothing; compare rows and answers.")
    ] = False,
) -> None:
    """Copy a whole record, then ask both the same and compare: exit 1 where anything differs.

    Revisions, receipts, documents, tokens, the audit trail and the installation's secret go over
    as they are, in one transaction: an interrupted copy leaves nothing, and is begun again.
    Nothing should be written to the source meanwhile; what was is told.
    """
    with failing():
        old, new = (chosen(_place(one)) for one in (source, target))
        if not compare_only:
            _copied(old, new)
        _compared(old, new)


def _copied(old: Settings, new: Settings) -> None:
    from api.wiring import open_record
    from lineage.record import transfer
    from lineage.record.session import Session

    def told(table: str, rows: int) -> None:
        if rows:
            say(f"  {table}: {rows} rows")

    record, into = open_record(old), Session(new.url)
    try:
        done = transfer.copy(record.session, into, told)
    finally:
        record.close()
        into.close()
    say(f"copied {sum(one.rows for one in done.tables.values())} rows")
    if done.later:
        say(f"warning: {done.later} revisions came to the source meanwhile; they are not copied")


def _compared(old: Settings, new: Settings) -> None:
    from api.comparing import compare
    from api.wiring import open_house
    from lineage.record.transfer import prints

    one, other = open_house(old), open_house(new)
    try:
        say("comparing every row of both")
        here, there = prints(one.record.session), prints(other.record.session)
        wrong = [f"table {name}" for name in here if here[name] != there.get(name)]
        found = compare(one, other, lambda place: say(f"comparing answers: {place}"))
    finally:
        one.close()
        other.close()
    for what in (*wrong, *found.differing):
        say(f"differs: {what}")
    if wrong or found.differing:
        raise typer.Exit(ERROR)
    say(f"the same: {len(here)} tables, {found.answers} answers of both")


def _place(text: str) -> str:
    """The URL that a place names; exit 2 where there is none."""
    kind, separator, name = text.partition(":")
    found: str | None = text
    if separator and kind == "env":
        found = os.environ.get(name)
    elif separator and kind == "file":
        try:
            found = Path(name).read_text().strip()
        except (OSError, UnicodeDecodeError):
            found = None
    if not found:
        say(f"error: there is no URL in {text}")
        raise typer.Exit(USAGE)
    return found
