"""Tenants, tokens, the trail, the inbox and streams, with times to the second (UTC)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from api.administration import (
    AuditTrail,
    HookList,
    HookMade,
    InboxList,
    SlotList,
    StreamList,
    Tenancy,
    TokenList,
)
from api.output.tables.grid import grid

Listing = Tenancy | TokenList | HookList | HookMade | AuditTrail | InboxList | StreamList | SlotList


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a listing is drawn: its columns, and what is said where it has no row.

    ``upright`` is a line for each value, whole: for what people copy.
    """

    nothing: str
    upright: bool = False
    columns: dict[str, Callable[[Any], str]]


def draw(answer: Listing, console: Console) -> None:
    """A row per thing."""
    sheet = _SHEETS[type(answer)]
    rows = getattr(answer, answer.ROWS)
    if rows and sheet.upright:
        wide = max(map(len, sheet.columns))
        for row in rows:
            for name, cell in sheet.columns.items():
                console.out(f"{name:<{wide}}   {cell(row)}", highlight=False)
    elif rows:
        cells = sheet.columns.values()
        lines = [tuple(cell(row) for cell in cells) for row in rows]
        console.print(grid(tuple(sheet.columns), lines, width=console.width))
    else:
        console.print(sheet.nothing, markup=False)


def _field(name: str) -> Callable[[Any], str]:
    """A field as text: a time to the second, several words in a row, nothing as nothing."""
    return lambda row: _text(getattr(row, name))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


def _flag(name: str, yes: str, no: str) -> Callable[[Any], str]:
    return lambda row: yes if getattr(row, name) else no


_SHEETS: dict[type[Any], Sheet] = {
    Tenancy: Sheet(
        nothing="no tenant yet",
        columns={"tenant": _field("name"), "revision": _field("revision"), "of": _field("at")},
    ),
    TokenList: Sheet(
        nothing="no token: `lineage token create NAME --right read` makes one",
        columns={
            **{name: _field(name) for name in ("id", "name", "tenant", "rights")},
            "streams": lambda token: _text(token.streams) or "all",
            **{name: _field(name) for name in ("state", "made", "expires")},
        },
    ),
    HookList: Sheet(
        nothing="no hook: `lineage hook add KIND` makes one",
        columns={
            name: _field(name)
            for name in ("id", "kind", "stream", "api", "secret", "before", "until", "credential")
        },
    ),
    HookMade: Sheet(
        nothing="",
        upright=True,
        columns={
            "address": _field("path"),
            "secret": _field("secret"),
            "streams": _field("stream"),
        },
    ),
    AuditTrail: Sheet(
        nothing="nothing was asked or changed that is kept",
        columns={
            name: _field(name)
            for name in ("at", "who", "operation", "about", "cost", "result", "revision")
        },
    ),
    InboxList: Sheet(
        nothing="nothing of that kind is in the inbox",
        columns={
            **{name: _field(name) for name in ("id", "state", "stream", "accepted")},
            "tried": _field("attempts"),
            "again": _field("due"),
            "why": lambda item: item.error or item.code or "",
        },
    ),
    StreamList: Sheet(
        nothing="no document has come yet",
        columns={
            "stream": lambda one: one.stream + (" (retired)" if one.retired else ""),
            "branch": _field("branch"),
            "counts": _flag("counts", "yes", "no"),
            "slots": _field("slots"),
            "open": _field("open"),
            "last seen": _field("last_seen"),
        },
    ),
    SlotList: Sheet(
        nothing="nothing was ever said in it",
        columns={
            "slot": _field("slot"),
            "subject": _field("subject"),
            "revision": _field("revision"),
            "latest": _flag("latest", "marked", ""),
            "seen": _field("seen"),
            "last seen": _field("last_seen"),
            "open": _flag("open", "yes", "no"),
        },
    ),
}
