"""Rule 1 and the second half of rule 2: declared lines, judged as one conjunction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.outcome import BREAKS, SURVIVES, UNDECLARED, UNKNOWN, Evidence, Finding
from lineage.verdict.span import Span
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """All active lines of one component on one other: a conjunction."""

    on: Key
    lines: tuple[Requirement, ...]
    edge: str
    statements: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The lines as they are declared; "" for any version."""
        return text_of(self.lines)

    @property
    def extra(self) -> str | None:
        """The one extra that turns all lines on, if there is one."""
        first, *others = {one.extra for one in self.lines} or {None}
        return None if others else first

    def without_extras(self) -> tuple[Requirement, ...]:
        """The lines that no extra turns on."""
        return tuple(one for one in self.lines if one.extra is None)


def text_of(lines: Iterable[Requirement]) -> str:
    """A conjunction of lines as they are declared, each once; "" for any version."""
    return ",".join(dict.fromkeys(one.raw for one in lines if one.raw))


@lru_cache(maxsize=131072)
def _contains(name: str, raw: str, version: str) -> Answer:
    return scheme(name).contains(raw, version)


def admits(lines: Iterable[Requirement], version: str) -> Answer:
    """Whether a version meets all lines; NO as soon as one forbids it."""
    answer = Answer.YES
    for line in lines:
        match _contains(line.scheme, line.raw, version):
            case Answer.NO:
                return Answer.NO
            case Answer.CANNOT_COMPARE:
                answer = Answer.CANNOT_COMPARE
    return answer


def bounded(lines: Iterable[Requirement]) -> bool:
    """Whether some line declares an upper bound."""
    return any(scheme(line.scheme).bounded(line.raw) for line in lines)


def meets(lines: Iterable[Requirement], target: Span) -> Answer:
    """Whether some version in the target could meet all lines, one by one."""
    answer = Answer.YES
    for line in lines:
        if not line.raw.strip():
            continue
        match scheme(line.scheme).overlaps(line.raw, target.text):
            case Answer.NO:
                return Answer.NO
            case Answer.CANNOT_COMPARE:
                answer = Answer.CANNOT_COMPARE
    return answer


def judge(wish: Wish, candidates: Sequence[str], target: Span | None, *, covered: bool) -> Finding:
    """The finding of a conjunction against the known versions of a target.

    ``target`` is None where the thing is removed, or where its own versions cannot be told from
    the target (then only ``candidates`` speak). ``covered`` says that the contract covers the
    step.
    """
    if candidates:
        answers = [admits(wish.lines, one) for one in candidates]
        if Answer.YES in answers:
            return satisfied(wish, covered=covered)
        if Answer.CANNOT_COMPARE in answers:
            return _finding(UNKNOWN, "TARGET", wish, Answer.CANNOT_COMPARE)
        return violated(wish, candidates)
    if target is None:
        if bounded(wish.lines):
            return _finding(UNKNOWN, "TARGET", wish, Answer.CANNOT_COMPARE)
        return _open(wish, covered=covered)
    answer = meets(wish.lines, target)
    if answer is Answer.NO:
        return violated(wish, (), target)
    if not any(line.raw.strip() for line in wish.lines):
        return _open(wish, covered=covered)
    if answer is Answer.CANNOT_COMPARE or bounded(wish.lines):
        return _finding(UNKNOWN, "TARGET", wish, Answer.CANNOT_COMPARE)
    return _open(wish, covered=covered)


def satisfied(wish: Wish, *, covered: bool) -> Finding:
    """SURVIVES where an upper bound holds or the contract covers the step, else UNDECLARED."""
    if bounded(wish.lines):
        return _finding(SURVIVES, "BOUNDED", wish, Answer.YES)
    return _open(wish, covered=covered)


def _open(wish: Wish, *, covered: bool) -> Finding:
    if covered:
        return _finding(SURVIVES, "CONTRACT", wish, Answer.YES)
    return _finding(UNDECLARED, None, wish, Answer.YES)


def violated(wish: Wish, candidates: Sequence[str] = (), target: Span | None = None) -> Finding:
    """BREAKS/CONSTRAINT, naming the line that decides, and the extra if it rests on one only."""
    base = wish.without_extras()
    guilty = [line for line in wish.lines if _forbids(line, candidates, target)]
    rests = guilty or list(wish.lines)
    alone = bool(base) and any(line in base for line in rests)
    extras = [line.extra for line in rests if line.extra]
    deciding = next((line for line in rests if line in base), rests[0]) if alone else rests[0]
    return _finding(
        BREAKS, "CONSTRAINT", wish, Answer.NO, deciding, None if alone or not extras else extras[0]
    )


def _forbids(line: Requirement, candidates: Sequence[str], target: Span | None) -> bool:
    if candidates:
        return all(admits((line,), one) is Answer.NO for one in candidates)
    return target is not None and meets((line,), target) is Answer.NO


def _finding(
    verdict: str,
    reason: str | None,
    wish: Wish,
    holds: Answer,
    deciding: Requirement | None = None,
    extra: str | None = None,
) -> Finding:
    text = deciding.raw if deciding else wish.text
    evidence = Evidence(
        on=wish.on, requirement=text, holds=holds, extra=extra, edge=wish.edge,
        statements=wish.statements,
    )  # fmt: skip
    return Finding(verdict=verdict, reason=reason, evidence=evidence)
