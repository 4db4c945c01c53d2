"""The step inside the present line: what an answer without a named target also says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lineage.verdict.estate import Outcome
from lineage.verdict.judge import Rules
from lineage.verdict.outcome import SWAPPED
from lineage.verdict.span import Span, head, numbers
from lineage.verdict.subject import known
from lineage.verdict.target import CAPABILITY, Target, greatest, known_values


def inside(target: Target, outcome: Outcome, rules: Rules) -> Target | None:
    """The step to the newest known value with the present first number.

    None where the target was named, nothing moves, or nothing newer is known inside.
    """
    if target.kind != "upgrade" or not target.assumed or target.open_ended or target.to is None:
        return None
    present = _present(target, outcome, rules)
    old = {head(one, 1) for one in present if numbers(one)} - {head(target.to.text, 1)}
    if not old:
        return None
    line = max(old, key=numbers)
    if target.layer == CAPABILITY:
        values = known_values(target.key, rules.pack, rules.provisions)
    else:
        values = rules.pack.versions(target.key)
    newest = greatest((one for one in values if head(one, 1) == line), target.scheme)
    if newest is None or numbers(newest) <= min(
        numbers(one) for one in present if head(one, 1) == line
    ):
        return None
    return replace(
        target, source=Span(line, target.scheme), to=Span(newest, target.scheme), named_source=True
    )


def lines(target: Target, outcome: Outcome, rules: Rules) -> tuple[str, ...]:
    """The first numbers of what moves, smallest first: the present lines."""
    present = (head(one, 1) for one in _present(target, outcome, rules) if numbers(one))
    return tuple(sorted(set(present), key=numbers))


def _present(target: Target, outcome: Outcome, rules: Rules) -> list[str]:
    swapped = dict.fromkeys(
        one.component for one in outcome.judged.values() if one.verdict.verdict == SWAPPED
    )
    return list(dict.fromkeys(value for one in swapped for value in _values(one, target, rules)))


def _values(component: str, target: Target, rules: Rules) -> Iterable[str]:
    found = known(component)
    if target.layer != CAPABILITY:
        return (found.version,) if found and found.version else ()
    return (
        one.value for one in rules.provisions.given(found.key, target.key)
        if target.moves(one.value)
    ) if found else ()  # fmt: skip
