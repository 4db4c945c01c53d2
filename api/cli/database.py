"""``lineage init``, ``db``, ``doctor`` and ``reread``: the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.opening import ERROR, chosen, complain, failing, opened, put, say
from api.cli.option import Db

if TYPE_CHECKING:
    from lineage.record.session import Session


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    group = typer.Typer(no_args_is_help=True)
    group.command("upgrade")(upgrade)
    group.command("current")(current)
    group.command("check")(check)
    app.add_typer(group, name="db", help="The schema of the database.")
    app.command("doctor")(doctor)
    app.command("reread")(reread)


def init(
    db: Db = None,
    namespace: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Given to names without one. [default: local]"),
    ] = None,
) -> None:
    """Make the database and load the public knowledge pack; on one that is there, renew it."""
    from lineage import flow

    with opened(db, create=True, namespace=namespace) as house:
        renewed = flow.load_pack(house.record, principal="lineage init")
        news = sum(not receipt.unchanged for receipt in renewed)
        if namespace is not None and house.record.namespace != namespace:
            say(
                f"note: the namespace stays '{house.record.namespace}'; it is chosen once, when "
                "the database is made"
            )
        say(
            f"database ready: namespace {house.record.namespace}, revision {house.head().number}, "
            f"knowledge pack of {len(renewed)} files" + (f", {news} new" if news else "")
        )


def upgrade(db: Db = None) -> None:
    """Bring the schema to the one this program needs; an SQLite file is copied first."""
    from api.wiring import is_missing
    from lineage.record import schema

    with failing():
        settings = chosen(db)
        with _reached(settings.url) as session:
            fresh = is_missing(settings)
            copy = schema.upgrade(session, namespace=settings.namespace)
        if copy is not None:
            say(f"backup: {copy}")
        say(f"schema {schema.NEEDED}" + (" (new database)" if fresh else ""))


def current(db: Db = None) -> None:
    """Print the schema of the database."""
    from lineage.record import schema

    with failing(), _reached(chosen(db).url) as session:
        put([schema.current(session) + "\n"])


def check(db: Db = None) -> None:
    """Whether the database has the schema and tables that this program needs; exit 1 if not."""
    from lineage.record import schema

    with failing(), _reached(chosen(db).url) as session:
        schema.require(session)
        differences = schema.check(session)
    for difference in differences:
        say(f"differs: {difference}")
    if differences:
        raise typer.Exit(ERROR)
    say(f"schema {schema.NEEDED}: as it should be")


@contextmanager
def _reached(url: str) -> Iterator[Session]:
    """The database, whatever schema it has; DatabaseUnreachableError for what it says no to."""
    from lineage.opening import reachable
    from lineage.record.session import Session

    with reachable():
        session = Session(url)
        try:
            yield session
        finally:
            session.close()


def doctor(db: Db = None) -> None:
    """Read everything again and prove digests, sets, chain and holdings; exit 1 on a finding."""
    from lineage.record.doctor import examine

    with opened(db) as house:
        report = examine(house.record)
        for finding in report.findings:
            put([f"{finding.place}: {finding.sentence}\n"])
        looked = ", ".join(f"{count} {table}" for table, count in report.looked_at.items())
        say(f"looked at {looked}: {len(report.findings)} findings")
        if report.findings:
            raise typer.Exit(ERROR)


def reread(db: Db = None) -> None:
    """Read the kept documents anew, after a reader was mended; what differs is a new revision."""
    from api.cli.progress import Progress
    from api.version import release
    from lineage import flow

    with opened(db) as house:
        changed = refused = total = 0
        with Progress("reading anew", None) as progress:
            for one in flow.reread(house.record, house.settings.tenant):
                total += 1
                progress.step(one.kept.name or one.kept.slot)
                if one.refused is not None:
                    refused += 1
                    complain(one.refused, one.kept.slot)
                elif one.receipt is not None and not one.receipt.unchanged:
                    changed += 1
                    put([f"{one.receipt.revision} {one.receipt.subject} {one.receipt.slot}\n"])
        say(f"lineage {release()}: {total} documents read, {changed} changed, {refused} refused")
        if refused:
            raise typer.Exit(ERROR)
