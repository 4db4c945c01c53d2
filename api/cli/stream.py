"""``lineage stream``: the sources of an estate, and what they were told."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import USAGE, put, say
from api.cli.option import Db, Output

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The stream.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("set")(set_)
    group.command("retire")(retire)
    app.add_typer(group, name="stream", help="The sources that documents come from.")


def list_(
    head: Annotated[
        str, typer.Option("--name", metavar="HEAD", help="Only names that begin so.")
    ] = "",
    db: Db = None,
    output: Output = "table",
) -> None:
    """List the streams, with their branch and whether what they say counts."""
    from api import output as outputs
    from api.administration import StreamList, stream_rows

    with administered(db) as desk:
        rows = stream_rows(desk.record, desk.tenant, head)
        put(outputs.write(StreamList(streams=rows), output))


def show(name: _Name, db: Db = None, output: Output = "table") -> None:
    """Show the slots of a stream: what a later document of each would replace."""
    from api import output as outputs
    from api.administration import SlotList, slot_rows
    from lineage.errors import KeyUnknownError

    with administered(db) as desk:
        rows = slot_rows(desk.record, desk.tenant, name)
        if not rows:
            number = desk.record.head(desk.tenant).number
            raise KeyUnknownError(text=f"stream {name}", revision=number)
        put(outputs.write(SlotList(slots=rows), output))


def set_(
    name: _Name,
    namespace: Annotated[
        str | None, typer.Option(metavar="NAME", help="Given to names without one.")
    ] = None,
    lenient: Annotated[
        bool | None,
        typer.Option(
            "--lenient/--strict", help="Keep what a schema forbids, where it can be read."
        ),
    ] = None,
    db: Db = None,
) -> None:
    """Tell a stream how its documents are read; what is already recorded stays as it is."""
    from dataclasses import replace

    if namespace is None and lenient is None:
        say("error: say what to set: --namespace, --lenient or --strict")
        raise typer.Exit(USAGE)
    with administered(db) as desk:
        options = desk.record.stream_options(name, desk.tenant)
        if namespace is not None:
            options = replace(options, namespace=namespace or None)
        if lenient is not None:
            options = replace(options, lenient=lenient)
        desk.record.through(desk.deed("stream set")).set_stream(name, options, desk.tenant)
        say(f"stream {name}: namespace {options.namespace or '(as installed)'}, "
            f"{'lenient' if options.lenient else 'strict'}")  # fmt: skip


def retire(name: _Name, db: Db = None) -> None:
    """Close everything that a stream says; it stays in the past."""
    from lineage.errors import KeyUnknownError
    from lineage.record.closing import retire_stream

    with administered(db) as desk:
        record = desk.record.through(desk.deed("stream retire"))
        receipts = retire_stream(record, name, tenant=desk.tenant, principal=desk.who)
        if receipts is None:
            number = desk.record.head(desk.tenant).number
            raise KeyUnknownError(text=f"stream {name}", revision=number)
        closed = sum(not one.unchanged for one in receipts)
        say(
            f"stream {name}: {closed} slots closed; revision {desk.record.head(desk.tenant).number}"
        )
