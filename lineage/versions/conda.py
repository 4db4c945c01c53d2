"""Versions of conda packages and the version part of MatchSpecs: ``>=12.8,<13``, ``=12.8``, ``==``.

Order: https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/version/index.html
(``1.1dev1 < 1.1_ < 1.1a1 < 1.1.0 = 1.1 < 1.1.post1``). ``=12.8``, ``12.8.*`` and the bare number
are prefixes, ``,`` is and, ``|`` is or and binds less. A version starts with a digit and has no
dash: branches and dates are none. The build string (``2.5.1=cuda126_py312h``) and a local version
take no part; a range's demand on the build is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache, total_ordering
from itertools import zip_longest
from typing import Any

from lineage.versions import interval
from lineage.versions.comparisons import either, listed
from lineage.versions.digits import following, weighed
from lineage.versions.ordered import OrderedScheme

_VERSION = re.compile(
    r"^(?:([0-9]{1,40})!)?([0-9][0-9a-z._]*)(?:\+([0-9a-z._]+))?(?:\s*=\s*([0-9a-z._*+-]+))?$"
)
_COMPARISON = re.compile(
    r"^(>=|<=|==|!=|~=|>|<|=|)((?:[0-9]{1,40}!)?[0-9][0-9a-z._]*?)(\.?\*)?(?:\+[0-9a-z._]+)?"
    r"(?:(?<![><!~ ])=[0-9a-z._*+-]+|\s[0-9a-z._*+-]+)?$"
)
_SPACE = re.compile(r"\s*(>=|<=|==|!=|~=|[><=])\s*")
_ATOM = re.compile(r"[0-9]+|[a-z_]+")

# dev, then text, then numbers, then post; LOWEST is below all of them.
Atom = tuple[int, int, str]
Part = tuple[Atom, ...]
_LOWEST: Atom = (-1, 0, "")
_DEV: Atom = (0, 0, "")
_ZERO: Atom = (2, 0, "")
_POST: Atom = (3, 0, "")


@total_ordering
class Order:
    """A sort key: parts of atoms, each filled up with zeros where another one is longer."""

    __slots__ = ("_epoch", "_parts")

    def __init__(self, epoch: int, parts: tuple[Part, ...]) -> None:
        trimmed = [_trimmed(part) for part in parts]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        self._epoch = epoch
        self._parts = tuple(trimmed)

    def release(self) -> Order | None:
        """Without the mark of a prefix's first cut; None where there is none."""
        last = self._parts[-1] if self._parts else ()
        if not last or last[-1] != _LOWEST:
            return None
        return Order(self._epoch, (*self._parts[:-1], last[:-1]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Order):
            return NotImplemented
        return self._epoch == other._epoch and self._parts == other._parts

    def __hash__(self) -> int:
        return hash((self._epoch, self._parts))

    def __lt__(self, other: Order) -> bool:
        if self._epoch != other._epoch:
            return self._epoch < other._epoch
        for one, two in zip_longest(self._parts, other._parts, fillvalue=()):
            for left, right in zip_longest(one, two, fillvalue=_ZERO):
                if left != right:
                    return left < right
        return False


def _trimmed(part: Part) -> Part:
    end = len(part)
    while end and part[end - 1] == _ZERO:
        end -= 1
    return part[:end]


@lru_cache(maxsize=65536)
def parse(version: str) -> Order | None:
    """The sort key of a version without its local part and build; None if it is none."""
    found = _VERSION.match(version.strip().lower())
    if not found:
        return None
    parts = _parts(found.group(2))
    return None if parts is None else Order(int(found.group(1) or 0), parts)


def _parts(text: str) -> tuple[Part, ...] | None:
    # A last underscore is a letter of its own (openssl 1.0.1_ comes before 1.0.1a).
    last = text.endswith("_")
    pieces = (text[:-1] if last else text).replace("_", ".").split(".")
    if last:
        pieces[-1] += "_"
    if not all(pieces):
        return None
    return tuple(_part(piece) for piece in pieces)


def _part(piece: str) -> Part:
    atoms = tuple(_atom(one) for one in _ATOM.findall(piece))
    return atoms if piece[0].isdecimal() else (_ZERO, *atoms)


def _atom(text: str) -> Atom:
    match text:
        case "dev":
            return _DEV
        case "post":
            return _POST
        case _ if text.isdecimal():
            return (2, *weighed(text))
        case _:
            return (1, 0, text)


class Conda(OrderedScheme):
    """Conda packages."""

    name = "conda"

    def key(self, version: str) -> Order | None:
        """Epoch, then parts. None if it is no version."""
        return parse(version)

    def build(self, version: str) -> str:
        """The build string of VERSION=BUILD, else the local version."""
        found = _VERSION.match(version.strip().lower())
        return (found.group(4) or found.group(3) or "") if found else ""

    def release(self, first: Any) -> Order | None:
        """The version that a prefix's first cut stands before."""
        return first.release() if isinstance(first, Order) else None

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    return either(re.split(r"\|\|?", range_text.lower()), lambda part: listed(part, _word))


def _word(word: str) -> interval.Spans | None:
    bare = _SPACE.sub(r"\1", word)
    if bare == "*":
        return interval.EVERYTHING
    match = _COMPARISON.match(bare)
    return _comparison(*match.groups()) if match else None


def _comparison(operator: str, text: str, tail: str | None) -> interval.Spans | None:
    key = parse(text)
    if key is None:
        return None
    match operator:
        case "" | "=":
            return _prefix(text)
        case "==":
            return _prefix(text) if tail else interval.exactly(key)
        case "!=":
            inside = _prefix(text) if tail else interval.exactly(key)
            return None if inside is None else interval.outside(inside)
        case "~=":
            inside = _prefix(text.rpartition(".")[0] or text)
            return None if inside is None else interval.common(interval.at_least(key), inside)
        case _:  # conda reads >=3.8.* as >=3.8
            return interval.comparison(operator, key)


def _prefix(text: str) -> interval.Spans | None:
    """Every version that starts with these parts; what ends in letters is that version only."""
    epoch, _, rest = text.rpartition("!")
    head, _, last = rest.rpartition(".") if "." in rest else ("", "", rest)
    if not last.isdecimal():
        key = parse(text)
        return None if key is None else interval.exactly(key)
    before = _parts(head) if head else ()
    if before is None:
        return None
    low, high = ((*before, (_atom(number), _LOWEST)) for number in (last, following(last)))
    return interval.between(Order(int(epoch or 0), low), Order(int(epoch or 0), high))
