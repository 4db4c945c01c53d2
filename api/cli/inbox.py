"""``lineage inbox``: what was accepted and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import USAGE, put, say
from api.cli.option import Db, Output

if TYPE_CHECKING:
    from lineage.record.arrival import Place

_Number = Annotated[str, typer.Argument(metavar="ID", help="The id that `inbox list` shows.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_)
    group.command("retry")(retry)
    group.command("drop")(drop)
    app.add_typer(group, name="inbox", help="What was accepted and is not yet recorded.")


def list_(
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help="waiting, working, done, failed, dropped; repeatable."),
    ] = None,
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what goes to this stream.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The newest so many.")] = 100,
    db: Db = None,
    output: Output = "table",
) -> None:
    """List items, those accepted last first: what waits, is worked on or failed, or as said."""
    from api import output as outputs
    from api.administration import InboxList, inbox_row
    from lineage.record.inbox import STATES, Inbox

    for one in state or ():
        if one not in STATES:
            say(f"error: --state '{one}' is not one of {', '.join(STATES)}")
            raise typer.Exit(USAGE)
    wanted = tuple(state) if state else ("waiting", "working", "failed")
    with administered(db) as desk:
        inbox = Inbox(desk.record.session)
        places = inbox.places(desk.tenant, states=wanted, lane=stream, limit=limit)
        counts = inbox.counts(desk.tenant)
        put(
            outputs.write(
                InboxList(counts=counts, items=tuple(inbox_row(one) for one in places)), output
            )
        )


def retry(number: _Number, db: Db = None) -> None:
    """Try an item again at once that failed or waits."""
    _turn(number, db, "retry")


def drop(number: _Number, db: Db = None) -> None:
    """Give an item up; what came after it in its stream goes on."""
    _turn(number, db, "drop")


def _turn(number: str, db: str | None, verb: str) -> None:
    from lineage.record.inbox import Inbox

    with administered(db) as desk:
        inbox = Inbox(desk.record.session)
        turn = inbox.retry if verb == "retry" else inbox.drop
        entry = desk.deed(f"inbox {verb}").entry(desk.tenant, about=number)
        turned: Place = turn(number, desk.tenant, entry=entry)
        say(f"{turned.id}: {turned.state}")
