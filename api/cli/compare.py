"""``lineage difference``: what two revisions, documents or assemblies say differently."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import Asking, question_options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("difference")(difference)


@question_options()
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
    *,
    asking: Asking,
) -> None:
    """What changed between two revisions, two documents or two assemblies."""
    from queries.difference import Difference

    asking.ask(
        lambda at: Difference(before=before, after=after, of=of, consequence=consequence, at=at)
    )
