"""Markers: whether a declared line is active in an environment, before and after a change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from packaging.markers import (
    UndefinedComparison,
    UndefinedEnvironmentName,
    default_environment,
)

from lineage.ingest.python.marker import marker_of
from lineage.model.claim import Requirement
from lineage.verdict.span import numbers
from lineage.verdict.target import Target

Environment = tuple[tuple[str, str], ...]
"""Sorted marker variables and their values."""

_EXTRA = "extra"
# Every variable of a marker that is no extra (PEP 508).
_OTHER = re.compile(rf"\b(?:{'|'.join(default_environment())})\b")


@lru_cache(maxsize=262144)
def _holds(text: str, environment: Environment, extra: str) -> bool:
    try:
        return marker_of(text).evaluate({**dict(environment), _EXTRA: extra})
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError):  # an invalid one is one
        return False


def active(line: Requirement, environment: Environment, extras: Iterable[str]) -> bool:
    """Whether the line's condition is true there, and its extra (if any) was asked for."""
    asked = tuple(extras)
    if line.extra is not None and line.extra not in asked:
        return False
    if not line.marker:
        return True
    if not environment and (_EXTRA not in line.marker or _OTHER.search(line.marker)):
        return line.extra is None and _EXTRA not in line.marker
    return any(_holds(line.marker, environment, extra) for extra in (*asked, ""))


def after(environment: Environment, target: Target) -> Environment | None:
    """The environment as it is after the change; None where the change leaves it as it is."""
    variables = target.capability.variables if target.capability else ()
    if target.to is None or not target.to.bare or not variables:
        return None
    found: Mapping[str, str] = dict(environment)
    if not any(name in found for name in variables):
        return None
    wanted = numbers(target.to.text)
    changed = {
        name: ".".join(str(one) for one in _sized(wanted, len(numbers(found[name]))))
        for name in variables
        if name in found
    }
    return tuple(sorted({**found, **changed}.items()))


def _sized(wanted: tuple[int, ...], size: int) -> tuple[int, ...]:
    return (wanted + (0,) * size)[: max(size, 1)]
