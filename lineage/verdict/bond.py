"""Rule 2, first half: what the bonds of a member mean for one change of a capability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lineage.model.identity import Key
from lineage.record.view import MemberFacts
from lineage.verdict.binding import (
    NAMED,
    NOT_BUILT,
    TAG,
    TESTED,
    Binding,
    Bindings,
    Bond,
    Build,
)
from lineage.verdict.contract import serves
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean
from lineage.verdict.outcome import (
    BREAKS,
    REBUILD,
    SURVIVES,
    UNDECLARED,
    UNKNOWN,
    Evidence,
    Finding,
    Fix,
)
from lineage.verdict.pack import Capability, Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.span import Span
from lineage.verdict.subject import known
from lineage.verdict.successor import newest_heir
from lineage.verdict.target import Target
from lineage.versions.scheme import Answer


class Bonds:
    """Judges bindings against one change of a capability."""

    def __init__(
        self,
        pack: Pack,
        provisions: Provisions,
        bindings: Bindings,
        target: Target,
        rule: Capability,
    ) -> None:
        self._pack = pack
        self._provisions = provisions
        self._bindings = bindings
        self._target = target
        self._rule = rule

    def judge(
        self, member: MemberFacts, leans_on: Mapping[Key, Lean], footing: Footing
    ) -> Iterator[Finding]:
        """The findings of a member's bonds and hints; nothing where it is not bound."""
        binding = self._bindings.of(member, self._rule.key, frozenset(leans_on))
        if binding.bonds:
            for found in self._bound(member, binding, footing):
                yield _placed(found, binding, leans_on)
        elif binding.several:
            yield self._finding(
                UNKNOWN, "BUILD", "published once per value, not inspected", binding.builds
            )
        yield from self._hinted(binding.hints)

    def _bound(self, member: MemberFacts, binding: Binding, footing: Footing) -> Iterator[Finding]:
        libraries: dict[str, list[Bond]] = {}
        for bond in binding.bonds:
            libraries.setdefault(bond.library, []).append(bond)
        if all(value == NOT_BUILT for one in binding.bonds for value in one.values):
            return
        held = [some for some in libraries.values() if not self._served(some)]
        old = [some for some in held if any(self._is_old(one, footing) for one in some)]
        if not held:
            both = any(self._only_old(one) for one in binding.bonds)
            text = ", ".join(dict.fromkeys(one.text for one in binding.bonds))
            how = "SHIPS_BOTH" if both else "CONTRACT"
            yield self._finding(SURVIVES, how, text, binding.bonds, Answer.YES)
        for some in old:
            text = ", ".join(dict.fromkeys(one.text for one in some))
            verdict, reason, fix = self._broken(member, binding, some, footing)
            yield self._finding(verdict, reason, text, some, Answer.NO, fix)

    def _served(self, bonds: Iterable[Bond]) -> bool:
        return any(
            serves(self._rule, value, self._target.to, exclusive=one.exclusive)
            for one in bonds
            for value in one.values
        )

    def _only_old(self, bond: Bond) -> bool:
        to = self._target.to
        return not any(
            serves(self._rule, value, to, exclusive=bond.exclusive) for value in bond.values
        )

    def _is_old(self, bond: Bond, footing: Footing) -> bool:
        """Whether it is bound to a value that goes, or to one that such a value serves."""
        if any(self._target.moves(value) for value in bond.values):
            return True
        going = [one for one, _ in footing.given(self._rule.key) if self._target.moves(one)]
        return any(
            serves(self._rule, value, Span(one, self._rule.scheme), exclusive=bond.exclusive)
            for value in bond.values
            for one in going
        )

    def _broken(
        self, member: MemberFacts, binding: Binding, bonds: list[Bond], footing: Footing
    ) -> tuple[str, str | None, Fix | None]:
        if all(one.grade == TAG for one in bonds):
            if self._other_wheel(member, footing):
                return (
                    REBUILD,
                    None,
                    Fix(action="build", key=member.component, note="another wheel of this release"),
                )
            return UNKNOWN, "BUILD", None
        others = self._other_builds(member, binding)
        for one in others:
            if self._bindings.resolves_from(footing.channels, one.channel):
                return REBUILD, None, self._build_fix(member, one)
        fix = newest_heir(self._pack, self._provisions, self._family(member), self._target)
        if fix is None and others:
            fix = self._build_fix(member, others[0])
        return BREAKS, "BOUND", fix

    def _other_builds(self, member: MemberFacts, binding: Binding) -> list[Build]:
        """Builds of its release that serve the new value: of rows first, then of the estate."""
        own = self._bindings.artefact(member).build
        rule, to, builds, any_value = self._rule, self._target.to, binding.builds, False
        if self._target.by is not None:
            rule = self._pack.rule(self._target.by)
            to = Span(self._target.by_version or "", rule.scheme)
            builds = self._bindings.of(member, rule.key, frozenset()).builds
            any_value = not self._target.by_version
        stated = self._bindings.other_builds(member.component, rule.key)
        return [
            one
            for one in (*builds, *stated)
            if one.value != NOT_BUILT
            and (any_value or serves(rule, one.value, to))
            and (one.build or "") != own
        ]

    def _build_fix(self, member: MemberFacts, build: Build) -> Fix:
        where = f" from {build.channel}" if build.channel else ""
        return Fix(
            action="build", key=member.component, note=f"build {build.build or build.value}{where}"
        )

    def _other_wheel(self, member: MemberFacts, footing: Footing) -> bool:
        for fact in self._pack.rows("release", member.component):
            channel = str(fact.value.get("channel") or "")
            tags = fact.value.get("tags") or ()
            here = self._bindings.resolves_from(footing.channels, channel)
            if here and any(self._right_tag(str(tag)) for tag in tags):
                return True
        if any(self._right_tag(tag) for tag in self._bindings.admitted_tags(member)):
            return True
        return any(
            self._right_tag(tag) and self._bindings.resolves_from(footing.channels, channel)
            for channel, tag in self._bindings.file_tags(member.component)
        )

    def _right_tag(self, tag: str) -> bool:
        marks = [
            one for one in self._pack.marks.read("tag", tag) if one.capability == self._rule.key
        ]
        return not marks or any(
            serves(self._rule, one.value, self._target.to, exclusive=one.exclusive) for one in marks
        )

    def _hinted(self, hints: Iterable[Bond]) -> Iterator[Finding]:
        """Hints at the old value; what was tested with the new one as well is no hint."""
        found = tuple(hints)
        tested = any(one.library == TESTED and not self._only_old(one) for one in found)
        for one in found:
            if tested and one.library == TESTED:
                continue
            if self._only_old(one) and any(self._target.moves(value) for value in one.values):
                yield self._finding(UNDECLARED, None, one.text, (one,))

    def _family(self, member: MemberFacts) -> Key:
        node = self._pack.view.nodes.get(member.component)
        found = known(member.component)
        return node.family if node else found.family if found else member.component

    def _finding(
        self,
        verdict: str,
        reason: str | None,
        text: str,
        bonds: Iterable[Bond | Build],
        holds: Answer = Answer.CANNOT_COMPARE,
        fix: Fix | None = None,
    ) -> Finding:
        evidence = Evidence(
            on=self._rule.key,
            holds=holds,
            bound=text,
            edge="requires",
            statements=tuple(dict.fromkeys(one.statement for one in bonds)),
        )
        return Finding(verdict=verdict, reason=reason, evidence=evidence, fix=fix)


def _placed(finding: Finding, binding: Binding, leans_on: Mapping[Key, Lean]) -> Finding:
    """A bond by the packages that lines name is about those lines, and their extra."""
    names = {one.text: one.family for one in binding.bonds if one.grade == NAMED}
    family = names.get(finding.evidence.bound or "")
    lean = leans_on.get(family) if family else None
    if lean is None:
        return finding
    evidence = replace(
        finding.evidence,
        on=lean.wish.on,
        edge=lean.wish.edge,
        extra=lean.wish.extra,
        requirement=lean.wish.text,
        statements=lean.wish.statements,
    )
    return replace(finding, evidence=evidence)
