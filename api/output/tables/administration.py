"""Tenants, tokens, the trail, the inbox and streams, with times to the second (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from api.administration import (
    AuditTrail,
    InboxList,
    SlotList,
    StreamList,
    Tenancy,
    TokenList,
)
from api.output.tables.grid import grid

_NOTHING = {
    Tenancy: "no tenant yet",
    TokenList: "no token: `lineage token create NAME --right read` makes one",
    AuditTrail: "nothing was asked or changed that is kept",
    InboxList: "nothing of that kind is in the inbox",
    StreamList: "no document has come yet",
    SlotList: "nothing was ever said in it",
}
Listing = Tenancy | TokenList | AuditTrail | InboxList | StreamList | SlotList


def draw(answer: Listing, console: Console) -> None:
    """A row per thing."""
    rows: list[tuple[str, ...]]
    match answer:
        case Tenancy():
            names: tuple[str, ...] = ("tenant", "revision", "of")
            rows = [(one.name, str(one.revision), _time(one.at)) for one in answer.tenants]
        case TokenList():
            names = ("id", "name", "tenant", "rights", "streams", "state", "made", "expires")
            rows = [
                (
                    one.id, one.name, one.tenant, " ".join(one.rights),
                    " ".join(one.streams) or "all", one.state, _time(one.made), _time(one.expires),
                )
                for one in answer.tokens
            ]  # fmt: skip
        case AuditTrail():
            names = ("at", "who", "operation", "about", "cost", "result", "revision")
            rows = [
                (
                    _time(one.at), one.who, one.operation, one.about, _number(one.cost),
                    one.result, _number(one.revision),
                )
                for one in answer.entries
            ]  # fmt: skip
        case InboxList():
            names = ("id", "state", "stream", "accepted", "tried", "again", "why")
            rows = [
                (
                    one.id, one.state, one.stream, _time(one.accepted), str(one.attempts),
                    _time(one.due), one.error or "",
                )
                for one in answer.items
            ]  # fmt: skip
        case StreamList():
            names = ("stream", "branch", "counts", "slots", "open", "last seen")
            rows = [
                (
                    one.stream + (" (retired)" if one.retired else ""), one.branch or "",
                    "yes" if one.counts else "no", str(one.slots), str(one.open),
                    _time(one.last_seen),
                )
                for one in answer.streams
            ]  # fmt: skip
        case SlotList():
            names = ("slot", "subject", "revision", "latest", "seen", "last seen", "open")
            rows = [
                (
                    one.slot, one.subject, str(one.revision), "marked" if one.latest else "",
                    str(one.seen), _time(one.last_seen), "yes" if one.open else "no",
                )
                for one in answer.slots
            ]  # fmt: skip
    if rows:
        console.print(grid(names, rows))
    else:
        console.print(_NOTHING[type(answer)], markup=False)


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
