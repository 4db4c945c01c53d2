"""Installed artefacts: what a member's own document and the pack say of its file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from lineage.record.view import MemberFacts
from lineage.verdict.pack import Pack

_PURE = "-none-any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One inspected or installed file. ``inspected`` says whether somebody looked at all of it."""

    needed: tuple[tuple[str, int], ...] = ()
    opened: tuple[tuple[str, int], ...] = ()
    tags: tuple[str, ...] = ()
    build: str = ""
    channel: str = ""
    inspected: bool = False

    @property
    def pure(self) -> bool:
        """Whether its tags prove that there is no binary in it (PEP 425: no ABI, any platform).

        What was found inside is better evidence than a tag.
        """
        if self.needed or self.opened:
            return False
        return bool(self.tags) and all(tag.endswith(_PURE) for tag in self.tags)


def installed(member: MemberFacts) -> Mapping[str, Any]:
    """The installed artefact as the assembly's document states it; empty where it does not."""
    for name, value in member.facts:
        if name == "artefact":
            found = orjson.loads(value)
            if isinstance(found, dict):
                return found
    return {}


def channel_of(artefact: Mapping[str, Any]) -> str:
    """Where an artefact was resolved from; "" where nobody says."""
    return str(artefact.get("index") or artefact.get("channel") or "")


def channels_of(member: MemberFacts) -> Iterator[str]:
    """Where its document says that its file comes from, or the files that a lock admits."""
    for name, value in member.facts:
        if name in ("artefact", "known_artefact"):
            channel = _channel(value)
            if channel:
                yield channel


def tags_of(member: MemberFacts, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The wheel tags of the files that a member states under these names: (channel, tag)."""
    for name, value in member.facts:
        if name in names:
            found = orjson.loads(value)
            if isinstance(found, dict):
                channel = channel_of(found)
                yield from ((channel, str(tag)) for tag in found.get("tags") or ())


@lru_cache(maxsize=1 << 18)
def _channel(value: str) -> str:
    found = orjson.loads(value)
    return channel_of(found) if isinstance(found, dict) else ""


def artefact_of(pack: Pack, member: MemberFacts) -> Artefact:
    """What is known of a member's artefact: its own file first, then rows about its release.

    A row about another file of the release than the installed one is left aside.
    """
    own = installed(member)
    file = str(own.get("file") or own.get("name") or "")
    rows: list[tuple[Mapping[str, Any], int]] = []
    if "needed" in own or "opened" in own:
        rows.append((own, member.statements[0] if member.statements else 0))
    else:
        for fact in pack.rows("artefact", member.component):
            other = str(fact.value.get("file") or "")
            if not file or not other or _same(file, other):
                rows.append((fact.value, fact.statement))
    build = next((str(orjson.loads(v)) for n, v in member.facts if n == "build"), "")
    ships = {str(one) for value, _ in rows for one in value.get("ships") or ()}
    tags = [str(one) for one in own.get("tags") or ()]
    if not tags:
        tags = [str(one) for value, _ in rows for one in value.get("tags") or ()]
    return Artefact(
        needed=tuple(_names(rows, "needed", ships)),
        opened=tuple(_names(rows, "opened", ships)),
        tags=tuple(dict.fromkeys(tags)),
        build=build or str(own.get("build") or ""),
        channel=channel_of(own),
        inspected=any(_seen_whole(value) for value, _ in rows),
    )


def _names(
    rows: Iterable[tuple[Mapping[str, Any], int]], field: str, ships: set[str]
) -> Iterable[tuple[str, int]]:
    for value, statement in rows:
        for one in value.get(field) or ():
            if str(one) not in ships:
                yield str(one), statement


def _seen_whole(value: Mapping[str, Any]) -> bool:
    """Whether what the row does not name is not there: nothing in the file was left unread."""
    if any(value.get(name) for name in ("damaged", "uninspected", "partial")):
        return False
    return "needed" in value or "opened" in value


def _same(file: str, other: str) -> bool:
    return file.replace("-", "_").lower() == other.replace("-", "_").lower()
