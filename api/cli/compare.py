"""``lineage difference``: what two revisions, documents or assemblies say differently."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import asked
from api.cli.option import AsOf, AtLeast, Db, Output, ScopeOption, StreamOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("difference")(difference)


def difference(
    before: Annotated[
        str,
        typer.Argument(
            metavar="BEFORE", help="A revision or time, a receipt's id or digest, or an assembly."
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The same of the other side.")],
    of: Annotated[
        str | None,
        typer.Option(
            "--of", metavar="revision|document|assembly", help="What they are, if not plain."
        ),
    ] = None,
    consequence: Annotated[
        bool, typer.Option("--consequence", help="Follow changed versions to what they break.")
    ] = False,
    scope: ScopeOption = "default",
    stream: StreamOption = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    output: Output = "table",
    db: Db = None,
) -> None:
    """What changed between two revisions, two documents or two assemblies."""
    from queries.difference import Difference

    asked(
        lambda at: Difference(before=before, after=after, of=of, consequence=consequence, at=at),
        scope=scope, stream=stream, as_of=as_of, at_least=at_least, output=output, db=db,
    )  # fmt: skip
