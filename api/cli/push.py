"""``lineage push``: what a job has resolved and built, sent from inside the job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, complain, failing, put, reached, say
from api.cli.option import Db, Output
from api.cli.progress import Progress

if TYPE_CHECKING:
    from api.ingested import Ingested
    from api.pushed import Push


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("push")(push)


def push(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Files and folders; else the folder you are in."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="What the documents are about; else what lineage.yaml is about, else the "
            "repository.",
        ),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Its version; else the tag, else the commit."),
    ] = None,
    stream: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The source; else HOST/REPO@BRANCH of the job."),
    ] = None,
    default_branch: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which branch counts; else what the platform says."),
    ] = None,
    latest: Annotated[
        bool | None, typer.Option("--latest/--no-latest", help="Mark this version as the latest.")
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave out paths such as 'docs/*'; repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")
    ] = False,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Send the bills of materials, locks and reports of a checkout, from a CI job or by hand.

    Branch, tag, pull request and commit are read from the job. Only the default branch and tags
    count in answers about the estate.
    """
    from api.pushed import gathered
    from lineage.flow import SIZE_LIMIT
    from lineage.model.identity import identify

    places = paths or [Path()]
    gone = [path for path in places if not path.exists()]
    for path in gone:
        say(f"error: {path}: there is no such file or folder")
    if gone:
        raise typer.Exit(ERROR)
    with failing():
        found = gathered(
            places,
            exclude=exclude or (),
            default_branch=default_branch,
            stream=stream,
            subject=identify(subject).key if subject else None,
            version=version,
            limit=SIZE_LIMIT,
        )
    _announce(found)
    if not found.candidates:
        say("error: no document that a reader knows")
        raise typer.Exit(ERROR)
    if dry_run:
        put(f"{one.inside}  {one.format}\n" for one in found.candidates)
        return
    _send(found, explicit=subject is not None, latest=latest, output=output, db=db)


def _send(
    found: Push, *, explicit: bool, latest: bool | None, output: str, db: str | None
) -> None:  # fmt: skip
    from api import output as outputs
    from api.ingested import Ingestion, refused_row, row_of
    from api.pushed import uploads
    from lineage.errors import LineageError

    rows: list[Ingested] = []
    with reached(db, create=True) as house:
        with Progress("pushing", len(found.candidates)) as progress:
            for upload in uploads(found, explicit=explicit, latest=latest):
                try:
                    rows.append(row_of(upload.part, house.take(upload)))
                except LineageError as error:
                    complain(error, upload.part)
                    rows.append(refused_row(upload.part, error))
                progress.step(upload.part)
        done = Ingestion(revision=house.head().number, documents=tuple(rows))
        put(outputs.write(done, output))
    if any(row.outcome == "refused" for row in rows):
        raise typer.Exit(ERROR)


def _announce(found: Push) -> None:
    job = found.job
    for note in job.notes if job else ():
        say(f"note: {note}")
    if found.stream is not None:
        counts = "counts" if job is None or job.branch is None or job.default else "does not count"
        say(f"stream {found.stream} ({counts} in answers about the estate)")
    if found.subject is not None:
        say(f"about {found.subject}")
