"""What the rows of an answer were narrowed to, in a sentence for people."""

from __future__ import annotations

from typing import Any

import orjson


def told(answer: Any) -> str | None:
    """The sentence; None where all rows are there, in the order of the answer."""
    narrowed = getattr(answer, "narrowed", None)
    if narrowed is None:
        return None
    text = f"{narrowed.total} of {narrowed.whole} rows are shown"
    if narrowed.where is not None:
        text += f", those with {orjson.dumps(narrowed.where).decode()}"
    if narrowed.order_by:
        text += f", by {', '.join(narrowed.order_by)}"
    if narrowed.cannot_compare:
        text += f"; of {narrowed.cannot_compare} more the filter cannot say"
    return text
