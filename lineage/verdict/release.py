"""Known releases of a family: what the pack and the graph say of their lines (design section 5).

A row of the pack speaks first, what a document of the estate declares about the release adds to
it. An excerpt is silent outside the families that it covers: silence is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lineage.model.claim import Requirement
from lineage.model.identity import Identity, Key, at_version
from lineage.record.view import Fact, MemberFacts
from lineage.verdict.artefact import channel_of, installed
from lineage.verdict.held import RULE_KINDS
from lineage.verdict.pack import Pack
from lineage.verdict.requirement import line as written
from lineage.verdict.subject import known, matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One declared line of a release on a family, active or not."""

    family: Key
    wish: Requirement
    statement: int
    kind: str = "requires"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One known release.

    ``known`` is false where nobody says what it requires. ``covers`` are the families that the
    lines speak of (None: all), ``silent`` those it leans on without saying how. ``demands`` are
    its lines on capabilities. ``channels`` are where it was seen ("": the public index).
    ``extras`` is None where nobody says which it offers. ``listed`` says that the pack lists
    every release of the family.
    """

    key: Key
    family: Key
    version: str
    lines: tuple[Declared, ...] = ()
    demands: tuple[tuple[Key, Requirement], ...] = ()
    known: bool = False
    covers: tuple[str, ...] | None = None
    silent: frozenset[Key] = frozenset()
    tags: tuple[str, ...] = ()
    channels: frozenset[str] = frozenset()
    extras: frozenset[str] | None = None
    listed: bool = False

    def speaks_of(self, family: Key) -> bool:
        """Whether its silence about a family is a proof that it does not lean on it."""
        if not self.known or family in self.silent:
            return False
        if self.covers is None or any(line.family == family for line in self.lines):
            return True
        found = known(family)
        return found is not None and any(matches(one, found) for one in self.covers)


class Releases:
    """The known releases of a view by family; remembered."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._found: dict[Key, tuple[Release, ...]] = {}
        self._read: dict[Key, Mapping[str, Release]] = {}
        self._declared_by = {
            str(fact.value["declared_by"]): key
            for key in pack.capabilities
            for fact in pack.rows("capability", key)
            if fact.value.get("declared_by")
        }

    def of(self, family: Key) -> tuple[Release, ...]:
        """Every release of which a row or a document speaks, in no order."""
        if family not in self._found:
            found = (self.at(family, version) for version in self._pack.versions(family))
            self._found[family] = tuple(one for one in found if one is not None)
        return self._found[family]

    def read(self, family: Key) -> Mapping[str, Release]:
        """Those of whose lines something is known, by version."""
        if family not in self._read:
            self._read[family] = {one.version: one for one in self.of(family) if one.known}
        return self._read[family]

    def at(self, family: Key, version: str) -> Release | None:
        """One release; None where the version is only a name that somebody mentioned."""
        about = known(family)
        if about is None:
            return None
        key = self._pack.view.shown(at_version(family, version))
        rows = self._pack.rows("release", key)
        declared = list(self._declared(key))
        demands = list(self._demands(key))
        silent: set[Key] = set()
        covers: tuple[str, ...] | None = None
        holders = self._pack.held.members.get(key, ())
        stated = [fact for fact in rows if "requires" in fact.value]
        is_known = bool(stated or declared)
        if not declared and stated:
            covers = _covered(stated)
        for fact in rows:
            declared += _read(fact, about, self._pack)
            demands += self._stated(fact)
        if not is_known:
            is_known = not all(one.unknown for one in holders)
            for edge in self._pack.held.edges.get(key, ()):
                node = self._pack.view.nodes.get(edge.upstream)
                upstream = node.family if node else edge.upstream
                if not edge.requirements:
                    silent.add(upstream)
                declared += (
                    Declared(family=upstream, wish=one, statement=0, kind=edge.kind)
                    for one in edge.requirements
                )
        if not (rows or holders or is_known):
            return None
        return Release(
            key=key,
            family=family,
            version=version,
            # In an order of their own: that of statements is another in every installation.
            lines=tuple(sorted(set(declared), key=_words)),
            demands=tuple(sorted(set(demands), key=lambda one: (one[0], one[1].raw))),
            known=is_known,
            covers=covers,
            silent=frozenset(silent),
            tags=tuple(
                dict.fromkeys(str(t) for fact in rows for t in fact.value.get("tags") or ())
            ),
            channels=frozenset(self._channels(rows, holders)),
            extras=_offered(stated, declared, covers),
            listed=any(fact.value.get("whole") for fact in rows),
        )

    def _declared(self, key: Key) -> Iterator[Declared]:
        for line in self._pack.lines(key):
            upstream = self._pack.family(line.upstream)
            if line.kind in RULE_KINDS and upstream not in self._pack.capabilities:
                yield Declared(
                    family=upstream, wish=line.requirement, statement=line.statement, kind=line.kind
                )

    def _demands(self, key: Key) -> Iterator[tuple[Key, Requirement]]:
        for line in self._pack.lines(key):
            upstream = self._pack.family(line.upstream)
            if line.kind in RULE_KINDS and upstream in self._pack.capabilities:
                yield upstream, line.requirement

    def _stated(self, fact: Fact) -> Iterator[tuple[Key, Requirement]]:
        for field, capability in self._declared_by.items():
            if fact.value.get(field):
                rule = self._pack.rule(capability)
                yield capability, Requirement(raw=str(fact.value[field]), scheme=rule.scheme)

    def _channels(self, rows: Iterable[Fact], stated: Iterable[MemberFacts]) -> Iterator[str]:
        for fact in rows:
            yield str(fact.value.get("channel") or "")
        for member in stated:
            yield channel_of(installed(member))


def _words(line: Declared) -> tuple[str, ...]:
    wish = line.wish
    return line.family, wish.raw, wish.marker or "", wish.extra or "", line.kind, *wish.extras


def _covered(rows: Iterable[Fact]) -> tuple[str, ...] | None:
    """What the rows cover together; None where one of them is whole."""
    found: list[str] = []
    for fact in rows:
        covers = fact.value.get("covers")
        if covers is None:
            return None
        found += (str(one) for one in covers)
    return tuple(dict.fromkeys(found))


def _offered(
    rows: Iterable[Fact], lines: Iterable[Declared], covers: tuple[str, ...] | None
) -> frozenset[str] | None:
    named = {line.wish.extra for line in lines if line.wish.extra}
    listed = [one.value["provides_extra"] for one in rows if "provides_extra" in one.value]
    if not listed and covers is not None:
        return frozenset(named) or None
    return frozenset(named | {_plain(str(one)) for some in listed for one in some})


def _plain(extra: str) -> str:
    return re.sub(r"[-_.]+", "-", extra).lower()


def _read(fact: Fact, about: Identity, pack: Pack) -> Iterator[Declared]:
    """The lines of a row; one that cannot be read is a line of which nothing can be compared."""
    value: Mapping[str, Any] = fact.value
    for text in value.get("requires") or ():
        found = written(str(text), about)
        if found is not None:
            family, wish = found
            yield Declared(family=pack.family(family), wish=wish, statement=fact.statement)
