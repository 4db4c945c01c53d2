"""Which of the media types that can be sent a client likes best (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def accepts(header: str, offered: Sequence[str]) -> str | None:
    """The offered type with the greatest weight, the first of equals; None for none of them.

    >>> accepts("text/html, application/json;q=0.5", ["application/json"])
    'application/json'
    """
    if not header.strip():
        return offered[0]
    ranges = [_range(part) for part in header.split(",") if part.strip()]
    best, weight = None, 0.0
    for media in offered:
        found = max((q, specific) for q, specific in _weights(media, ranges))[0]
        if found > weight:
            best, weight = media, found
    return best


def _weights(media: str, ranges: list[tuple[str, float]]) -> list[tuple[float, int]]:
    kind = media.partition("/")[0]
    fits = [
        (specific, q)
        for text, q in ranges
        for specific, pattern in enumerate(("*/*", f"{kind}/*", media))
        if text == pattern
    ]
    if not fits:
        return [(0.0, 0)]
    most = max(specific for specific, _ in fits)
    return [(q, most) for specific, q in fits if specific == most]


def _range(part: str) -> tuple[str, float]:
    text, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return text, weight
