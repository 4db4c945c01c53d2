"""Marks: what a piece of a name, a build or a wheel tag says about a capability."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lineage.model.claim import OfPattern
from lineage.model.identity import Key
from lineage.record.view import Fact

_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A mark that was found: the value it means, the text, and where in it."""

    capability: Key
    value: str
    text: str
    row: int
    start: int
    end: int
    statement: int
    exclusive: bool = False

    def without(self, text: str) -> tuple[int, str]:
        """What remains when the mark is cut out: equal for counterparts."""
        return self.row, f"{text[: self.start]}\0{text[self.end :]}"


class Marks:
    """The marks of the pack, by where they stand: name, build or tag."""

    def __init__(self, facts: Iterable[Fact], capability_key: dict[str, Key]) -> None:
        self._rows: dict[str, list[tuple[re.Pattern[str], Key, str, int, Fact]]] = {}
        for row, fact in enumerate(facts):
            if isinstance(fact.subject, OfPattern):
                where = str(fact.value.get("where", ""))
                capability = capability_key[str(fact.value["capability"])]
                template = str(fact.value.get("value", ""))
                pattern = _searched(fact.subject.pattern)
                found = (pattern, capability, template, row, fact)
                self._rows.setdefault(where, []).append(found)
        self._found: dict[tuple[str, str], tuple[Marked, ...]] = {}

    def read(self, where: str, text: str) -> tuple[Marked, ...]:
        """The marks in a text; a value that starts with a comparison is a range."""
        place = (where, text)
        if place not in self._found:
            self._found[place] = tuple(self._read(where, text))
        return self._found[place]

    def _read(self, where: str, text: str) -> Iterable[Marked]:
        for pattern, capability, template, row, fact in self._rows.get(where, ()):
            match = pattern.search(text)
            if match:
                yield Marked(
                    capability=capability,
                    value=_expand(template, match),
                    text=match.group(),
                    row=row,
                    start=match.start(),
                    end=match.end(),
                    statement=fact.statement,
                    exclusive=bool(fact.value.get("exclusive")),
                )


def _searched(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error:
        return re.compile(r"(?!)")


def _expand(template: str, match: re.Match[str]) -> str:
    if not template:
        return next((one for one in match.groups() if one), match.group())
    if "{" in template:
        return _BRACES.sub(lambda one: _group(match, one.group(1)), template)
    try:
        return match.expand(template)
    except (re.error, IndexError):
        return template


def _group(match: re.Match[str], name: str) -> str:
    try:
        return match.group(int(name) if name.isdigit() else name) or ""
    except (IndexError, re.error):
        return ""
