"""Options and arguments that several commands take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from api.output import NAMES


@dataclass(slots=True)
class State:
    """What stands before the command, or beside it for every command."""

    db: str | None = None
    tenant: str | None = None
    url: str | None = None
    url_before: str | None = None
    command: str = ""


STATE = State()


def _output(text: str) -> str:
    if text not in NAMES:
        raise typer.BadParameter(f"'{text}' is not one of {', '.join(NAMES)}")
    return text


Db = Annotated[
    str | None,
    typer.Option(
        "--db", metavar="URL", help="The database; else LINEAGE_DB, else a file of your own."
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="|".join(NAMES), callback=_output, help="How to write it down."
    ),
]
KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="A key, a purl, or a name that is unambiguous.")
]
ScopeOption = Annotated[
    str, typer.Option("--scope", metavar="default|all", help="What counts, or the archived too.")
]
StreamOption = Annotated[
    str | None,
    typer.Option(
        "--stream", metavar="NAME", help="A stream in place of the default branch's claims."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="X", help="A revision or a time (ISO 8601): as it was then."),
]
AtLeast = Annotated[
    int | None,
    typer.Option("--at-least", metavar="REVISION", help="Wait for this revision up to 5 seconds."),
]
