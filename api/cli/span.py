"""A time that people give: a date, a moment, or how long from now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import typer

from api.cli.opening import USAGE, say

_SPAN = re.compile(r"(\d{1,5})([hdwy])")
_HOURS = {"h": 1, "d": 24, "w": 168, "y": 8766}


def until(text: str | None, option: str) -> datetime | None:
    """When it is; None for None. What cannot be read ends the program, naming the option."""
    if text is None:
        return None
    if span := _SPAN.fullmatch(text):
        return datetime.now(UTC) + timedelta(hours=int(span[1]) * _HOURS[span[2]])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        say(f"error: {option} '{text}' is no date, no time and nothing like 90d")
        raise typer.Exit(USAGE) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
