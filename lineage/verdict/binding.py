"""Rule 2, first half: what an artefact is bound to, best evidence first (design section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import Key
from lineage.record.view import Content, Fact, MemberFacts
from lineage.verdict.artefact import Artefact, artefact_of, tags_of
from lineage.verdict.mark import Marked
from lineage.verdict.pack import Pack
from lineage.verdict.subject import known

SONAME, OPENED, BUILD, NAME, NAMED, TAG = "soname", "opened", "build", "name", "named", "tag"
NOT_BUILT, TESTED = "none", "tested_with"
_ADMITTED = frozenset({"known_artefact"})
_STATED = frozenset({"artefact", "known_artefact"})
_FILES = _STATED | {"build"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """One piece of evidence: ``library`` groups sonames; ``values`` are those it serves.

    Of a hint ``library`` is the type of its row.
    """

    grade: str
    library: str
    values: tuple[str, ...]
    text: str
    statement: int
    exclusive: bool = False
    family: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build of a release that a row knows: its value, tag and channel ("" the public index)."""

    value: str
    build: str | None
    channel: str
    statement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What binds a member to one capability, and which other builds of its release are known.

    ``bonds`` are all of one grade, the best there is; a file that is proved to hold no binary has
    none. ``hints`` are ranges and vendor rows.
    ``several`` says that the release is published once per value and nobody saw this file.
    """

    bonds: tuple[Bond, ...] = ()
    hints: tuple[Bond, ...] = ()
    builds: tuple[Build, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How much is known of the members of a content: counts of members."""

    unknown_dependencies: int
    inspected: int
    pure: int
    uninspected: int


