"""Ranges of values: prefixes, and values that are known only coarsely (design section 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

_BARE = re.compile(r"^\d+(\.\d+)*$")
_LEADING = re.compile(r"^[vV]?(\d+(?:\.\d+)*)")


@lru_cache(maxsize=65536)
def numbers(text: str) -> tuple[int, ...]:
    """The leading numbers of a version, () if it has none: (12, 8, 90) of 12.8.90+x."""
    found = _LEADING.match(text)
    return tuple(int(part) for part in found.group(1).split(".")) if found else ()


def head(text: str, count: int) -> str:
    """The first numbers of a version as text; the text itself where it has none."""
    found = numbers(text)[:count]
    return ".".join(str(one) for one in found) if found else text


@dataclass(frozen=True, slots=True)
class Span:
    """A range of values in a scheme: a prefix (13 is any 13.x) or the scheme's own words."""

    text: str
    scheme: str

    @property
    def bare(self) -> bool:
        """Whether it is a prefix, or one value."""
        return bool(_BARE.match(self.text))

    def contains(self, value: str) -> Answer:
        """Whether the value is in the range; never an exception."""
        return _contains(self, value)

    def touches(self, value: str) -> bool:
        """Whether the value is in the range; one known only to its major is in all of it."""
        if self.contains(value) is Answer.YES:
            return True
        return len(numbers(value)) == 1 and self.meets(value)

    def meets(self, prefix: str) -> bool:
        """Whether some value with that prefix could be in the range."""
        if self.bare and _BARE.match(prefix):
            wanted, found = numbers(self.text), numbers(prefix)
            size = min(len(wanted), len(found))
            return wanted[:size] == found[:size]
        return scheme(self.scheme).overlaps(self.text, prefix) is Answer.YES


@lru_cache(maxsize=131072)
def _contains(span: Span, value: str) -> Answer:
    answer = scheme(span.scheme).contains(span.text, value)
    if answer is not Answer.CANNOT_COMPARE or not span.bare:
        return answer
    wanted, found = numbers(span.text), numbers(value)
    if not found:
        return answer
    padded = found + (0,) * (len(wanted) - len(found))
    return Answer.YES if padded[: len(wanted)] == wanted else Answer.NO


EVERYTHING = Span("", "opaque")
