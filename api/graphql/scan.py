"""A look at the text of a document before anything parses it: how much of everything is in it.

Parsing costs eight microseconds a token and validation more, so what is far too big is refused by
one regular expression. Counts are of the text as it stands: spread fragments are measured later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lineage.errors import BudgetExceededError

# Possessive: a text without an end is read once, not once for every way to split it.
_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+")'
    r"|(?P<comment>#[^\n]*+)"
    r"|(?P<mark>\.\.\.|[{}()\[\]:@$!=|&])"
    r"|(?P<word>[_A-Za-z][_0-9A-Za-z]*+)"
    r"|(?P<number>-?[0-9][0-9A-Za-z.+-]*+)",
    re.DOTALL,
)
_ORDER = ("definitions", "directives", "spreads", "aliases", "fields", "tokens", "characters")
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most of everything that one document may have, of all its operations together."""

    characters: int
    tokens: int
    fields: int
    aliases: int
    directives: int
    spreads: int
    definitions: int
    nesting: int


@dataclass(slots=True)
class Scan:
    """What a text has: see ``Bounds``. ``fields`` are names in selections, aliases not counted.

    ``names`` are those names, as often as they stand there.
    """

    characters: int = 0
    tokens: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    spreads: int = 0
    definitions: int = 0
    nesting: int = 0
    names: list[str] = field(default_factory=list)


def check_text(document: str, bounds: Bounds) -> Scan:
    """What the text has; BudgetExceededError as soon as something is too much of it.

    Where it is nested too deeply the look ends there, and ``nesting`` says so.
    """
    scan = Scan(characters=len(document))
    if _over(scan, bounds):
        _refuse(scan, bounds)
    opened: list[str] = []
    before = ""
    for found in _TOKEN.finditer(document):
        kind = found.lastgroup
        scan.tokens += 1
        text = found[0]
        if kind == "word":
            # A selection is a brace that no parenthesis holds; `on T` and `@name` are no fields.
            if opened and opened[-1] == "{" and before not in ("on", "@", "..."):
                scan.fields += 1
                scan.names.append(text)
        elif kind == "mark":
            _mark(text, opened, scan, before)
        before = text
        if _over(scan, bounds):
            _refuse(scan, bounds)
            break
    return scan


def _mark(mark: str, opened: list[str], scan: Scan, before: str) -> None:
    if mark in _OPENING:
        # Braces inside parentheses are input objects: they are no selections.
        inside = bool(opened) and opened[-1] != "{"
        if mark == "{" and not opened:
            scan.definitions += 1
        opened.append("(" if mark != "{" or inside else "{")
        scan.nesting = max(scan.nesting, len(opened))
    elif mark in _CLOSING:
        if opened:
            opened.pop()
    elif mark == "@":
        scan.directives += 1
    elif mark == "...":
        scan.spreads += 1
    elif mark == ":" and opened and opened[-1] == "{" and before != "...":
        scan.aliases += 1
        scan.fields -= 1
        del scan.names[-1:]


def _over(scan: Scan, bounds: Bounds) -> bool:
    return (
        scan.tokens > bounds.tokens
        or scan.characters > bounds.characters
        or scan.fields > bounds.fields
        or scan.aliases > bounds.aliases
        or scan.directives > bounds.directives
        or scan.spreads > bounds.spreads
        or scan.definitions > bounds.definitions
        or scan.nesting > bounds.nesting
    )


def _refuse(scan: Scan, bounds: Bounds) -> None:
    for what in _ORDER:
        found, limit = getattr(scan, what), getattr(bounds, what)
        if found > limit:
            raise BudgetExceededError(cost=f"{found} or more", limit=limit, what=what)
