"""Blame a second way: a plain walk in each environment's own lock file, and nothing else.

Everything is read from the text of one pip report: its packages, their active lines, and the marks
in their names. What other environments resolved is not seen, which is the point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

OLD_MARK = re.compile(r"(?:-cu12|-cuda12x?)(?:-|$)")


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock: versions by name, who names whom over which active lines."""

    versions: Mapping[str, str]
    lines: Mapping[str, Mapping[str, tuple[SpecifierSet, ...]]]

    def leaning(self, changed: Iterable[str]) -> set[str]:
        """The names from which a path of active lines leads to one of these, themselves too."""
        below: dict[str, set[str]] = {}
        for name, named in self.lines.items():
            for other in named:
                below.setdefault(other, set()).add(name)
        found = {name for name in changed if name in self.versions}
        ahead = list(found)
        while ahead:
            for name in below.get(ahead.pop(), ()):
                if name not in found:
                    found.add(name)
                    ahead.append(name)
        return found

    def violated(self, changed: str, known: Iterable[str]) -> set[str]:
        """The names whose own lines on ``changed`` admit none of the versions it may become."""
        after = list(known)
        return {
            name
            for name, named in self.lines.items()
            if changed in named
            and name != changed
            and not any(
                all(one.contains(version, prereleases=True) for one in named[changed])
                for version in after
            )
        }


def lock_of(report: Mapping[str, Any]) -> Lock:
    """The lock that a pip report is; extras that a line asks for are asked for, however far."""
    items = {str(canonicalize_name(one["metadata"]["name"])): one for one in report["install"]}
    extras = {name: {"", *(one.get("requested_extras") or ())} for name, one in items.items()}
    environment = {key: str(value) for key, value in report["environment"].items()}
    while True:
        lines = {name: list(_active(one, environment, extras[name])) for name, one in items.items()}
        asked = [
            (str(canonicalize_name(line.name)), extra)
            for some in lines.values()
            for line in some
            for extra in line.extras
        ]
        new = [(name, extra) for name, extra in asked if extra not in extras.get(name, {extra})]
        if not new:
            break
        for name, extra in new:
            extras[name].add(extra)
    found: dict[str, dict[str, tuple[SpecifierSet, ...]]] = {}
    for name, some in lines.items():
        named: dict[str, list[SpecifierSet]] = {}
        for line in some:
            other = str(canonicalize_name(line.name))
            if other in items and other != name:
                named.setdefault(other, []).append(line.specifier)
        found[name] = {other: tuple(specifiers) for other, specifiers in named.items()}
    versions = {name: one["metadata"]["version"].partition("+")[0] for name, one in items.items()}
    return Lock(versions, found)


def _active(
    item: Mapping[str, Any], environment: Mapping[str, str], extras: Iterable[str]
) -> Iterable[Requirement]:
    """The lines whose marker holds there, for one of the extras that were asked for."""
    stated = tuple(sorted(environment.items()))
    for raw in item["metadata"].get("requires_dist") or ():
        if any(_holds(raw, stated, extra) for extra in extras):
            yield _line(raw)


@lru_cache(maxsize=1 << 16)
def _line(raw: str) -> Requirement:
    return Requirement(raw)


@lru_cache(maxsize=1 << 18)
def _holds(raw: str, environment: tuple[tuple[str, str], ...], extra: str) -> bool:
    marker = _line(raw).marker
    return marker is None or marker.evaluate({**dict(environment), "extra": extra})


def merged(locks: Iterable[Lock]) -> Mapping[tuple[str, str], set[tuple[str, str]]]:
    """One graph of packages at versions out of all locks: who leans on whom, somewhere."""
    below: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for lock in locks:
        for name, named in lock.lines.items():
            for other in named:
                upstream = (other, lock.versions[other])
                below.setdefault(upstream, set()).add((name, lock.versions[name]))
    return below


def reached(
    below: Mapping[tuple[str, str], set[tuple[str, str]]], starts: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """What the merged graph says leans on these, somewhere."""
    found = set(starts)
    ahead = list(found)
    while ahead:
        for one in below.get(ahead.pop(), ()):
            if one not in found:
                found.add(one)
                ahead.append(one)
    return found
