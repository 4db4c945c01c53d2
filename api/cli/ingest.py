"""``lineage ingest``: documents in, receipts out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.opening import ERROR, USAGE, complain, put, reached, say
from api.cli.option import Db, Output
from api.cli.progress import Progress

if TYPE_CHECKING:
    from api.ingested import Ingested
    from api.near import AnyHouse


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for stdin.")
    ],
    subject: Annotated[
        str | None, typer.Option(metavar="KEY", help="What the document describes.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="The source; else FORMAT/FAMILY.")
    ] = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(metavar="NAME", help="The reader; else it is recognised.")
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
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Keep what the schema forbids, where it can be read.")
    ] = False,
    commit: Annotated[str | None, typer.Option(metavar="HASH", help="Its commit.")] = None,
    job: Annotated[str | None, typer.Option(metavar="NAME", help="The job that sends it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json.")] = False,
    output: Output = "table",
    db: Db = None,
) -> None:
    """Read documents into the record; what is bad in one is quarantined, the rest goes in."""
    from api import output as outputs
    from api.ingested import Ingestion, refused_row
    from lineage.errors import LineageError
    from lineage.model.identity import identify

    if default is not None and branch is None:
        say("error: --default says that the branch is the default one: name it with --branch")
        raise typer.Exit(USAGE)
    with reached(db, create=True) as house:
        key = identify(subject).key if subject else None
        told = {
            "subject": key, "stream": stream, "format": format, "part": part, "branch": branch,
            "default": default, "latest": latest, "lenient": lenient, "commit": commit, "job": job,
        }  # fmt: skip
        rows: list[Ingested] = []
        slots: dict[tuple[str, str], str] = {}
        files = _files(paths, explicit_format=format is not None)
        with Progress("reading", len(files)) as progress:
            for path, inside in files.items():
                try:
                    others = {slot for slot, taker in slots.items() if taker != path}
                    rows.append(_one(house, path, told, others, inside))
                    _remember(rows[-1], part, inside, slots)
                except LineageError as error:
                    complain(error, path)
                    rows.append(refused_row(path, error))
                except OSError as error:
                    say(f"error: {path}: {error.strerror}")
                    rows.append(refused_row(path, error))
                progress.step(path)
        done = Ingestion(revision=house.head().number, documents=tuple(rows))
        put(outputs.write(done, "json" if as_json else output))
    if not files or any(row.outcome == "refused" for row in rows):
        raise typer.Exit(ERROR)


def _one(
    house: AnyHouse, path: str, told: dict[str, Any], others: set[tuple[str, str]], inside: str
) -> Ingested:
    from api.ingested import row_of
    from lineage.model.document import Upload

    content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    upload = Upload(content=content, name="" if path == "-" else Path(path).name, **told)
    return row_of(path, house.take(upload, beside=others, otherwise=inside))


def _remember(row: Ingested, part: str, inside: str, slots: dict[tuple[str, str], str]) -> None:
    """Files of one call stand beside each other, never in place of each other; say so."""
    if row.receipt is None:
        return
    slot = (row.receipt.stream, row.receipt.slot)
    if slot in slots and slots[slot] != row.path:
        say(f"warning: {row.path} replaces {slots[slot]}: both are part {part} of {row.subject}")
    elif not part and slot[1].endswith(f" {inside}"):
        say(f"note: {row.path} is not the first about {row.subject}: kept as its part {inside}")
    slots[slot] = row.path


def _files(paths: list[str], *, explicit_format: bool) -> dict[str, str]:
    """Files as they are named; of a folder those that a reader recognises (all, with --format).

    Each with what it is called as a part: its path, inside the folder that was named.
    """
    found: dict[str, str] = {}
    for path in paths:
        folder = Path(path)
        if path == "-" or not folder.is_dir():
            found[path] = folder.as_posix()
            continue
        inside = sorted(
            one
            for one in folder.rglob("*")
            if one.is_file() and not any(p.startswith(".") for p in one.relative_to(folder).parts)
        )
        known = [one for one in inside if explicit_format or _is_known(one)]
        for one in sorted(set(inside) - set(known)):
            say(f"skipped: {one}: no reader recognises it")
        if not known:
            say(f"error: {path}: no document that a reader recognises")
        found |= {str(one): one.relative_to(folder).as_posix() for one in known}
    return found


def _is_known(path: Path) -> bool:
    from lineage.errors import FormatUnknownError
    from lineage.ingest import readers

    try:
        readers.pick(path.read_bytes(), path.name)
    except FormatUnknownError:
        return False
    return True
