"""Rule 3, as a port: whether a release exists that what leans on something broken could take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.record.view import Content
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean, Leaning
from lineage.verdict.outcome import UNKNOWN, Evidence, Finding, Verdict
from lineage.verdict.target import Target
from lineage.versions.scheme import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the fixpoint in one assembly: what is broken by now, and the verdicts.

    ``gone`` are the members that the change itself swaps, ``moving`` those that move along with
    the new lines on them.
    """

    content: Content
    footing: Footing
    target: Target
    leans: Leaning
    gone: frozenset[Key]
    broken: frozenset[Key]
    verdicts: Mapping[Key, Verdict]
    moving: Mapping[Key, tuple[Requirement, ...]] = field(default_factory=dict)


class Candidates(Protocol):
    """Judges leans on what breaks."""

    def judge(self, lean: Lean, now: Round) -> Finding:
        """SURVIVES/ADMITS with the fix, BREAKS/PINNED, or UNKNOWN/WAITS.

        Asked again in every round: what is broken only grows between rounds, so an answer may
        only become worse.
        """
        ...

    def freed(self, keys: Collection[Key], now: Round) -> Mapping[Key, Verdict]:
        """The verdicts of these broken members with the fix and the count of known releases."""
        ...


def waits(lean: Lean, known: int | None = None) -> Finding:
    """UNKNOWN/WAITS, naming the broken thing and the line on it."""
    return Finding(
        verdict=UNKNOWN, reason="WAITS", evidence=on_line(lean, Answer.CANNOT_COMPARE), known=known
    )


def on_line(lean: Lean, holds: Answer) -> Evidence:
    """The lines of a lean as evidence."""
    wish = lean.wish
    return Evidence(
        on=wish.on, requirement=wish.text, holds=holds, edge=wish.edge, extra=wish.extra,
        statements=wish.statements,
    )  # fmt: skip
