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
_ORDER = (
    "definitions", "directives", "spreads", "aliases", "repeats", "fields", "tokens", "characters",
)  # fmt: skip
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
PAIRS = "pairs of fields with one name"
"""What ``repeats`` are called in front of people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most of everything that one document may have, of all its operations together.

    ``repeats`` are pairs of fields with one name at one place of the answer.
    """

    characters: int
    tokens: int
    fields: int
    aliases: int
    directives: int
    spreads: int
    definitions: int
    nesting: int
    repeats: int


@dataclass(slots=True)
class _Place:
    """A place of the answer: how often each name stands there, and the places below.

    Selection sets of fields with one name are one place, for validation unites and compares them.
    """

    times: dict[str, int] = field(default_factory=dict)
    below: dict[str, _Place] = field(default_factory=dict)
    last: str = ""


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
    repeats: int = 0
    names: list[str] = field(default_factory=list)
    opened: list[_Place | None] = field(default_factory=list)

    def name(self, text: str, place: _Place, *, alone: bool) -> None:
        """A name in a selection: a field or an alias (``alone``), or what an alias is for."""
        self.fields += 1
        self.names.append(text)
        if alone:
            times = place.times.get(text, 0)
            self.repeats += times
            place.times[text] = times + 1
            place.last = text

    def open(self, mark: str) -> None:
        """A brace or parenthesis: braces inside parentheses are input objects, no selections."""
        if mark != "{" or (self.opened and self.opened[-1] is None):
            self.opened.append(None)
        elif not self.opened:
            self.definitions += 1
            self.opened.append(_Place())
        else:
            above = self.opened[-1]
            assert above is not None
            # An inline fragment is a part of the place that it stands in.
            at = above.below.setdefault(above.last, _Place()) if above.last else above
            self.opened.append(at)
        self.nesting = max(self.nesting, len(self.opened))


def check_text(document: str, bounds: Bounds) -> Scan:
    """What the text has; BudgetExceededError as soon as something is too much of it.

    Where it is nested too deeply the look ends there, and ``nesting`` says so.
    """
    scan = Scan(characters=len(document))
    if _over(scan, bounds):
        _refuse(scan, bounds)
    before = ""
    for found in _TOKEN.finditer(document):
        kind = found.lastgroup
        scan.tokens += 1
        text = found[0]
        if kind == "word":
            # `on T` and `@name` are no fields, nor is what a parenthesis holds.
            inside = scan.opened[-1] if scan.opened else None
            if inside is not None and before not in ("on", "@", "..."):
                scan.name(text, inside, alone=before != ":")
        elif kind == "mark":
            _mark(text, scan, before)
        before = text
        if _over(scan, bounds):
            _refuse(scan, bounds)
            break
    return scan


def _mark(mark: str, scan: Scan, before: str) -> None:
    place = scan.opened[-1] if scan.opened else None
    if mark in _OPENING:
        scan.open(mark)
    elif mark in _CLOSING:
        if scan.opened:
            scan.opened.pop()
    elif mark == "@":
        scan.directives += 1
    elif mark == "...":
        scan.spreads += 1
        if place is not None:
            place.last = ""
    elif mark == ":" and place is not None and before != "...":
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
        or scan.repeats > bounds.repeats
        or scan.nesting > bounds.nesting
    )


def _refuse(scan: Scan, bounds: Bounds) -> None:
    for what in _ORDER:
        found, limit = getattr(scan, what), getattr(bounds, what)
        if found > limit:
            told = PAIRS if what == "repeats" else what
            raise BudgetExceededError(cost=f"{found} or more", limit=limit, what=told)
