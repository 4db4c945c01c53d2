"""``lineage export``: whole lists, or the whole graph, as files for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import Asking, noted, question_options, usage
from api.cli.opening import ERROR, put, reached, say

if TYPE_CHECKING:
    from lineage.model.revision import At

GRAPH = ("components", "assemblies", "edges", "occurrences")
"""The lists that are the whole graph."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


@question_options("output")
def export(
    rows: Annotated[
        str | None,
        typer.Argument(
            metavar="[LIST|KEY]",
            help="components, services, models, edges, documents, ...; without it the whole graph: "
            "components, assemblies, edges and occurrences. For cyclonedx the component.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str,
        typer.Option(
            "--format",
            metavar="ndjson|csv|cyclonedx",
            help="How rows are written; or a bill of materials of one component.",
        ),
    ] = "ndjson",
    where: Annotated[
        str | None, typer.Option(metavar="JSON", help="Only rows of which these terms hold.")
    ] = None,
    order_by: Annotated[
        list[str] | None,
        typer.Option("--order-by", metavar="FIELD", help="A minus in front: descending."),
    ] = None,
    knowledge: Annotated[
        bool, typer.Option("--knowledge", help="What only a knowledge pack speaks of as well.")
    ] = False,
    first: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many rows of a list.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FOLDER", help="Files LIST.FORMAT there, not stdout."),
    ] = None,
    *,
    asking: Asking,
) -> None:
    """Write every row of a list, or of the whole graph, at one revision.

    With `--format cyclonedx` a bill of materials of one component, for a team that has none.
    """
    if format == "cyclonedx":
        if rows is None or where or order_by or first is not None:
            usage("--format cyclonedx takes the KEY of one component, and nothing about rows")
        _bill(rows, to, asking)
        return
    if format not in ("ndjson", "csv"):
        usage(f"--format '{format}' is not ndjson, csv or cyclonedx")
    if rows is None and format == "csv" and to is None:
        usage("the lists have different columns: name a LIST, or a folder with --to")
    if rows is None and (where or order_by):
        usage("--where and --order-by are about the rows of one LIST: name it")
    told = {"where": where, "order_by": tuple(order_by or ()), "knowledge": knowledge}
    with reached(asking.db) as house:
        at = asking.at(house)
        for name in (rows,) if rows is not None else GRAPH:
            pieces = noted(house.rows(_question(name, told, at), format, first))
            if to is not None:
                _keep(Path(to), f"{name}.{format}", pieces)
            else:
                put(pieces if rows is not None else _named(pieces, name))
        if to is not None:
            say(f"revision {at.revision}")


def _bill(key: str, to: str | None, asking: Asking) -> None:
    with reached(asking.db) as house:
        made = house.bom(key, asking.at(house))
    for kind, count in made.unsaid.items():
        say(f"note: {count} {kind} {'edge' if count == 1 else 'edges'}: CycloneDX cannot say that")
    text = made.content.decode()
    if to is not None:
        _keep(Path(to), "bom.cdx.json", iter((text,)))
    else:
        put((text,))


def _question(name: str, told: dict[str, Any], at: At) -> Any:
    """The list's question with what was said; ends the program where there is no such list."""
    from dataclasses import fields

    from queries.whole import lists

    known_lists = lists()
    if name not in known_lists:
        usage(f"LIST '{name}' is not one of {', '.join(known_lists)}")
    question = known_lists[name].question
    known = {part.name for part in fields(question)}
    given = {option: value for option, value in told.items() if value}
    for option in given:
        if option not in known:
            usage(f"{name} takes no --{option.replace('_', '-')}")
    return question(**given, at=at)


def _named(pieces: Iterator[str], name: str) -> Iterator[str]:
    """NDJSON whose lines say which list they are of."""
    head = f'{{"list":"{name}",'
    left = ""
    for piece in pieces:
        lines = (left + piece).split("\n")
        left = lines.pop()
        if lines:
            yield "".join(f"{head}{line[1:]}\n" for line in lines)


def _keep(folder: Path, name: str, pieces: Iterator[str]) -> None:
    """Write a file whole or not at all."""
    partial = folder / f".{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                file.write(piece)
        partial.replace(folder / name)
    except OSError as error:
        say(f"error: {folder / name}: {error.strerror}")
        raise typer.Exit(ERROR) from None
    finally:
        partial.unlink(missing_ok=True)
    say(f"{folder / name}")
