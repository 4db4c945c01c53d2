"""``lineage scan``: look at what is installed here, and record it as a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.opening import USAGE, failing, put, reached, say
from api.cli.option import Db, Output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan")(scan)


def scan(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]",
            help="A virtual environment or an interpreter (else the running one), or a wheel.",
        ),
    ] = None,
    environment: Annotated[
        bool,
        typer.Option("--environment", help="What is installed there, with its shared objects."),
    ] = False,
    wheel: Annotated[
        bool, typer.Option("--wheel", help="The wheel at PATH, however large; only what it says.")
    ] = False,
    subject: Annotated[
        str | None, typer.Option(metavar="KEY", help="What it is; else environment:NAMESPACE/NAME.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="The source; else FORMAT/FAMILY.")
    ] = None,
    part: Annotated[
        str, typer.Option(metavar="NAME", help="Which part of the subject it describes.")
    ] = "",
    branch: Annotated[str | None, typer.Option(metavar="NAME", help="Its branch.")] = None,
    default: Annotated[
        bool | None, typer.Option("--default/--not-default", help="It is the default branch.")
    ] = None,
    latest: Annotated[
        bool | None, typer.Option("--latest/--no-latest", help="Mark this version as the latest.")
    ] = None,
    commit: Annotated[str | None, typer.Option(metavar="HASH", help="Its commit.")] = None,
    job: Annotated[str | None, typer.Option(metavar="NAME", help="The job that sends it.")] = None,
    show: Annotated[
        bool, typer.Option("--print", help="Write the document to stdout; record nothing.")
    ] = False,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Record an installed environment, or a wheel, and what its binaries are bound to."""
    from api import output as outputs
    from api.ingested import Ingestion, row_of
    from api.version import release
    from lineage.ingest.sources.environment import scan as look
    from lineage.ingest.sources.wheel import scan_wheel
    from lineage.model.document import Upload
    from lineage.model.identity import identify

    if environment == wheel or (wheel and not path):
        say("error: say what to look at: --environment [PATH] or --wheel PATH")
        raise typer.Exit(USAGE)
    if default is not None and branch is None:
        say("error: --default says that the branch is the default one: name it with --branch")
        raise typer.Exit(USAGE)
    with failing():
        key = identify(subject).key if subject else None
        tool = f"lineage {release()}"
        if wheel and path:
            found = scan_wheel(Path(path), tool=tool)
        else:
            found = look(Path(path) if path else None, tool=tool)
    if show:
        sys.stdout.write(found.content.decode())
        sys.stdout.flush()
        return
    with reached(db, create=True) as house:
        upload = Upload(
            content=found.content, name=found.name, subject=key,
            format="wheel" if wheel else "environment",
            stream=stream, part=part, branch=branch, default=default, latest=latest,
            commit=commit, job=job,
        )  # fmt: skip
        row = row_of(found.name, house.take(upload))
        done = Ingestion(revision=house.head().number, documents=(row,))
        put(outputs.write(done, output))
