"""``lineage audit``: who asked or changed what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.desk import administered
from api.cli.opening import USAGE, put, say
from api.cli.option import Db, Output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="From a date or a time on (ISO 8601).")
    ] = None,
    who: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of one person or token (name or id).")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="The newest so many; 0 for all.")
    ] = 1000,
    db: Db = None,
    output: Output = "table",
) -> None:
    """Print the audit trail of the tenant, oldest first: the newest 1000 entries, or as said."""
    from collections import deque

    from api import output as outputs
    from api.administration import AuditTrail, audit_row
    from lineage.record.audit import Trail

    begin = _time(since)
    with administered(db) as desk:
        entries = (
            entry
            for entry in Trail(desk.record.session).read(desk.tenant, since=begin)
            if who is None or who in (entry.who, entry.who.removeprefix("token:"), entry.token)
        )
        kept = deque(entries, maxlen=limit or None)
        rows = tuple(audit_row(entry) for entry in kept)
        put(outputs.write(AuditTrail(tenant=desk.tenant, entries=rows), output))


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        say(f"error: --since '{text}' is no date and no time")
        raise typer.Exit(USAGE) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
