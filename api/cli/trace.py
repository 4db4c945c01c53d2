"""``lineage paths``, ``history``, ``changes``: how things lead to each other, and how they came."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import asked
from api.cli.option import AsOf, AtLeast, Db, Output, ScopeOption, StreamOption


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("paths")(paths)


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
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """How one thing leads to another: the shortest ways, and who states each hop."""
    from queries.paths import Paths

    asked(
        lambda at: Paths(
            from_key=start, to_key=end, first=first, depth=depth, edges=tuple(edge or ()),
            assembly=assembly, at=at,
        ),
        scope=scope, stream=stream, as_of=as_of, at_least=at_least, output=output, db=db,
    )  # fmt: skip
