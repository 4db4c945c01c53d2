"""Whom a row of knowledge is about: a component, a family in a range, or a pattern of families."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from lineage.errors import KeyMalformedError
from lineage.model.claim import OfComponent, OfFamily, OfPattern, Subject
from lineage.model.identity import Identity, Key, identify
from lineage.record.view import Fact
from lineage.verdict.span import Span
from lineage.versions.scheme import Answer

_NUMBERED = re.compile(r"\\\d|\(\?(?:P|\(|[aiLmux])")
_GLOB = re.compile(r"^[^\\()\[\]^$+{}|]*$")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern: a glob where it has only ``*`` and ``?``, else a regular expression.

    An expression that cannot be read matches nothing.
    """
    glob = _GLOB.match(pattern) and ".*" not in pattern and "\\" not in pattern
    try:
        return re.compile(fnmatch.translate(pattern) if glob else pattern)
    except re.error:
        return re.compile(r"(?!)")


@lru_cache(maxsize=65536)
def known(key: str) -> Identity | None:
    """The key taken apart; None where it is none."""
    try:
        return identify(key)
    except KeyMalformedError:
        return None


def about(subject: Subject, found: Identity, version: str | None) -> bool:
    """Whether the row speaks of this component (of its family, where version is None)."""
    match subject:
        case OfComponent(key):
            return key == found.key
        case OfFamily(family, when):
            return family == found.family and _when(when, found, version)
        case OfPattern(pattern, when):
            return matches(pattern, found) and _when(when, found, version)
    return False


def matches(pattern: str, found: Identity) -> bool:
    """Whether a family pattern matches: its key, or its name where the pattern is one."""
    return _matches(pattern, found.family, found.name)


def any_of(facts: Iterable[Fact]) -> Callable[[Identity], bool]:
    """Whether some pattern of these rows matches at all, in any version: one look for most."""
    patterns = {one.subject.pattern for one in facts if isinstance(one.subject, OfPattern)}
    texts = [compiled(pattern).pattern for pattern in sorted(patterns)]
    if any(_NUMBERED.search(text) for text in texts):
        return lambda _: True  # groups that are called by number cannot stand beside others
    one = re.compile("|".join(f"(?:{text})" for text in texts))
    return lambda found: bool(one.fullmatch(found.family) or one.fullmatch(found.name))


@lru_cache(maxsize=262144)
def _matches(pattern: str, family: Key, name: str) -> bool:
    text = compiled(pattern)
    return bool(text.fullmatch(family) or text.fullmatch(name))


def _when(when: str, found: Identity, version: str | None) -> bool:
    if not when:
        return True
    return version is not None and Span(when, found.scheme).contains(version) is Answer.YES
