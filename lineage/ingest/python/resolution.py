"""Which declared lines are active in a resolved environment (design section 5, rule 1).

A line is active where its marker is true and its extra was really asked for. Extras are asked for
by the request itself and by other active lines, so they are propagated to a fixpoint; a
distribution that names itself with an extra asks for that extra and makes no edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.environment import Environment
from lineage.ingest.python.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """An active line between two distributions of the environment."""

    downstream: Distribution
    upstream: Distribution
    line: Line
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The extras really asked for by name of distribution, the active lines, and the absent ones.

    ``absent`` are active lines that name a distribution which the environment does not hold.
    """

    extras: Mapping[str, frozenset[str]]
    active: tuple[Active, ...]
    absent: tuple[tuple[Distribution, Line, str], ...]


def resolve(distributions: Sequence[Distribution], environment: Environment) -> Resolution:
    """The active lines among distributions whose names are distinct."""
    by_name = {d.name: d for d in distributions}
    extras = {d.name: set(d.extras) for d in distributions}
    waiting = [d.name for d in distributions]
    while waiting:
        name = waiting.pop()
        for _, line in by_name[name].lines:
            asked = extras.get(line.name)
            if asked is None or line.extras <= asked:
                continue
            if environment.active(line, extras[name]):
                asked |= line.extras
                waiting.append(line.name)
    active, absent = [], []
    for downstream in distributions:
        for path, line in downstream.lines:
            if line.name == downstream.name:
                continue
            if not environment.active(line, extras[downstream.name]):
                continue
            upstream = by_name.get(line.name)
            if upstream is None:
                absent.append((downstream, line, path))
            else:
                active.append(
                    Active(downstream=downstream, upstream=upstream, line=line, path=path)
                )
    return Resolution(
        extras={name: frozenset(asked) for name, asked in extras.items()},
        active=tuple(active),
        absent=tuple(absent),
    )
