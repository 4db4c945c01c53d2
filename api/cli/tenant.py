"""``lineage tenant``: estates that know nothing of each other, in one installation."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import put, say
from api.cli.option import Db, Output


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_)
    app.add_typer(group, name="tenant", help="The estates of this installation.")


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9, '.', '_' and '-'.")],
    db: Db = None,
) -> None:
    """Make a tenant; what it records and asks is never seen by another."""
    from lineage.record.tenant import Tenants

    with administered(db) as desk:
        made = Tenants(desk.record.session, desk.deed("tenant add")).add(name)
        say(f"tenant {name}" if made else f"tenant {name} is there already")


def list_(db: Db = None, output: Output = "table") -> None:
    """List the tenants, with the newest revision of each."""
    from api import output as outputs
    from api.administration import Tenancy, TenantRow
    from lineage.record.tenant import Tenants

    with administered(db) as desk:
        rows = tuple(
            TenantRow(name=one.name, revision=one.revision, at=one.at if one.revision else None)
            for one in Tenants(desk.record.session).all()
        )
        put(outputs.write(Tenancy(tenants=rows), output))
