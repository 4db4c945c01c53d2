"""The rules on package changes a second way: plain Python over packaging, no memos, no order.

It reads the edges of each assembly and the release rows, and starts anew in every round.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from lineage.model.identity import identify
from lineage.record.view import Assembly, View

GRID = ("0.9", "1.0.0", "1.2", "1.5.2", "1.9", "2.0.1", "2.5", "3.0", "3.1.0", "3.9", "4.0.0", "9")
ORDER = (
    ("BREAKS", "CONSTRAINT"), ("BREAKS", "PINNED"), ("UNKNOWN", "WAITS"), ("UNDECLARED", None),
    ("SURVIVES", "BOUNDED"), ("SURVIVES", "ADMITS"), ("SWAPPED", None),
)  # fmt: skip
Verdict = tuple[str, str | None]
Lines = dict[str, list[str]]


def holds(lines: list[str], version: str) -> bool:
    """Whether a version meets all lines."""
    return SpecifierSet(",".join(one for one in lines if one)).contains(version, prereleases=True)


def has_end(lines: list[str]) -> bool:
    """Whether some line ends the range."""
    found = SpecifierSet(",".join(one for one in lines if one))
    return any(one.operator in ("<", "<=", "==", "~=", "===") for one in found)


def is_exact(lines: list[str]) -> bool:
    """Whether some line admits one version."""
    found = SpecifierSet(",".join(one for one in lines if one))
    return any(one.operator == "==" and not one.version.endswith(".*") for one in found)


@dataclass
class Release:
    """A release that somebody knows: its lines by name, what its excerpt covers."""

    version: str
    lines: Lines
    covers: list[str] | None = None

    def speaks_of(self, name: str) -> bool:
        """Whether its silence would be a proof."""
        if self.covers is None or name in self.lines:
            return True
        return any(fnmatch.fnmatch(f"pkg:pypi/{name}", one) for one in self.covers)


@dataclass
class Room:
    """An assembly by names: versions and lines."""

    versions: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)


def room_of(assembly: Assembly) -> Room:
    """The assembly as names."""
    found = Room()
    for key in assembly.content.members:
        one = identify(key)
        found.versions[one.name] = one.version or ""
        found.lines[one.name] = {}
    for edge in assembly.content.edges:
        down, up = identify(edge.downstream).name, identify(edge.upstream).name
        found.lines[down].setdefault(up, []).extend(one.raw for one in edge.requirements)
    return found


def releases_of(view: View) -> dict[str, dict[str, Release]]:
    """Every release of which a row or an assembly speaks; a row speaks alone."""
    found: dict[str, dict[str, Release]] = {}
    stated = set()
    for fact in view.facts.get("release", ()):
        if "requires" not in fact.value:
            continue
        one = identify(fact.subject.key)  # type: ignore[union-attr]
        lines: Lines = {}
        for text in fact.value["requires"]:
            parsed = Requirement(text)
            lines.setdefault(parsed.name, []).append(str(parsed.specifier))
        covers = fact.value.get("covers")
        found.setdefault(one.name, {})[one.version or ""] = Release(
            one.version or "", lines, covers
        )
        stated.add((one.name, one.version))
    for assembly in view.assemblies.values():
        room = room_of(assembly)
        for name, version in room.versions.items():
            if (name, version) in stated:
                continue
            release = found.setdefault(name, {}).setdefault(version, Release(version, {}))
            for up, lines_ in room.lines[name].items():
                release.lines.setdefault(up, []).extend(lines_)
    return found


def judged(
    room: Room, releases: dict[str, dict[str, Release]], family: str, source: str | None, to: str
) -> dict[str, Verdict]:
    """The verdicts in one room."""
    present = room.versions.get(family)
    if present is None:
        return {}
    moves = present == source if source else Version(present) < Version(to)
    if not moves:
        return {}
    findings: dict[str, list[Verdict]] = {family: [("SWAPPED", None)]}
    for name, lines in room.lines.items():
        if name != family and family in lines:
            findings.setdefault(name, []).append(_direct(lines[family], to))
    own = {name: list(some) for name, some in findings.items()}
    held_back: dict[str, list[Verdict]] = {}
    broken: set[str] = set()
    while True:
        now = {name for name, some in findings.items() if _worst(some)[0] == "BREAKS"}
        for name in _cannot_follow(room, releases, family, to, broken | now):
            held_back.setdefault(name, []).append(("BREAKS", "CONSTRAINT"))
        freed = candidates(room, releases, family, to, broken | now)
        findings = {name: list(some) for name, some in own.items()}
        for name, some in held_back.items():
            findings.setdefault(name, []).extend(some)
        for one in broken | now:
            for name, lines in room.lines.items():
                if one in lines and name != family and name != one:
                    verdict = _leaning(one, lines[one], room, releases, freed[one])
                    findings.setdefault(name, []).append(verdict)
        after = {name for name, some in findings.items() if _worst(some)[0] == "BREAKS"}
        if after <= broken | now:
            return {name: _worst(some) for name, some in findings.items()}
        broken |= now


def candidates(
    room: Room,
    releases: dict[str, dict[str, Release]],
    family: str,
    to: str,
    broken: set[str],
) -> dict[str, set[str]]:
    """The versions of everything broken that could follow together."""
    found = {}
    moving = moved(room, releases, family, to)
    for name in broken:
        named = [one for one in room.lines[name] if one == family or one in broken or one in moving]
        found[name] = {
            version
            for version, one in releases.get(name, {}).items()
            if version != room.versions[name]
            and all(one.speaks_of(other) for other in named)
            and (family not in one.lines or holds(one.lines[family], to))
            and all(
                together(releases.get(other, {}), one.lines[other], lines)
                for other, lines in moving.items()
                if other in one.lines and other != name
            )
        }
    while True:
        wrong = [
            (name, version)
            for name, versions in found.items()
            for version in versions
            for other, lines in releases[name][version].lines.items()
            if other in broken and other != name and not any(holds(lines, v) for v in found[other])
        ]
        if not wrong:
            return found
        for name, version in wrong:
            found[name].discard(version)


def _direct(lines: list[str], to: str) -> Verdict:
    if not holds(lines, to):
        return "BREAKS", "CONSTRAINT"
    return ("SURVIVES", "BOUNDED") if has_end(lines) else ("UNDECLARED", None)


def _leaning(
    on: str,
    lines: list[str],
    room: Room,
    releases: dict[str, dict[str, Release]],
    freed: set[str],
) -> Verdict:
    if any(holds(lines, version) for version in freed):
        return "SURVIVES", "ADMITS"
    later = any(
        holds(lines, version) and Version(version) > Version(room.versions[on])
        for version in releases.get(on, {})
    )
    if is_exact(lines) or (has_end(lines) and later):
        return "BREAKS", "PINNED"
    return "UNKNOWN", "WAITS"


def moved(room: Room, releases: dict[str, dict[str, Release]], family: str, to: str) -> Lines:
    """The members that have to move, with all new lines on them.

    The new release asks, and what it pins, and what that pins.
    """
    found: Lines = {}
    ahead, seen = [(family, to)], {(family, to)}
    while ahead:
        name, version = ahead.pop(0)
        new = releases.get(name, {}).get(version)
        for other, lines in new.lines.items() if new else ():
            present = room.versions.get(other)
            if other == family or (present is not None and holds(lines, present)):
                continue
            if present is not None:
                found.setdefault(other, []).extend(lines)
            pins = [one.removeprefix("==") for one in lines if is_exact([one])]
            if pins and (other, pins[0]) not in seen:
                seen.add((other, pins[0]))
                ahead.append((other, pins[0]))
    return found


def together(known: dict[str, Release], asked: list[str], lines: list[str]) -> bool:
    """Whether a known version meets both; where none meets the new lines, any version."""
    met = [version for version in known if holds(lines, version)]
    if met:
        return any(holds(asked, version) for version in met)
    return all(
        any(holds([one, two], version) for version in GRID) for one in asked for two in lines
    )


def _cannot_follow(
    room: Room,
    releases: dict[str, dict[str, Release]],
    family: str,
    to: str,
    broken: set[str],
) -> set[str]:
    """Members that stay as they are and whose line no version of what moves meets as well."""
    moving = moved(room, releases, family, to)
    return {
        name
        for other, lines in moving.items()
        for name, asked in room.lines.items()
        if other in asked and name not in broken and name != family and name not in moving
        if not together(releases.get(other, {}), asked[other], lines)
    }


def _worst(some: list[Verdict]) -> Verdict:
    return min(some, key=ORDER.index)