class Bindings:
    """Bindings of members; remembered per (member's facts, capability)."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._artefacts: dict[tuple[Key, object], Artefact] = {}
        self._found: dict[tuple[Key, object, Key, frozenset[Key]], Binding] = {}
        self._looked: dict[bytes, Looked] = {}
        self._unknown = pack.held.those(lambda member: member.unknown)
        self._pure = pack.held.those(lambda member: self.artefact(member).pure)
        self._inspected = pack.held.those(self._is_inspected)
        self._files: dict[Key, tuple[tuple[str, str], ...]] = {}
        self._members: Mapping[Key, tuple[MemberFacts, ...]] | None = None
        self._built_for = _by_family(pack.view.facts.get("built_for", ()))
        self._named_channels = {
            str(fact.value["channel"])
            for name in ("built_for", "release")
            for fact in pack.view.facts.get(name, ())
            if fact.value.get("channel")
        }

    def artefact(self, member: MemberFacts) -> Artefact:
        """The member's artefact."""
        place = (member.component, member.facts)
        if place not in self._artefacts:
            self._artefacts[place] = artefact_of(self._pack, member)
        return self._artefacts[place]

    def looked(self, content: Content) -> Looked:
        """What was looked at in a content of the view, and whose dependencies nobody knows."""
        if content.digest not in self._looked:
            pure, inspected = self._pure.count(content), self._inspected.count(content)
            self._looked[content.digest] = Looked(
                unknown_dependencies=self._unknown.count(content),
                inspected=inspected,
                pure=pure,
                uninspected=len(content.members) - pure - inspected,
            )
        return self._looked[content.digest]

    def _is_inspected(self, member: MemberFacts) -> bool:
        artefact = self.artefact(member)
        return artefact.inspected and not artefact.pure

    def admitted_tags(self, member: MemberFacts) -> tuple[str, ...]:
        """The tags of other files of the release that the assembly's lock admits."""
        return tuple(tag for _, tag in tags_of(member, _ADMITTED))

    def file_tags(self, component: Key) -> tuple[tuple[str, str], ...]:
        """Every file of a release that some assembly of the view states: (channel, tag).

        A tag binds the file, not the release: that another one is there is known wherever it is
        stated; whether an assembly resolves from its channel is another question.
        """
        if component not in self._files:
            found: dict[tuple[str, str], None] = {}
            for facts in self._stated().get(component, ()):
                found.update(dict.fromkeys(tags_of(facts, _STATED)))
            self._files[component] = tuple(found)
        return self._files[component]

    def other_builds(self, component: Key, capability: Key) -> tuple[Build, ...]:
        """Builds of a release that some assembly of the view states, by the marks of their tags."""
        found: dict[Build, None] = {}
        for facts in self._stated().get(component, ()):
            artefact = self.artefact(facts)
            for mark in self._pack.marks.read("build", artefact.build) if artefact.build else ():
                if mark.capability == capability:
                    one = Build(
                        value=mark.value, build=artefact.build, channel=artefact.channel,
                        statement=mark.statement,
                    )  # fmt: skip
                    found[one] = None
        return tuple(found)

    def _stated(self) -> Mapping[Key, tuple[MemberFacts, ...]]:
        """What each member says of its files, equal words once."""
        if self._members is None:
            self._members = {}
            for key, members in self._pack.held.members.items():
                found: dict[object, MemberFacts] = {}
                for member in members:
                    files = tuple(one for one in member.facts if one[0] in _FILES)
                    if files:
                        found.setdefault(files, member)
                self._members[key] = tuple(found.values())
        return self._members

    def of(self, member: MemberFacts, capability: Key, leans_on: frozenset[Key]) -> Binding:
        """What binds the member; ``leans_on`` are the families that its active lines name."""
        place = (member.component, member.facts, capability, leans_on)
        if place not in self._found:
            self._found[place] = self._bind(member, capability, leans_on)
        return self._found[place]

    def resolves_from(self, channels: Iterable[str], channel: str) -> bool:
        """Whether one of an assembly's channels is that of a row ("" is the public index)."""
        if channel:
            return any(_is(own, channel) for own in channels)
        return any(self.is_public(own) for own in channels)

    def is_public(self, own: str) -> bool:
        """Whether a channel is a public index: no row speaks of it by a name of its own."""
        return not any(_is(own, named) for named in self._named_channels)

    def _bind(self, member: MemberFacts, capability: Key, leans_on: frozenset[Key]) -> Binding:
        artefact = self.artefact(member)
        rows = [
            fact
            for fact in self._pack.rows("built_for", member.component)
            if self._pack.capability(str(fact.value["capability"])) == capability
        ]
        own = [fact for fact in rows if _of_release(fact)]
        builds = tuple(
            Build(
                value=str(fact.value["value"]),
                build=fact.value.get("build"),
                channel=str(fact.value.get("channel") or ""),
                statement=fact.statement,
            )
            for fact in own
        )
        grades: tuple[Iterable[Bond], ...] = (
            ()
            if artefact.pure
            else (
                self._sonames(SONAME, artefact.needed, capability),
                self._sonames(OPENED, artefact.opened, capability),
                self._build(artefact, capability, builds),
                self._name(member.component, capability),
                self._named(leans_on, capability),
                self._tags(artefact, capability),
            )
        )
        bonds = next((found for grade in grades if (found := tuple(grade))), ())
        hints = tuple(self._hints(member, capability, rows, own))
        one = known(member.component)
        values = {
            str(fact.value["value"])
            for fact in (self._built_for.get(one.family, ()) if one else ())
            if self._pack.capability(str(fact.value["capability"])) == capability
        } - {NOT_BUILT}
        several = not bonds and not artefact.pure and not artefact.inspected and len(values) > 1
        return Binding(bonds=bonds, hints=hints, builds=builds, several=several)

    def _sonames(
        self, grade: str, names: Iterable[tuple[str, int]], capability: Key
    ) -> Iterator[Bond]:
        for text, statement in names:
            for one in self._pack.sonames(text):
                if one.capability == capability:
                    yield Bond(
                        grade=grade, library=one.library, values=one.values, text=text,
                        statement=statement, exclusive=True,
                    )  # fmt: skip

    def _build(
        self, artefact: Artefact, capability: Key, builds: Iterable[Build]
    ) -> Iterator[Bond]:
        if artefact.build:
            yield from _of_marks(BUILD, self._pack.marks.read("build", artefact.build), capability)
        for one in builds:
            same = one.build is None or one.build == artefact.build
            if same and self.resolves_from((artefact.channel,), one.channel):
                yield Bond(
                    grade=BUILD, library=BUILD, values=(one.value,), statement=one.statement,
                    text=f"built for {one.value}",
                )  # fmt: skip

    def _name(self, component: Key, capability: Key) -> Iterator[Bond]:
        found = known(component)
        if found:
            yield from _of_marks(NAME, self._pack.marks.read("name", found.name), capability)

    def _named(self, families: Iterable[Key], capability: Key) -> Iterator[Bond]:
        for family in sorted(families):
            found = known(family)
            for mark in self._pack.marked(family) if found else ():
                if mark.capability == capability and found:
                    yield Bond(
                        grade=NAMED, library="{}{}".format(*mark.without(found.name)),
                        values=(mark.value,), text=found.name, family=family,
                        statement=mark.statement, exclusive=mark.exclusive,
                    )  # fmt: skip

    def _tags(self, artefact: Artefact, capability: Key) -> Iterator[Bond]:
        for tag in artefact.tags:
            yield from _of_marks(TAG, self._pack.marks.read("tag", tag), capability)

    def _hints(
        self, member: MemberFacts, capability: Key, rows: list[Fact], own: list[Fact]
    ) -> Iterator[Bond]:
        for fact in rows:
            if fact not in own:
                yield _hint(fact, str(fact.value["value"]))
        for fact in self._pack.rows(TESTED, member.component):
            if self._pack.capability(str(fact.value["capability"])) == capability:
                yield _hint(fact, str(fact.value["value"]))
        for fact in self._pack.rows("requires", member.component):
            if self._pack.capability(str(fact.value["capability"])) == capability:
                yield _hint(fact, str(fact.value["range"]))


def _of_release(fact: Fact) -> bool:
    """A row about this one release; a row of a range, or from a vendor, is a hint."""
    return isinstance(fact.subject, OfComponent) and not fact.value.get("vendor")


def _by_family(facts: Iterable[Fact]) -> dict[Key, list[Fact]]:
    found: dict[Key, list[Fact]] = {}
    for fact in facts:
        match fact.subject:
            case OfComponent(key) | OfFamily(key):
                one = known(key)
                if one:
                    found.setdefault(one.family, []).append(fact)
    return found


def _hint(fact: Fact, value: str) -> Bond:
    note = str(fact.value.get("note") or "")
    words = {"built_for": "built for", "tested_with": "tested with", "requires": "needs"}
    text = f"{words[fact.name]} {value}" + (f" ({note})" if note else "")
    return Bond(
        grade="hint", library=fact.name, values=(value,), text=text, statement=fact.statement
    )


def _of_marks(grade: str, marks: Iterable[Marked], capability: Key) -> Iterator[Bond]:
    for mark in marks:
        if mark.capability == capability:
            yield Bond(
                grade=grade, library=grade, values=(mark.value,), text=mark.text,
                statement=mark.statement, exclusive=mark.exclusive,
            )  # fmt: skip


def _is(own: str, channel: str) -> bool:
    return own == channel or own.endswith(f"/{channel}")
