"""What rows are asked: tests of a column, other rows they are tied to, and, or, not; all values."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from lineage.graph.catalogue.dictionary import Test
from lineage.graph.catalogue.value import VALUE, Joined, Release, Said, order_of, shown
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.versions.vers import speaks_of

Comparison = Literal["lt", "le", "gt", "ge"]
_COMPARE = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
Scalar = str | int | float | bool
_MANY = (tuple, Joined)
"""Types of several values side by side; a release and what is said are tuples of another kind."""


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a column passes a test."""

    path: str
    test: Test


@dataclass(frozen=True, slots=True)
class Tied:
    """A row that this one is tied to passes (None: there is such a row).

    ``relation`` is one that the axis has: component, assembly, upstream, member_of, contains, ...
    """

    relation: str
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; without parts everything does."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of the parts holds; without parts nothing does."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold (nor can it not be compared)."""

    part: Predicate


Predicate = Column | Tied | Every | Some | Without


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value, or one of several (tags, streams), is one of these as it is shown."""

    texts: frozenset[Scalar]

    @property
    def exactly(self) -> frozenset[Scalar]:
        """The only values that pass."""
        return self.texts

    def holds(self, value: Any) -> bool:
        """Whether it is; what nobody says is not."""
        return any(_scalar(one) in self.texts for one in _several(value))


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody says a value: ``none`` and ``unknown`` are states, no values."""

    def holds(self, value: Any) -> bool:
        """Whether anybody does."""
        return any(True for _ in _several(value))


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Nobody says anything, not even that it is unknown."""

    def holds(self, value: Any) -> bool:
        """Whether nobody does."""
        return value is None


@dataclass(frozen=True, slots=True)
class InState:
    """What is said is one of these states (none, unknown, withheld, not_applicable, value)."""

    states: frozenset[str]

    def holds(self, value: Any) -> bool:
        """Whether it is; what nobody says has no state."""
        some = value if type(value) in _MANY else (value,)
        return any(isinstance(one, Said) and one.state in self.states for one in some)


@dataclass(frozen=True, slots=True)
class HasText:
    """The text (in lower case) stands in the value, whatever its case."""

    text: str

    @property
    def inside(self) -> str:
        """The text that stands in all that pass."""
        return self.text

    def holds(self, value: Any) -> bool:
        """Whether it does."""
        return any(self.text in str(_scalar(one)).lower() for one in _several(value))


@dataclass(frozen=True, slots=True)
class Compared:
    """The value compares so with another of its type; another type cannot be compared.

    With ``unit`` only values of that unit can.
    """

    comparison: Comparison
    to: Scalar
    unit: str | None = None

    def holds(self, value: Any) -> bool | None:
        """Whether one of the values does; None where none of them can be compared."""
        answers = [self._one(one) for one in _several(value)]
        known = [one for one in answers if one is not None]
        return any(known) if known or not answers else None

    def _one(self, value: Any) -> bool | None:
        if self.unit is not None and isinstance(value, Said) and value.unit != self.unit:
            return None
        left, right = order_of(_scalar(value)), order_of(self.to)
        if left[0] != right[0]:
            return None
        return bool(_COMPARE[self.comparison](left, right))


@dataclass(frozen=True, slots=True)
class InRange:
    """The version is in a range, by its own scheme; of another than ``scheme`` it cannot say."""

    range: str
    scheme: str | None = None

    def holds(self, value: Any) -> bool | None:
        """Yes, no, or None where the two cannot be compared; no version is in no range."""
        if not isinstance(value, Release):
            return False
        if self.scheme is not None and value.scheme != self.scheme:
            return None
        if self.range.startswith("vers:"):
            own = speaks_of(self.range, value.scheme)
            return _in_range("vers", self.range, value.version) if own else None
        return _in_range(value.scheme, self.range, value.version)


@lru_cache(maxsize=65536)
def _in_range(name: str, range_text: str, version: str) -> bool | None:
    answer = scheme(name).contains(range_text, version)
    return None if answer is Answer.CANNOT_COMPARE else answer is Answer.YES


def _several(value: Any) -> tuple[Any, ...]:
    """The values that are said: one, several, or none. A state is none."""
    some = value if type(value) in _MANY else () if value is None else (value,)
    return tuple(one for one in some if not isinstance(one, Said) or one.state == VALUE)


def _scalar(value: Any) -> Any:
    return value.value if isinstance(value, Said) else shown(value)
