"""``lineage paths``, ``history``, ``claims``, ``changes``: how things came, and by whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.asking import Asking, question_options
from api.cli.opening import say
from api.cli.option import KeyArgument


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("paths")(paths)
    app.command("history")(history)
    app.command("claims")(claims)
    app.command("changes")(changes)


@question_options()
def paths(
    start: Annotated[str, typer.Argument(metavar="FROM", help="A key, a purl, or a name.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="The other end.")],
    first: Annotated[int, typer.Option(metavar="N", help="At most so many ways.")] = 5,
    depth: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many hops.")
    ] = None,
    edge: Annotated[
        list[str] | None, typer.Option("--edge", metavar="KIND", help="Only over these edges.")
    ] = None,
    assembly: Annotated[
        str | None, typer.Option("--assembly", metavar="KEY", help="Only inside this one.")
    ] = None,
    *,
    asking: Asking,
) -> None:
    """How one thing leads to another: the shortest ways, and who states each hop."""
    from queries.paths import Paths

    asking.ask(
        lambda at: Paths(
            from_key=start,
            to_key=end,
            first=first,
            depth=depth,
            edges=tuple(edge or ()),
            assembly=assembly,
            at=at,
        )
    )


@question_options()
def history(
    key: KeyArgument,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="Only this property or edge kind."),
    ] = None,
    first: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many rows.")
    ] = None,
    *,
    asking: Asking,
) -> None:
    """Everything that was ever said of it, by whom, from when to when."""
    from queries.history import History

    found = asking.ask(lambda at: History(key=key, names=tuple(name or ()), first=first, at=at))
    _more(found)


@question_options()
def claims(
    key: KeyArgument,
    first: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many rows.")
    ] = None,
    *,
    asking: Asking,
) -> None:
    """What is said of it now, claim by claim, with who said it and since when."""
    from queries.claims import Claims

    found = asking.ask(lambda at: Claims(key=key, first=first, at=at))
    _more(found)


@question_options("scope", "stream")
def changes(
    after: Annotated[
        int, typer.Option("--after", metavar="REVISION", min=0, help="The last one you saw.")
    ] = 0,
    first: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many revisions.")
    ] = None,
    claims: Annotated[
        bool, typer.Option("--claims", help="List the claims; without it they are counted.")
    ] = False,
    *,
    asking: Asking,
) -> None:
    """What each revision opened and closed, oldest first."""
    from queries.changes import Changes

    found = asking.ask(lambda at: Changes(after=(after,), first=first, claims=claims, at=at))
    if found.has_next and found.rows:
        say(f"more: --after {found.rows[-1].number}")


def _more(found: Any) -> None:
    if found.has_next:
        say(f"{found.total - len(found.rows)} more: --first {found.total} shows all")
