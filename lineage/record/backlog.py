"""How much is in the inbox, by kind and state: what an installation is watched by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.record.receipt import moment
from lineage.record.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Items of one kind in one state, of all tenants; ``oldest`` is when the first came in."""

    kind: str
    state: str
    count: int
    oldest: datetime


def backlog_of(session: Session) -> tuple[Backlog, ...]:
    """What is in the inbox of a database, by kind and state; finished items while they are kept."""
    with session.read() as work:
        work.setting("lineage.inbox", "on")
        rows = work.rows(
            "SELECT kind, state, count(*), min(accepted) FROM inbox GROUP BY 1, 2 ORDER BY 1, 2"
        )
    return tuple(
        Backlog(kind=kind, state=state, count=count, oldest=moment(oldest))
        for kind, state, count, oldest in rows
    )
