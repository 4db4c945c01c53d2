"""Python versions and specifier sets (PEP 440), by ``packaging``, pre-releases always admitted.

Differences from plain packaging: local versions take no part (``==2.9.1+cu128`` is ``==2.9.1``), a
bare number is its prefix (``12.8`` is ``==12.8.*``), ``*`` and the empty text hold everything.
By PEP 440 ``<2`` excludes ``2.0rc1`` and ``>2`` excludes ``2.post1``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from lineage.versions import interval
from lineage.versions.comparisons import every
from lineage.versions.ordered import OrderedScheme
from lineage.versions.scheme import Answer

_LOCAL = re.compile(r"\+[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_BARE = re.compile(r"^v?[0-9][A-Za-z0-9.!_-]*$")
_PREFIX = re.compile(r"^(?:==?\s*)?(?:v?)((?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*)(?:\.[xX*])?$")
_POST_END = 10**12  # later than any real post-release
_LONGEST = 2000  # Python refuses to read numbers of more than 4300 digits


@lru_cache(maxsize=131072)
def parse(version: str) -> Version | None:
    """The public part of a version as a parsed object; None if it is none."""
    if len(version) > _LONGEST:
        return None
    try:
        found = Version(version.strip())
        return found if found.local is None else Version(found.public)
    except InvalidVersion:
        return None


@lru_cache(maxsize=65536)
def specifiers(range_text: str) -> SpecifierSet | None:
    """The range as a specifier set (empty: everything); None if it is none."""
    if len(range_text) > _LONGEST:
        return None
    text = _LOCAL.sub("", range_text.strip().strip("()"))
    if text in {"", "*"}:
        return SpecifierSet("", prereleases=True)
    if _BARE.match(text) or text.endswith((".x", ".X", ".*")):
        prefix = _PREFIX.match(text)
        text = f"=={prefix.group(1)}.*" if prefix else f"=={text}" if _BARE.match(text) else text
    try:
        return SpecifierSet(text, prereleases=True)
    except InvalidSpecifier:
        return None


class Pep440(OrderedScheme):
    """Python distributions."""

    name = "pep440"

    def key(self, version: str) -> Version | None:
        """The parsed public version. None if it is no version."""
        return parse(version)

    def contains(self, range_text: str, version: str) -> Answer:
        """Whether the version is in the specifier set, by PEP 440."""
        found, wanted = parse(version), specifiers(range_text)
        if wanted is not None and not len(wanted):
            return Answer.YES
        if found is None or wanted is None:
            return Answer.CANNOT_COMPARE
        return Answer.YES if wanted.contains(found, prereleases=True) else Answer.NO

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        return _spans(range_text)


@lru_cache(maxsize=65536)
def _spans(range_text: str) -> interval.Spans | None:
    wanted = specifiers(range_text)
    if wanted is None:
        return None
    return every(wanted, _spans_of)


def _spans_of(line: Specifier) -> interval.Spans | None:
    text = line.version
    if text.endswith(".*"):
        inside = _prefix(text[:-2])
        return interval.outside(inside) if line.operator == "!=" else inside
    version = parse(text)
    if version is None:
        return None
    match line.operator:
        case "==" | "===":
            return interval.exactly(version)
        case "!=":
            return interval.outside(interval.exactly(version))
        case ">=":
            return interval.at_least(version)
        case "<=":
            return interval.at_most(version)
        case "<":
            whole = not version.is_prerelease and not version.is_postrelease
            return interval.below(Version(f"{version}.dev0") if whole else version)
        case ">":
            alone = version.is_postrelease or version.is_devrelease
            return interval.above(version if alone else Version(f"{version}.post{_POST_END}"))
        case _:  # ~=: at least this, and the prefix without its last number
            head = ".".join(str(number) for number in version.release[:-1])
            epoch = f"{version.epoch}!" if version.epoch else ""
            return interval.common(interval.at_least(version), _prefix(epoch + head))


def _prefix(text: str) -> interval.Spans:
    version = Version(text)
    epoch = f"{version.epoch}!" if version.epoch else ""
    *head, last = version.release
    after = ".".join(str(number) for number in (*head, last + 1))
    return interval.between(Version(f"{version}.dev0"), Version(f"{epoch}{after}.dev0"))
