"""One declared requirement line (PEP 508), parsed once however often it is met."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from lineage.ingest.python.address import without_credentials
from lineage.ingest.python.marker import marker_of
from lineage.ingest.python.name import canonical, family_key
from lineage.model.claim import Requirement
from lineage.model.identity import Key

_HEAD = re.compile(r"^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[^\]]*\])?")
_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]|['"]([^'"]+)['"]\s*==\s*extra\b""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A requirement line: whom it names, what it wishes, and when it counts.

    ``extras`` are those it asks of the named distribution. ``pin`` is the one version it admits,
    None where it admits more. ``url`` is the address it names ("" for none), without credentials.
    """

    name: str
    family: Key
    requirement: Requirement
    marker: Marker | None
    extras: frozenset[str]
    pin: str | None
    url: str


@lru_cache(maxsize=65536)
def line_of(text: str) -> Line:
    """The line of a text; ValueError, whose text is the reason, where it cannot be read."""
    try:
        parsed, condition = _parsed(text)
    except InvalidRequirement as error:
        raise ValueError(str(error).split("\n", 1)[0]) from None
    if any(not specifier.version for specifier in parsed.specifier):
        raise ValueError("a comparison without a version")
    marker = _marker(text, parsed.url, condition)
    named = {canonical(a or b) for a, b in _EXTRA.findall(marker or "")}
    extras = frozenset(canonical(extra) for extra in parsed.extras)
    url = without_credentials(parsed.url) if parsed.url else ""
    wish = Requirement(
        raw=f"@ {url}" if url else _specifier(text),
        scheme="opaque" if url else "pep440",
        marker=marker,
        extra=next(iter(named)) if len(named) == 1 else None,
        extras=tuple(sorted(extras)),
    )
    return Line(
        name=canonical(parsed.name),
        family=family_key(parsed.name),
        requirement=wish,
        marker=condition,
        extras=extras,
        pin=_pin(parsed),
        url=url,
    )


def _specifier(text: str) -> str:
    """The specifier as it was declared: after name and extras, before the marker."""
    raw = _HEAD.sub("", text, count=1).partition(";")[0].strip()
    if raw.startswith("(") and raw.endswith(")"):
        raw = raw[1:-1].strip()
    return raw


def _parsed(text: str) -> tuple[Pep508, Marker | None]:
    """What stands before the marker, and the marker: most lines share theirs with others."""
    head, separator, tail = text.partition(";")
    if separator and "@" not in head:  # an address may hold a semicolon itself
        try:
            return Pep508(head), marker_of(tail.strip())
        except ValueError:
            pass  # the error speaks of the whole line
    parsed = Pep508(text)
    return parsed, parsed.marker


def _marker(text: str, url: str | None, condition: Marker | None) -> str | None:
    """The marker as it was declared; the parser's own text where an address hides the start."""
    if condition is None:
        return None
    return str(condition) if url else text.partition(";")[2].strip()


def _pin(parsed: Pep508) -> str | None:
    exact = {
        s.version
        for s in parsed.specifier
        if s.operator == "===" or (s.operator == "==" and not s.version.endswith(".*"))
    }
    return next(iter(exact)) if len(exact) == 1 else None
