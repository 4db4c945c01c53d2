"""Rules 1 to 3 on one assembly: per (content, footing, change), each judged once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lineage.model.identity import Key
from lineage.record.view import Content, MemberFacts
from lineage.verdict.arrival import Arrivals
from lineage.verdict.binding import Bindings
from lineage.verdict.bond import Bonds
from lineage.verdict.candidate import Candidates, Round
from lineage.verdict.contract import covers
from lineage.verdict.crossing import kinds
from lineage.verdict.engine import Compiled
from lineage.verdict.fixpoint import merged, settle, spread
from lineage.verdict.follow import Following
from lineage.verdict.footing import Footing, Footings
from lineage.verdict.hosted import Hosted
from lineage.verdict.leaning import RUNTIME_SCOPE, Lean, Leaning, Shared, appearing, leaning
from lineage.verdict.line import admits, judge, violated
from lineage.verdict.marker import after
from lineage.verdict.moving import Moved, Moving
from lineage.verdict.offer import Offers
from lineage.verdict.outcome import BREAKS, NOTICE, Evidence, Finding, Verdict, worse
from lineage.verdict.pack import Capability, Pack
from lineage.verdict.provision import RUNTIME, Provisions
from lineage.verdict.release import Releases
from lineage.verdict.renamed import Renamed
from lineage.verdict.span import head
from lineage.verdict.target import ADD, CAPABILITY, REMOVE, REPLACE, Target, release_in
from lineage.versions.scheme import Answer

KEPT = 16
"""How many changes of one view are remembered with their judgements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a change does inside one assembly.

    ``verdicts`` holds the members that it reaches; the others are untouched. ``reached`` is false
    where the change does not come here at all, ``provided`` where nobody provides the capability.
    ``moved`` is what comes along (None where the change does not come here).
    """

    reached: bool
    provided: bool
    verdicts: Mapping[Key, Verdict]
    members: int
    unknown_dependencies: int = 0
    inspected: int = 0
    pure: int = 0
    uninspected: int = 0
    moved: Moved | None = None

    @property
    def untouched(self) -> int:
        """How many members the change does not reach."""
        return self.members - len(self.verdicts)

    def joined(self, other: Judgement) -> Judgement:
        """On several stands the worst verdict of each member counts."""
        verdicts: dict[Key, Verdict] = dict(self.verdicts)
        for key, verdict in other.verdicts.items():
            verdicts[key] = worse(verdicts.get(key), verdict) or verdict
        return replace(
            other,
            reached=self.reached or other.reached,
            provided=self.provided and other.provided,
            verdicts=verdicts,
            moved=self.moved or other.moved,
        )


@dataclass(slots=True)
class Rules:
    """What all changes of one view share."""

    pack: Pack
    provisions: Provisions
    footings: Footings
    bindings: Bindings
    releases: Releases
    leanings: dict[tuple[bytes, object], Leaning] = field(default_factory=dict)
    judges: OrderedDict[tuple[object, ...], Judge] = field(default_factory=OrderedDict)
    hosting: list[Hosted] = field(default_factory=list)
    compiling: list[Compiled] = field(default_factory=list)
    leans: Shared = field(default_factory=dict)

    @property
    def hosted(self) -> Hosted:
        """What stands on which hosts."""
        if not self.hosting:
            self.hosting.append(Hosted(self.pack, self.provisions))
        return self.hosting[0]

    @property
    def compiled(self) -> Compiled:
        """The compiled models, and what they are bound to."""
        if not self.compiling:
            found = Compiled(self.pack, self.provisions, self.footings, self.hosted)
            self.compiling.append(found)
        return self.compiling[0]

    def judge(self, target: Target, candidates: Candidates | None = None) -> Judge:
        """The judge of a change; the last few keep what they judged."""
        place = (target.identity, type(candidates))
        found = self.judges.get(place) or Judge(self, target, candidates)
        self.judges[place] = found
        self.judges.move_to_end(place)
        while len(self.judges) > KEPT:
            self.judges.popitem(last=False)
        return found

    def leaning(
        self, content: Content, environment: tuple[tuple[str, str], ...], *, changed: bool
    ) -> Leaning:
        """The leans of a content; remembered."""
        matters = changed or any(one.unknown for one in content.members.values())
        place = (content.digest, environment if matters else None)
        if place not in self.leanings:
            self.leanings[place] = leaning(
                self.pack, content, environment, changed=changed, shared=self.leans
            )
        return self.leanings[place]


class Judge:
    """Judges contents on footings for one change."""

    def __init__(self, rules: Rules, target: Target, candidates: Candidates | None = None) -> None:
        self._rules = rules
        self._target = target
        self._memo: dict[tuple[bytes, bytes, frozenset[Key]], Judgement] = {}
        self._quiet: dict[tuple[Key, object], bool] = {}
        self._marked: dict[Key, bool] = {}
        self._carry = kinds(target.kind, "CARRIES")
        self._renamed = Renamed(rules.pack, rules.provisions, target)
        offers = Offers(
            rules.pack, rules.provisions, rules.bindings, rules.releases, self._renamed, target,
            self._line,
        )  # fmt: skip
        self._candidates = candidates or Following(rules.pack, offers, target)
        arrivals = Arrivals(rules.pack, rules.provisions, rules.releases, target)
        self._moving = Moving(rules.pack, rules.bindings, arrivals, target)

    def judge(
        self, content: Content, footing: Footing, carried: frozenset[Key] = frozenset()
    ) -> Judgement:
        """The judgement; twins share it.

        ``carried`` are members that break by themselves: they are assemblies or run somewhere.
        """
        place = (content.digest, footing.digest, carried)
        if place not in self._memo:
            self._memo[place] = self._judge(content, footing, carried)
        return self._memo[place]

    def _judge(self, content: Content, footing: Footing, carried: frozenset[Key]) -> Judgement:
        target, rule = self._target, self._target.capability
        swapped = sorted(filter(self._is_swapped, content.members), key=self._nearness)
        provided = True
        if target.layer == CAPABILITY and rule:
            given = [value for value, _ in footing.given(rule.key)]
            provided = bool(given)
            here = not provided or any(target.moves(value) for value in given)
        else:
            here = bool(swapped) or (target.kind == ADD and not self._is_member(content))
        if not here and not carried:
            return Judgement(
                reached=False, provided=provided, verdicts={}, members=len(content.members)
            )
        changed = after(footing.environment, target)
        environment = footing.environment if changed is None else changed
        leans = self._rules.leaning(content, environment, changed=changed is not None)
        gone = frozenset(swapped)
        findings: dict[Key, list[Finding]] = {}
        for key in swapped:
            for lean in leans.up.get(key, ()):
                if lean.downstream not in gone and lean.downstream in content.members:
                    found = self._line(lean, leans)
                    findings.setdefault(lean.downstream, []).append(_scoped(lean, found))
        if here and target.layer == CAPABILITY and rule:
            for key, some in self._bound(rule, content, footing, leans, gone):
                findings[key] = merged(findings.get(key, []), some)
        if changed is not None:
            for key, found in self._turned_on(content, footing.environment, changed):
                findings.setdefault(key, []).append(found)
        for key in carried:
            findings.setdefault(key, []).append(_carried(key, "contains"))
        start = Round(
            content=content, footing=footing, target=target, leans=leans, gone=gone,
            broken=frozenset(), verdicts={},
        )  # fmt: skip
        verdicts, moved = spread(
            findings, start, self._candidates, self._moving if here else None, self._carry
        )
        return replace(self._counted(content, verdicts, provided=provided), moved=moved)

    def outside(self, key: Key, content: Content | None, footing: Footing) -> Verdict | None:
        """The verdict on what is no member (a service, an image) for its lines on the capability.

        None where it states none, or stands on values that the change leaves.
        """
        rule = self._target.capability
        if self._target.layer != CAPABILITY or rule is None:
            return None
        given = [value for value, _ in footing.given(rule.key)]
        if given and not any(self._target.moves(value) for value in given):
            return None
        alone = MemberFacts(
            component=key, direct="unknown", requirements=(), extras=(), unknown=False,
            dependency_scope=RUNTIME_SCOPE, facts=(),
        )  # fmt: skip
        leans = Leaning()
        if content is not None:
            leans = self._rules.leaning(content, footing.environment, changed=False)
        return settle(self._renamed.demands(alone, footing, leans))

    def _counted(
        self, content: Content, verdicts: Mapping[Key, Verdict], *, provided: bool
    ) -> Judgement:
        artefacts = [self._rules.bindings.artefact(one) for one in content.members.values()]
        pure = sum(1 for one in artefacts if one.pure)
        inspected = sum(1 for one in artefacts if one.inspected and not one.pure)
        return Judgement(
            reached=bool(verdicts),
            provided=provided,
            verdicts=verdicts,
            members=len(content.members),
            unknown_dependencies=sum(1 for one in content.members.values() if one.unknown),
            inspected=inspected,
            pure=pure,
            uninspected=len(artefacts) - pure - inspected,
        )

    def _is_swapped(self, component: Key) -> bool:
        target = self._target
        if target.layer == CAPABILITY:
            return any(
                target.moves(one.value)
                for one in self._rules.provisions.given(component, target.key)
            )
        node = self._rules.pack.view.nodes.get(component)
        if node is None or node.family != target.key:
            return False
        if not node.version:
            return not target.named_source
        return target.moves(node.version)

    def _is_member(self, content: Content) -> bool:
        families = self._rules.pack.view.families.get(self._target.key, ())
        return any(key in content.members for key in families)

    def _turned_on(
        self,
        content: Content,
        before: tuple[tuple[str, str], ...],
        changed: tuple[tuple[str, str], ...],
    ) -> Iterator[tuple[Key, Finding]]:
        """Lines that the change turns on and that the members as they are do not meet."""
        nodes = self._rules.pack.view.nodes
        for lean in appearing(self._rules.pack, content, before, changed):
            node = nodes.get(lean.wish.on)
            if node and node.version and admits(lean.wish.lines, node.version) is Answer.NO:
                yield lean.downstream, violated(lean.wish)

    def _nearness(self, component: Key) -> tuple[bool, Key]:
        """Runtimes first: a line on one decides before a line on a library."""
        given = self._rules.provisions.given(component, self._target.key)
        return all(one.role != RUNTIME for one in given), component

    def _line(self, lean: Lean, leans: Leaning) -> Finding:
        """A lean on what is swapped."""
        target = self._target
        if target.kind == REPLACE:
            return self._replaced(lean)
        if target.kind == REMOVE:
            return violated(lean.wish)
        if target.layer == CAPABILITY:
            return self._renamed.judge(lean, leans)
        node = self._rules.pack.view.nodes.get(lean.wish.on)
        rule = target.capability
        assert target.to is not None
        present = head(node.version or "", 2) if node else ""
        covered = rule is not None and covers(rule, present, target.to)
        versions = release_in(target.to, self._rules.pack.versions(target.key))
        return judge(lean.wish, versions, target.to, covered=covered)

    def _replaced(self, lean: Lean) -> Finding:
        """A line on the old holds only over succeeds or same_as, by what takes its place."""
        target, pack = self._target, self._rules.pack
        heir = target.by == target.key or any(
            one.family == target.by and one.onward for one in pack.successors(target.key)
        )
        if not heir or target.by is None:
            return violated(lean.wish)
        versions = (target.by_version,) if target.by_version else pack.versions(target.by)
        if not versions:
            return judge(lean.wish, (), None, covered=False)
        return judge(lean.wish, versions, None, covered=False)

    def _bound(
        self,
        rule: Capability,
        content: Content,
        footing: Footing,
        leans: Leaning,
        gone: frozenset[Key],
    ) -> Iterator[tuple[Key, list[Finding]]]:
        """What binds, hints or requires, member by member."""
        shared = self._rules
        bonds = Bonds(shared.pack, shared.provisions, shared.bindings, self._target, rule)
        for key, member in content.members.items():
            if key in gone:
                continue
            speaks = key in leans.on_capabilities or self._names_marked(rule, leans, key)
            if not speaks and self._is_quiet(rule, member):
                continue
            named = self._named(leans, key)
            found = list(bonds.judge(member, named, footing))
            found += self._renamed.demands(member, footing, leans)
            found += self._renamed.hints(member, named, footing)
            if found:
                yield key, found

    def _is_quiet(self, rule: Capability, member: MemberFacts) -> bool:
        """Whether neither its artefact nor any of its lines speaks of the capability."""
        place = (member.component, member.facts)
        if place not in self._quiet:
            binding = self._rules.bindings.of(member, rule.key, frozenset())
            self._quiet[place] = not (
                binding.bonds
                or binding.hints
                or binding.several
                or self._renamed.speaks(member.component)
            )
        return self._quiet[place]

    def _names_marked(self, rule: Capability, leans: Leaning, key: Key) -> bool:
        """Whether an active line of a member names a family with a mark of the capability."""
        marked = self._marked
        for lean in leans.down.get(key, ()):
            on = lean.wish.on
            if on not in marked:
                marked[on] = self._is_marked(rule, on)
            if marked[on] and lean.runtime and lean.declared:
                return True
        return False

    def _is_marked(self, rule: Capability, component: Key) -> bool:
        node = self._rules.pack.view.nodes.get(component)
        if node is None:
            return False
        return any(one.capability == rule.key for one in self._rules.pack.marked(node.family))

    def _named(self, leans: Leaning, key: Key) -> dict[Key, Lean]:
        """The families that the member's active lines name, and the lean on each."""
        nodes = self._rules.pack.view.nodes
        return {
            nodes[lean.wish.on].family: lean
            for lean in leans.down.get(key, ())
            if lean.wish.on in nodes and lean.runtime and lean.declared
        }


def _carried(on: Key, edge: str) -> Finding:
    return Finding(verdict=BREAKS, reason="CARRIES", evidence=Evidence(on=on, edge=edge))


def _scoped(lean: Lean, finding: Finding) -> Finding:
    """A finding over a lean that is not in runtime scope is a NOTICE."""
    if lean.runtime:
        return finding
    return Finding(verdict=NOTICE, reason=None, evidence=finding.evidence)
