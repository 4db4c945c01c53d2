"""Rules 1 to 3 on one assembly: per (content, footing, change), each judged once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lineage.model.identity import Key
from lineage.record.view import Content, MemberFacts
from lineage.verdict.arrival import Arrivals
from lineage.verdict.binding import Bindings
from lineage.verdict.candidate import Candidates, Round
from lineage.verdict.contract import covers
from lineage.verdict.crossing import kinds
from lineage.verdict.engine import Compiled
from lineage.verdict.fixpoint import settle, spread, with_more
from lineage.verdict.follow import Following
from lineage.verdict.footing import Footing, Footings
from lineage.verdict.hosted import Hosted
from lineage.verdict.leaning import Lean, Leaning, Leanings, appearing
from lineage.verdict.line import admits, judge, violated
from lineage.verdict.marker import Environment, after
from lineage.verdict.moving import Moved, Moving
from lineage.verdict.narrow import Narrow
from lineage.verdict.offer import Offers
from lineage.verdict.outcome import BREAKS, Evidence, Finding, Verdict, worse
from lineage.verdict.own import Members
from lineage.verdict.pack import Pack
from lineage.verdict.provision import RUNTIME, Provisions
from lineage.verdict.release import Releases
from lineage.verdict.renamed import Renamed
from lineage.verdict.span import head
from lineage.verdict.target import ADD, CAPABILITY, REMOVE, REPLACE, Target, release_in
from lineage.versions.scheme import Answer
from lineage.vocabulary.edges import RUNTIME as RUNTIME_SCOPE

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
    leanings: Leanings
    judges: OrderedDict[tuple[object, ...], Judge] = field(default_factory=OrderedDict)
    hosting: list[Hosted] = field(default_factory=list)
    compiling: list[Compiled] = field(default_factory=list)

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

    def lay_out(self) -> None:
        """Make now what every change needs, and its first question would make otherwise.

        Where assemblies stand, who leans on whom in them, and what releases are known.
        """
        view, needs = self.pack.view, self.hosted.needs
        for assembly in view.assemblies.values():
            self.bindings.looked(assembly.content)
            needs.present(assembly.content)
            for stand in self.footings.of(assembly):
                self.leaning(assembly.content, stand.footing.environment, changed=False)
        for family in view.families:
            self.releases.of(family)

    def leaning(self, content: Content, environment: Environment, *, changed: bool) -> Leaning:
        """The leans of a content; remembered."""
        return self.leanings.of(content, environment, changed=changed)


class Judge:
    """Judges contents on footings for one change."""

    def __init__(self, rules: Rules, target: Target, candidates: Candidates | None = None) -> None:
        self._rules = rules
        self._target = target
        self._memo: dict[tuple[bytes, bytes, frozenset[Key]], Judgement] = {}
        self._going = rules.pack.held.those(lambda member: self._is_swapped(member.component))
        self._near: dict[Key, tuple[bool, Key]] = {}
        self._here: dict[bytes, tuple[bool, bool]] = {}
        self._carry = kinds(target.kind, "CARRIES")
        self._renamed = Renamed(rules.pack, rules.provisions, target)
        narrow = Narrow(target)
        offers = Offers(
            rules.pack, rules.provisions, rules.bindings, rules.releases, self._renamed, target,
            self._line, narrow,
        )  # fmt: skip
        self._members = Members(
            rules.pack, rules.provisions, rules.bindings, self._renamed, target, self._line,
            narrow,
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
        target = self._target
        swapped = self._swapped(content)
        provided = True
        if target.layer == CAPABILITY and target.capability:
            provided, here = self._comes_to(footing)
        else:
            here = bool(swapped) or (target.kind == ADD and not self._is_member(content))
        if not here and not carried:
            return Judgement(
                reached=False, provided=provided, verdicts={}, members=len(content.members)
            )
        changed = after(footing.environment, target)
        environment = footing.environment if changed is None else changed
        leans = self._rules.leaning(content, environment, changed=changed is not None)
        own = self._members.of(content, footing, leans, swapped, here=here)
        more: dict[Key, list[Finding]] = {}
        if changed is not None:
            for key, found in self._turned_on(content, footing.environment, changed):
                more.setdefault(key, []).append(found)
        for key in carried:
            more.setdefault(key, []).append(_carried(key, "contains"))
        for key, some in more.items():
            own[key] = with_more(own.get(key), some)
        start = Round(
            content=content, footing=footing, target=target, leans=leans,
            gone=frozenset(swapped), broken=frozenset(), verdicts={},
        )  # fmt: skip
        verdicts, moved = spread(
            own, start, self._candidates, self._moving if here else None, self._carry
        )
        looked = self._rules.bindings.looked(content)
        return Judgement(
            reached=bool(verdicts),
            provided=provided,
            verdicts=verdicts,
            members=len(content.members),
            unknown_dependencies=looked.unknown_dependencies,
            inspected=looked.inspected,
            pure=looked.pure,
            uninspected=looked.uninspected,
            moved=moved,
        )

    def _comes_to(self, footing: Footing) -> tuple[bool, bool]:
        """Whether somebody provides the capability there, and whether the change comes there."""
        if footing.digest not in self._here:
            given = [value for value, _ in footing.given(self._target.key)]
            here = not given or any(self._target.moves(value) for value in given)
            self._here[footing.digest] = (bool(given), here)
        return self._here[footing.digest]

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

    def _swapped(self, content: Content) -> list[Key]:
        """Those that change themselves; runtimes first: a line on one decides before others."""
        going = [one.component for one in self._going.of(content)]
        for key in going:
            if key not in self._near:
                self._near[key] = self._nearness(key)
        return sorted(going, key=self._near.__getitem__)

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
        before: Environment,
        changed: Environment,
    ) -> Iterator[tuple[Key, Finding]]:
        """Lines that the change turns on and that the members as they are do not meet."""
        nodes = self._rules.pack.view.nodes
        for lean in appearing(self._rules.pack, content, before, changed):
            node = nodes.get(lean.wish.on)
            if node and node.version and admits(lean.wish.lines, node.version) is Answer.NO:
                yield lean.downstream, violated(lean.wish)

    def _nearness(self, component: Key) -> tuple[bool, Key]:
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


def _carried(on: Key, edge: str) -> Finding:
    return Finding(verdict=BREAKS, reason="CARRIES", evidence=Evidence(on=on, edge=edge))
