"""Lines on providers of a capability that changes: the same family later on, or a renamed one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from lineage.model.claim import Requirement
from lineage.model.identity import Key, at_version
from lineage.record.view import Line, MemberFacts
from lineage.verdict.contract import covers, serves
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean, Leaning
from lineage.verdict.line import Wish, admits, judge, meets, satisfied, violated
from lineage.verdict.marker import active
from lineage.verdict.outcome import BREAKS, SURVIVES, UNDECLARED, UNKNOWN, Evidence, Finding, Fix
from lineage.verdict.pack import Capability, Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.subject import known
from lineage.verdict.successor import heir_versions, heirs, versions_at
from lineage.verdict.target import Target
from lineage.versions.scheme import Answer

OLD, NEW = "old", "new"


class Renamed:
    """Judges lines on what a capability change swaps; remembers what families mean for it."""

    def __init__(self, pack: Pack, provisions: Provisions, target: Target) -> None:
        self._pack = pack
        self._provisions = provisions
        self._target = target
        self._rule = target.capability or Capability(key=target.key)
        self._own: dict[Key, tuple[str, ...]] = {}
        self._heirs: dict[Key, tuple[tuple[Key, str], ...]] = {}
        self._concerned: dict[Key, bool] = {}
        self._takers: dict[Key, frozenset[Key]] = {}
        self._gone: dict[Key, bool] = {}
        self._sides: dict[tuple[Key, str, str], str | None] = {}

    def judge(self, lean: Lean, leans: Leaning) -> Finding:
        """The finding of a lean on a swapped provider."""
        found = self._judge(lean, leans)
        if found.verdict == BREAKS and found.fix is None and found.evidence.extra:
            return replace(found, fix=self._other_extra(lean.downstream, found.evidence.extra))
        return found

    def _judge(self, lean: Lean, leans: Leaning) -> Finding:
        wish, target = lean.wish, self._target
        family = self._family(wish.on)
        given = self._provisions.given(wish.on, target.key)
        covered = any(covers(self._rule, one.value, target.to) for one in given)
        own = self._own_versions(family)
        if own:
            return judge(wish, own, None, covered=covered)
        others = self._heir_versions(family)
        if self._names_heir(lean, family, leans):
            return self._finding(SURVIVES, "SHIPS_BOTH", wish, Answer.YES)
        version_is_value = any(one.rule == "version" for one in given)
        if others:
            answers = {admits(wish.lines, version) for _, version in others}
            if Answer.YES in answers:
                return self._bound(wish, family, admitted=True)
            if Answer.CANNOT_COMPARE in answers:
                return self._finding(UNKNOWN, "TARGET", wish, Answer.CANNOT_COMPARE)
            return violated(wish, tuple(version for _, version in others))
        span = target.to if version_is_value else None
        if self._is_renamed(family):
            if span and meets(wish.lines, span) is Answer.NO:
                return violated(wish, (), span)
            return self._bound(wish, family, admitted=False)
        return judge(wish, (), span, covered=covered)

    def demands(self, member: MemberFacts, footing: Footing, leans: Leaning) -> Iterator[Finding]:
        """Lines on the capability itself, from the assembly or from everywhere."""
        target = self._target
        stated = [
            (line, lean.wish.edge, lean.wish.statements)
            for lean in leans.on_capabilities.get(member.component, ())
            if self._pack.family(lean.wish.on) == target.key
            for line in lean.wish.lines
        ]
        wide = [
            (line.requirement, line.kind, (line.statement,))
            for line in self._pack.lines(member.component)
            if self._pack.family(line.upstream) == target.key
            and active(line.requirement, footing.environment, member.extras)
        ]
        found = {line: (edge, said) for line, edge, said in (*wide, *stated)}
        if not found:
            return
        edge, _ = next(iter(found.values()))
        wish = Wish(
            on=target.key,
            lines=tuple(found),
            edge=edge,
            statements=tuple(one for _, said in found.values() for one in said),
        )
        if target.to is None:
            yield self._of_heir(wish)
            return
        going = [value for value, _ in footing.given(target.key) if target.moves(value)]
        covered = any(covers(self._rule, value, target.to) for value in going)
        if target.to.bare and meets(wish.lines, target.to) is Answer.YES:
            yield satisfied(wish, covered=covered)
        else:
            yield judge(wish, (), target.to, covered=covered)

    def _of_heir(self, wish: Wish) -> Finding:
        """A line on a capability that goes: it holds only over what succeeds it, by row."""
        target = self._target
        heirs_of = (one.family for one in self._pack.successors(target.key) if one.onward)
        if target.by is None or target.by not in heirs_of:
            return violated(wish)
        versions = (target.by_version,) if target.by_version else ()
        return judge(wish, versions, None, covered=False)

    def hints(
        self, member: MemberFacts, named: Collection[Key], footing: Footing
    ) -> Iterator[Finding]:
        """Inactive lines that name the old value: UNDECLARED, unless the new one is named too."""
        old: list[Line] = []
        new: list[Line] = []
        for line in self._pack.lines(member.component):
            family = self._pack.family(line.upstream)
            if family in named or active(line.requirement, footing.environment, member.extras):
                continue
            side = self.side(family, line.requirement)
            if side == OLD:
                old.append(line)
            elif side == NEW:
                new.append(line)
        if old:
            first = old[0]
            evidence = Evidence(
                on=self._pack.family(first.upstream),
                requirement=first.requirement.raw,
                holds=Answer.CANNOT_COMPARE,
                edge=first.kind,
                statements=(first.statement,),
            )
            if new:
                yield Finding(verdict=SURVIVES, reason="SHIPS_BOTH", evidence=evidence)
            else:
                yield Finding(verdict=UNDECLARED, reason=None, evidence=evidence)

    def speaks(self, component: Key) -> bool:
        """Whether some declared line of a component is about the capability or its providers."""
        for line in self._pack.lines(component):
            family = self._pack.family(line.upstream)
            if family == self._target.key or self.side(family, line.requirement):
                return True
        return False

    def concerns(self, family: Key) -> bool:
        """Whether a line on the family is a line on what changes: it gives the capability."""
        if family not in self._concerned:
            self._concerned[family] = any(
                one.capability == self._target.key for one in self._pack.marked(family)
            ) or any(
                self._provisions.given(at_version(family, version), self._target.key)
                for version in self._pack.versions(family)
            )
        return self._concerned[family]

    def is_new(self, family: Key, wishes: Collection[Requirement]) -> bool:
        """Whether lines on a provider ask for the new value, be their versions known or not."""
        target = self._target
        if target.to is None:
            return False
        marks = [one.value for one in self._pack.marked(family) if one.capability == target.key]
        given = [
            one
            for version in self._pack.versions(family)
            for one in self._provisions.given(at_version(family, version), target.key)
        ]
        values = marks + [one.value for one in given]
        if values and not any(target.moves(value) for value in values):
            return any(serves(self._rule, value, target.to) for value in values)
        numbered = bool(given) and not marks and all(one.rule == "version" for one in given)
        return numbered and meets(wishes, target.to) is Answer.YES

    def side(self, family: Key, line: Requirement) -> str | None:
        """Whether a line on a family names the old value, the new one, or neither."""
        place = (family, line.raw, line.scheme)
        if place not in self._sides:
            self._sides[place] = self._read_side(family, line)
        return self._sides[place]

    def _read_side(self, family: Key, line: Requirement) -> str | None:
        target = self._target
        marks = [one for one in self._pack.marked(family) if one.capability == target.key]
        values = [one.value for one in marks]
        if not values:
            values = [
                one.value
                for version in self._pack.versions(family)
                if admits((line,), version) is Answer.YES
                for one in self._provisions.given(at_version(family, version), target.key)
            ]
        if any(serves(self._rule, value, target.to) for value in values):
            return NEW
        if any(target.moves(value) for value in values):
            return OLD
        return None

    def _other_extra(self, component: Key, extra: str) -> Fix | None:
        for line in self._pack.lines(component):
            other = line.requirement.extra
            if other and other != extra:
                family = self._pack.family(line.upstream)
                if self.side(family, line.requirement) == NEW:
                    return Fix(
                        action="extra", key=component, note=f"[{other}] instead of [{extra}]"
                    )
        return None

    def _family(self, component: Key) -> Key:
        node = self._pack.view.nodes.get(component)
        found = known(component)
        return node.family if node else found.family if found else component

    def _own_versions(self, family: Key) -> tuple[str, ...]:
        if family not in self._own:
            self._own[family] = versions_at(self._pack, self._provisions, family, self._target)
        return self._own[family]

    def _heir_versions(self, family: Key) -> tuple[tuple[Key, str], ...]:
        if family not in self._heirs:
            self._heirs[family] = tuple(
                (heir.family, version)
                for heir in heirs(self._pack, family, self._target)
                for version in heir_versions(self._pack, self._provisions, heir, self._target)
            )
        return self._heirs[family]

    def _names_heir(self, lean: Lean, family: Key, leans: Leaning) -> bool:
        """Whether the counterpart of the other value is named by an active line too."""
        if family not in self._takers:
            self._takers[family] = frozenset(
                one.family for one in heirs(self._pack, family, self._target)
            )
        others = self._takers[family]
        return bool(others) and any(
            self._family(one.wish.on) in others for one in leans.down.get(lean.downstream, ())
        )

    def _is_renamed(self, family: Key) -> bool:
        if family not in self._gone:
            self._gone[family] = self._names_old(family)
        return self._gone[family]

    def _names_old(self, family: Key) -> bool:
        target = self._target
        if heirs(self._pack, family, target):
            return True
        return any(
            one.capability == target.key
            and not serves(self._rule, one.value, target.to, exclusive=one.exclusive)
            for one in self._pack.marked(family)
        )

    def _bound(self, wish: Wish, family: Key, *, admitted: bool) -> Finding:
        """The line may hold by number; still it names the old distribution."""
        found = known(family)
        evidence = Evidence(
            on=wish.on,
            requirement=wish.text,
            holds=Answer.YES if admitted else Answer.CANNOT_COMPARE,
            bound=found.name if found else family,
            extra=wish.extra,
            edge=wish.edge,
            statements=wish.statements,
        )
        return Finding(verdict=BREAKS, reason="BOUND", evidence=evidence)

    def _finding(self, verdict: str, reason: str | None, wish: Wish, holds: Answer) -> Finding:
        evidence = Evidence(
            on=wish.on,
            requirement=wish.text,
            holds=holds,
            edge=wish.edge,
            statements=wish.statements,
        )
        return Finding(verdict=verdict, reason=reason, evidence=evidence)
