"""What is behind the verdicts in an assembly: the component that has to be dealt with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lineage.graph.engine import Place
from lineage.model.identity import Key, identify
from lineage.verdict.estate import Judged, Outcome
from lineage.verdict.outcome import Evidence, rank
from lineage.verdict.target import Target
from lineage.vocabulary.changes import VERDICTS

_LED = {"PINNED", "CARRIES", "WAITS"}
"""Reasons that only pass on what another component decides."""
_SOFT = {"SURVIVES"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A verdict and the component that decides it.

    ``requirement`` is its first line with the name it is on, or the piece that binds it.
    """

    verdict: str
    reason: str | None
    key: Key
    requirement: str | None


Counted = tuple[Cause, int]
"""A cause, and how many members it is behind."""


class Causes:
    """The causes behind one outcome, found once for each thing."""

    def __init__(self, outcome: Outcome, target: Target) -> None:
        self._judged = outcome.judged
        self._target = target
        self._ranks: dict[tuple[str, str | None], tuple[int, int]] = {}
        self._shared: dict[int, tuple[Counted, ...]] = {}
        self._whole: dict[tuple[str, str | None], Cause] = {}
        self._judgements = outcome.judgements
        self._inside: dict[Key, list[Place]] = {}
        for place in outcome.judged:
            if place[1] is not None:
                self._inside.setdefault(place[1], []).append(place)

    def rank(self, verdict: str, reason: str | None) -> tuple[int, int]:
        """The order of verdicts and reasons, worst first."""
        place = (verdict, reason)
        if place not in self._ranks:
            self._ranks[place] = rank(verdict, reason)
        return self._ranks[place]

    def decides(self, key: Key) -> bool:
        """Whether a verdict inside this assembly is more than passed on from what it contains."""
        return any(
            self._judged[place].verdict.reason != "CARRIES" for place in self._inside.get(key, ())
        )

    def own(self, key: Key) -> bool:
        """Whether the thing itself decides, for it is no assembly or states lines of its own."""
        judged = self._judged.get((key, None))
        return judged is not None and self._cause(judged).key == key

    def of(self, keys: Iterable[Key]) -> tuple[Counted, ...]:
        """The causes in some assemblies (or of things by themselves), worst first in each verdict.

        Twins have what is found inside them in common.
        """
        found: list[Counted] = []
        for key in keys:
            found += self._within(key)
            if (key, None) in self._judged:
                found.append((self._cause(self._judged[key, None]), 0))
        return self._merged(found)

    def _within(self, key: Key) -> tuple[Counted, ...]:
        places = self._inside.get(key, ())
        judgement = self._judgements.get(key)
        if judgement is None or len(judgement.verdicts) != len(places) or not self.decides(key):
            return self._merged((self._cause(self._judged[place]), 1) for place in places)
        if id(judgement) not in self._shared:
            self._shared[id(judgement)] = self._merged(
                (self._cause(self._judged[place]), 1) for place in places
            )
        return self._shared[id(judgement)]

    def _merged(self, counted: Iterable[Counted]) -> tuple[Counted, ...]:
        """One for each verdict and component, with the worst reason."""
        worst: dict[tuple[str, Key], Cause] = {}
        counts: Counter[tuple[str, Key]] = Counter()
        for cause, count in counted:
            at = (cause.verdict, cause.key)
            held = worst.get(at)
            if held is None or self._rank(cause) < self._rank(held):
                worst[at] = cause
            counts[at] += count
        return tuple((cause, counts[at]) for at, cause in worst.items())

    def _rank(self, cause: Cause) -> tuple[int, int]:
        return self.rank(cause.verdict, cause.reason)

    def _cause(self, judged: Judged) -> Cause:
        verdict = judged.verdict
        if VERDICTS.get(verdict.verdict).folded or verdict.verdict in _SOFT:
            return self._folded(verdict.verdict, verdict.reason)
        last = self._root(judged)
        first = last.verdict.because[0] if last.verdict.because else None
        reason = last.verdict.reason if verdict.reason == "CARRIES" else verdict.reason
        return Cause(
            verdict=verdict.verdict, reason=reason, key=last.component, requirement=_text(first)
        )

    def _folded(self, verdict: str, reason: str | None) -> Cause:
        """The change itself is the cause of all that is told as a count."""
        if (verdict, reason) not in self._whole:
            self._whole[verdict, reason] = Cause(
                verdict=verdict, reason=reason, key=self._target.key, requirement=None
            )
        return self._whole[verdict, reason]

    def _root(self, judged: Judged) -> Judged:
        """Follow what only passes a break on to where it began."""
        seen = {(judged.component, judged.assembly)}
        while judged.verdict.because and (
            judged.verdict.reason in _LED or judged.verdict.verdict in ("NOTICE", "REVALIDATE")
        ):
            on = judged.verdict.because[0].on
            for assembly in (judged.assembly, judged.component, None):
                place = (on, assembly)
                if place in self._judged and place not in seen:
                    break
            else:
                return judged
            seen.add(place)
            judged = self._judged[place]
        return judged


def _text(evidence: Evidence | None) -> str | None:
    if evidence is None:
        return None
    if evidence.bound is not None or evidence.requirement is None:
        return evidence.bound
    return f"{identify(evidence.on).name} {evidence.requirement or '(any)'}"
