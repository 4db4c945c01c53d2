"""What the roots of a uv.lock reach, by dependency scope, and the extras that are asked for there.

uv locks every extra and group of a project at once. What its plain dependencies reach is runtime;
what only an extra reaches is optional; what only a group reaches is development.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.ingest.python.uv_package import Dependency, UvPackage
from lineage.vocabulary.edges import RUNTIME

OPTIONAL, DEVELOPMENT = "optional", "development"
_ORDER = (RUNTIME, OPTIONAL, DEVELOPMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line of a root: the root, the line, its scope, the extra or group ("" for neither)."""

    root: UvPackage
    line: Dependency
    scope: str
    by: str = ""


@dataclass(slots=True)
class Reach:
    """Scope and extras by number of package; a package that nobody reaches is in neither."""

    scopes: dict[int, str] = field(default_factory=dict)
    extras: dict[int, set[str]] = field(default_factory=dict)


class Packages:
    """The packages of a lock, found by what a dependency says."""

    def __init__(self, packages: Sequence[UvPackage]) -> None:
        self.all = packages
        self._by_name: dict[str, list[int]] = {}
        for number, one in enumerate(packages):
            self._by_name.setdefault(one.name, []).append(number)

    def meant(self, line: Dependency) -> list[int]:
        """The numbers of the packages that a dependency means: several where markers decide."""
        return [n for n in self._by_name.get(line.name, ()) if self.all[n].means(line)]

    def reach(self, asked: Iterable[Asked]) -> Reach:
        """What these lines reach; a package keeps the first scope of RUNTIME, OPTIONAL, ..."""
        lines = list(asked)
        found = Reach()
        for scope in _ORDER:
            waiting = [one.line for one in lines if one.scope == scope]
            seen: dict[int, set[str]] = {}
            while waiting:
                line = waiting.pop()
                for number in self.meant(line):
                    first = number not in seen
                    known = seen.setdefault(number, set())
                    fresh = line.extras - known
                    known |= fresh
                    waiting += self._next(number, fresh, first=first)
            for number, extras in seen.items():
                found.scopes.setdefault(number, scope)
                found.extras.setdefault(number, set()).update(extras)
        return found

    def _next(self, number: int, extras: Iterable[str], *, first: bool) -> list[Dependency]:
        package = self.all[number]
        lines = list(package.dependencies) if first else []
        for extra in extras:
            lines += package.extras.get(extra, ())
        return lines


def asked_of(roots: Iterable[UvPackage]) -> list[Asked]:
    """Every line by which a root asks for something."""
    found: list[Asked] = []
    for root in roots:
        found += [Asked(root=root, line=line, scope=RUNTIME) for line in root.dependencies]
        found += _named(root, root.extras, OPTIONAL)
        found += _named(root, root.groups, DEVELOPMENT)
    return found


def _named(root: UvPackage, lists: Mapping[str, tuple[Dependency, ...]], scope: str) -> list[Asked]:
    return [
        Asked(root=root, line=line, scope=scope, by=name)
        for name, lines in lists.items()
        for line in lines
    ]
