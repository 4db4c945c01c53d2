"""Support tables: what a value needs of a capability, where rows speak at their own precision.

A row for 9.10.2 covers 9.10.2.21. A value coarser than the rows is served in full where all of
them hold. One above the last row of its major has at least that row's floor. Floors only rise:
between two rows it is unknown, unless the upper one holds or the lower one does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineage.model.claim import OfComponent, OfFamily
from lineage.record.view import Fact
from lineage.verdict.span import Span, numbers
from lineage.verdict.subject import known
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a table: the value it is about (``when`` as a range), and what that needs."""

    value: Numbers
    when: str
    range: str
    note: str
    statement: int

    def covers(self, value: str, name: str) -> bool:
        """Whether the row is about the value, at the row's own precision."""
        if self.value:
            return numbers(value)[: len(self.value)] == self.value
        return not self.when or Span(self.when, name).touches(value)


def steps(facts: Sequence[Fact]) -> tuple[Step, ...]:
    """The rows of a table; a row about a whole number speaks of that line."""
    found = []
    for fact in facts:
        value: Numbers = ()
        when = ""
        match fact.subject:
            case OfComponent(key):
                one = known(key)
                value = numbers(one.version or "") if one else ()
            case OfFamily(_, when):
                value = numbers(when) if when and Span(when, "dotted").bare else ()
        found.append(
            Step(
                value=value, when=when, range=str(fact.value.get("range", "")),
                note=str(fact.value.get("note") or ""), statement=fact.statement,
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a table says of a value on something that provides another: the answer and its rows."""

    holds: Answer
    rows: tuple[Step, ...]


def read(
    table: Sequence[Step], value: str, scheme_name: str, given: str | None, given_scheme: str,
    *, full: bool,
) -> Reading | None:  # fmt: skip
    """Whether ``given`` is enough for ``value``; None where the table says nothing of it.

    ``given`` is None where nobody knows it. ``full`` reads a table of full support: a value
    coarser than its rows is not full where one of them does not hold; elsewhere that is unknown.
    """
    exact = [one for one in table if one.covers(value, scheme_name)]
    wanted = numbers(value)
    if exact:
        return _all(exact, given, given_scheme)
    finer = [one for one in table if one.value and one.value[: len(wanted)] == wanted and wanted]
    if finer:
        found = _all(finer, given, given_scheme)
        answers = {
            _all([one for one in finer if one.value == step], given, given_scheme).holds
            for step in {one.value for one in finer}
        }
        if len(answers) > 1 and not full:
            return Reading(holds=Answer.CANNOT_COMPARE, rows=found.rows)
        return found
    return _between(table, wanted, given, given_scheme)


def _between(
    table: Sequence[Step], wanted: Numbers, given: str | None, given_scheme: str
) -> Reading | None:
    below = [one for one in table if one.value and one.value < wanted]
    above = [one for one in table if one.value and one.value > wanted]
    if not wanted or not (below or above):
        return None
    if above:
        nearest = min(one.value for one in above)
        upper = _all([one for one in above if one.value == nearest], given, given_scheme)
        if upper.holds is Answer.YES or not below:
            known = upper.holds is Answer.YES
            return upper if known else Reading(holds=Answer.CANNOT_COMPARE, rows=upper.rows)
    last = max(one.value for one in below)
    lower = _all([one for one in below if one.value == last], given, given_scheme)
    if lower.holds is Answer.YES and (above or last[:1] != wanted[:1]):
        return Reading(holds=Answer.CANNOT_COMPARE, rows=lower.rows)
    return lower


def _all(rows: Sequence[Step], given: str | None, given_scheme: str) -> Reading:
    """All rows have to hold; the one that does not hold decides."""
    answers = [(_holds(one, given, given_scheme), one) for one in rows]
    for wanted in (Answer.NO, Answer.CANNOT_COMPARE):
        failing = tuple(one for answer, one in answers if answer is wanted)
        if failing:
            return Reading(holds=wanted, rows=failing)
    return Reading(holds=Answer.YES, rows=tuple(rows))


def _holds(one: Step, given: str | None, given_scheme: str) -> Answer:
    if given is None:
        return Answer.CANNOT_COMPARE
    return scheme(given_scheme).contains(one.range, given)
