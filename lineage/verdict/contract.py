"""Contracts: what a newer value of a capability still serves (backward, major, none)."""

from __future__ import annotations

from lineage.verdict.pack import Capability
from lineage.verdict.span import Span, numbers

_OPERATORS = "<>=!~"


def covers(rule: Capability, old: str, to: Span | None) -> bool:
    """Whether every use of the old value is served by the new one."""
    if to is None or not to.text or not to.bare:
        return False
    before, after = numbers(old), numbers(to.text)
    if not before or not after or rule.contract == "none":
        return False
    if rule.contract == "major" and before[0] != after[0]:
        return False
    size = min(len(before), len(after))
    return after[:size] >= before[:size]


def serves(rule: Capability, value: str, to: Span | None, *, exclusive: bool = False) -> bool:
    """Whether what was made for ``value`` works on the new one: the same value, or by contract.

    A value may be a range in the capability's scheme (``>=3.9``: it holds upward), ``*`` for
    every value, or ``none`` for something built without the capability. ``exclusive`` values
    work with themselves only, whatever the contract.
    """
    if value in {"*", "none"}:
        return True
    if to is None or not to.text:
        return False
    if value[:1] in _OPERATORS:
        return Span(value, rule.scheme).meets(to.text)
    if to.text[:1] in _OPERATORS:
        return False
    return to.meets(value) or (not exclusive and covers(rule, value, to))
