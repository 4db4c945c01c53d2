"""The gate: whether a change may go ahead, by the worst verdict that is let through."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.vocabulary.changes import VERDICTS
from lineage.vocabulary.rows import VerdictRow
from queries.impact import ImpactAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether a change passes, and the answer that decides it.

    ``met`` counts the verdicts of ``fail_on`` or worse among all that ``impact`` judged, whatever
    its rows were narrowed to; ``passed`` says that there are none. What could not be judged is
    UNKNOWN, a verdict like the others, and ``impact.completeness`` says what nobody looked at.
    """

    passed: bool
    fail_on: str
    met: int
    impact: ImpactAnswer


def threshold_of(text: str) -> VerdictRow | None:
    """The verdict that is meant, in capitals or not; None for what is none."""
    return next((row for row in VERDICTS if row.name.lower() == text.lower()), None)


def gate_of(impact: ImpactAnswer, threshold: VerdictRow) -> Gate:
    """The answer, held against a threshold."""
    bad = [row.name for row in VERDICTS if row.rank <= threshold.rank]
    met = sum(getattr(impact.counts, name.lower()) for name in bad)
    return Gate(passed=not met, fail_on=threshold.name, met=met, impact=impact)
