"""``lineage knowledge``: the compatibility rows that verdicts rest on, the public and your own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, complain, opened, put, say
from api.cli.option import Db, Output

if TYPE_CHECKING:
    from api.house import House
    from lineage.model.document import Receipt

_Write = Callable[..., "Receipt"]
Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of rows (JSON).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The compatibility rows that verdicts rest on.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("check")(check)
    group.command("load")(load)
    group.command("learn")(learn)
    app.add_typer(group, name="knowledge")


def list_(output: Output = "table", db: Db = None) -> None:
    """Print the packs: their rows by type, their sources and revisions."""
    from api import output as outputs
    from api.knowledge import knowledge

    with opened(db) as house:
        put(outputs.write(knowledge(house.record, house.settings.tenant), output))


def check(files: Files) -> None:
    """Print every fault of files of rows, with its place; exit 1 if there is one."""
    from lineage.knowledge.check import check as faults_of

    bad = False
    for path in files:
        content = _content(path)
        if content is None:
            bad = True
            continue
        file, faults = faults_of(content, path)
        put(f"{fault}\n" for fault in faults)
        bad |= bool(faults)
        if file is not None:
            say(f"{path}: {len(file.rows)} rows, all as they should be")
        else:
            say(f"{path}: {len(faults)} faults")
    if bad:
        raise typer.Exit(ERROR)


def load(files: Files, output: Output = "table", db: Db = None) -> None:
    """Load your own rows: they come before the public ones. A file again replaces its rows."""
    from lineage.knowledge.check import check as faults_of
    from lineage.lore import load_rows

    contents = {path: _content(path) for path in files}
    bad = any(content is None for content in contents.values())
    for path, content in contents.items():
        for fault in faults_of(content, path)[1] if content is not None else ():
            complain(fault)
            bad = True
    if bad:
        raise typer.Exit(ERROR)
    _each(contents, load_rows, output, db)


def learn(
    reports: Annotated[
        list[str], typer.Argument(metavar="REPORT...", help="pip reports and lock files.")
    ],
    output: Output = "table",
    db: Db = None,
) -> None:
    """Learn which releases there are from resolved environments seen elsewhere."""
    from lineage.lore import learn as learn_releases

    _each({path: _content(path) for path in reports}, learn_releases, output, db)


def _each(
    contents: dict[str, bytes | None], write: _Write, output: str, db: str | None
) -> None:  # fmt: skip
    from api import output as outputs
    from api.ingested import Ingested, Ingestion, refused_row, row_of
    from lineage.errors import LineageError

    rows: list[Ingested] = []
    bad = False
    with opened(db, create=True) as house:
        for path, content in contents.items():
            if content is None:
                bad = True
                continue
            try:
                rows.append(row_of(path, _written(house, write, path, content)))
            except LineageError as error:
                complain(error, path)
                rows.append(refused_row(path, error))
                bad = True
        put(outputs.write(Ingestion(revision=house.head().number, documents=tuple(rows)), output))
    if bad:
        raise typer.Exit(ERROR)


def _written(house: House, write: _Write, path: str, content: bytes) -> Receipt:
    import getpass

    from api.version import release

    return write(
        house.record, content, Path(path).name, tenant=house.settings.tenant,
        principal=getpass.getuser(), client=f"lineage {release()}",
    )  # fmt: skip


def _content(path: str) -> bytes | None:
    """The bytes of a file; None, and a line on stderr, where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        say(f"error: {path}: {error.strerror}")
        return None
