"""The program: which commands there are. What they need is imported when they run."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from api.cli import (
    ask,
    audit,
    compare,
    copy,
    database,
    export,
    graph,
    hand,
    hook,
    inbox,
    ingest,
    knowledge,
    push,
    scan,
    serve,
    stock,
    stream,
    tenant,
    token,
    trace,
)
from api.cli.option import STATE
from api.cli.tenanted import Tenanted

app = typer.Typer(
    name="lineage",
    cls=Tenanted,
    help="A graph database of what an organisation's AI is made of.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(*, asked: bool) -> None:
    if asked:
        from api.version import release

        sys.stdout.write(f"lineage {release()}\n")
        raise typer.Exit


@app.callback()
def _everything(
    context: typer.Context,
    db: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The database, for every command. [env: LINEAGE_DB]"),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="A server, for every command that asks. [env: LINEAGE_URL]"
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option(
            "--version",
            help="Print the release.",
            is_eager=True,
            callback=lambda value: _version(asked=value),
        ),
    ] = False,
) -> None:
    STATE.command = context.invoked_subcommand or ""
    STATE.db = db
    STATE.url = STATE.url_before = url


for commands in (
    database,
    ingest,
    push,
    scan,
    ask,
    trace,
    compare,
    stock,
    export,
    hand,
    serve,
    knowledge,
    stream,
    inbox,
    hook,
    tenant,
    token,
    audit,
    copy,
    graph,
):
    commands.register(app)


def run() -> None:
    """Run the program; a reader that goes away (a pipe to head) ends it quietly."""
    try:
        app(prog_name="lineage")
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:
        if os.environ.get("LINEAGE_DEBUG"):
            raise
        sys.stderr.write(
            f"error: something went wrong ({type(error).__name__}) [INTERNAL]; "
            "LINEAGE_DEBUG=1 shows where\n"
        )
        raise SystemExit(1) from None
