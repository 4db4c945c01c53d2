"""The verdicts of a whole estate: every assembly judged, then across (rule 4, first half)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from lineage.graph.engine import Engine, Place
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import Content, View
from lineage.verdict.across import Across, Crossed, Steps
from lineage.verdict.binding import Bindings
from lineage.verdict.candidate import Candidates
from lineage.verdict.condition import HostCondition
from lineage.verdict.footing import Footing, Footings, Stand
from lineage.verdict.grounding import grounded
from lineage.verdict.judge import Judgement, Rules
from lineage.verdict.leaning import Leanings
from lineage.verdict.outcome import (
    BREAKS,
    NOTICE,
    REVALIDATE,
    SURVIVES,
    SWAPPED,
    UNKNOWN,
    Evidence,
    Verdict,
    breaks,
    rank,
)
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.release import Releases
from lineage.verdict.standing import beside, joined
from lineage.verdict.target import ADD, CAPABILITY, Target
from lineage.versions.scheme import Answer
from lineage.vocabulary.edges import RUNTIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict on one place and the steps that lead to it from the changed thing."""

    component: Key
    assembly: Key | None
    verdict: Verdict
    path: Steps


@dataclass(slots=True)
class Outcome:
    """What a change does to an estate: verdicts by place, and what was looked at.

    ``conditions`` are what hosts are asked for by each assembly.
    """

    judged: dict[Place, Judged] = field(default_factory=dict)
    judgements: dict[Key, Judgement] = field(default_factory=dict)
    conditions: dict[Key, tuple[HostCondition, ...]] = field(default_factory=dict)

    def put(self, place: Place, verdict: Verdict, path: Steps) -> bool:
        """Keep the worse verdict of a place; whether this one is kept."""
        old = self.judged.get(place)
        if old is not None:
            verdict = joined(old.verdict, verdict)
            if verdict is old.verdict:
                return False
            if verdict.reason == old.verdict.reason:
                path = old.path
        component, assembly = place
        self.judged[place] = Judged(
            component=component, assembly=assembly, verdict=verdict, path=path
        )
        return True


def rules_of(view: View) -> Rules:
    """What all changes of one view share; build it once per view."""
    pack = Pack(view)
    provisions = Provisions(pack)
    return Rules(
        pack=pack,
        provisions=provisions,
        footings=Footings(pack, provisions),
        bindings=Bindings(pack),
        releases=Releases(pack),
        leanings=Leanings(pack),
    )


class Estate:
    """One change over one view."""

    def __init__(
        self,
        rules: Rules,
        engine: Engine,
        at: At,
        target: Target,
        candidates: Candidates | None = None,
    ) -> None:
        self._rules = rules
        self._view = rules.pack.view
        self._target = target
        self._judge = rules.judge(target, candidates)
        self._below: dict[Key, list[Key]] | None = None
        self._carrying: dict[tuple[Key, frozenset[Key], bool], Verdict] = {}
        self._across = Across(self._view, engine, at, target.kind)

    def judge(self, within: Collection[Key] | None = None) -> Outcome:
        """The outcome; ``within`` narrows the question to these assemblies and what carries them.

        Walks the engine at the view's own position.
        """
        outcome = Outcome()
        keys = [key for key in sorted(self._view.assemblies) if within is None or key in within]
        if self._target.kind == ADD and not self._is_met(keys):
            for key in keys:
                outcome.put((key, None), _unmet(self._target), ((key, None),))
            return outcome
        for key in keys:
            self._inside(key, outcome, frozenset())
        self._outside(keys, outcome)
        for key, verdict in self._rules.compiled.beside(keys, self._target, loose=within is None):
            outcome.put((key, None), verdict, ((verdict.parent or key, None), (key, verdict.edge)))
        self._hosts(keys, outcome)
        self._carry(outcome)
        swapped = self._swapped(within)
        self._beside(outcome, swapped)
        return outcome

    def _is_met(self, keys: Collection[Key]) -> bool:
        """Whether a known release meets the requirement that is added."""
        target, view = self._target, self._view
        span = target.to
        assert span is not None
        versions = {*self._rules.pack.versions(target.key)}
        if any(span.contains(one) is Answer.YES for one in versions):
            return True
        return not span.text and any(
            member in view.families.get(target.key, ())
            for key in keys
            for member in view.assemblies[key].content.members
        )

    def _hosts(self, keys: Collection[Key], outcome: Outcome) -> None:
        """Rule 5: what the hosts of each assembly say after the change."""
        for one in grounded(self._rules, self._target, keys, outcome.judgements):
            outcome.conditions[one.key] = one.conditions
            if one.verdict is not None:
                old = outcome.judged.get((one.key, None))
                verdict = beside(old.verdict if old else None, one.verdict)
                outcome.put((one.key, None), verdict, one.path)

    def _inside(self, key: Key, outcome: Outcome, carried: frozenset[Key]) -> None:
        assembly = self._view.assemblies[key]
        judgement: Judgement | None = None
        for stand in self._rules.footings.of(assembly):
            one = self._one(key, stand, carried)
            judgement = judgement.joined(one) if judgement else one
        if judgement is None:
            return
        outcome.judgements[key] = judgement
        for member, verdict in judgement.verdicts.items():
            outcome.put((member, key), verdict, _path(member, judgement))
        broken = [one for one, said in judgement.verdicts.items() if said.verdict == BREAKS]
        if broken:
            member, runtime = _first(broken, assembly.content, judgement.verdicts)
            path = (*_path(member, judgement), (key, "contains"))
            outcome.put((key, None), self._carried(member, broken, runtime=runtime), path)

    def _carried(self, member: Key, broken: Collection[Key], *, runtime: bool) -> Verdict:
        """What an assembly gets for its broken members; the same object for the same members."""
        place = (member, frozenset(broken), runtime)
        if place not in self._carrying:
            self._carrying[place] = _carries(member, broken, runtime=runtime)
        return self._carrying[place]

    def _one(self, key: Key, stand: Stand, carried: frozenset[Key]) -> Judgement:
        assembly, compiled = self._view.assemblies[key], self._rules.compiled
        found = self._judge.judge(assembly.content, stand.footing, carried)
        verdicts = compiled.inside(assembly, stand.footing, self._target, found.verdicts)
        if verdicts is found.verdicts:
            return found
        return replace(found, reached=True, verdicts=verdicts)

    def _outside(self, keys: Collection[Key], outcome: Outcome) -> None:
        """What is no member but states lines on the capability: assemblies, and what runs on them.

        A service that is not known to run anywhere is judged with its provider unknown.
        """
        view, target = self._view, self._target
        nodes = view.nodes
        stating = {
            key
            for key, lines in view.lines.items()
            if key in nodes
            and nodes[key].kind != "framework"
            and any(line.upstream == target.key for line in lines)
        } | {
            key
            for key, one in view.assemblies.items()
            if any(edge.downstream == key for edge in one.content.outer)
        }
        for key in sorted(stating) if target.layer == CAPABILITY else ():
            below = [one for one in (key, *self._runs_on(key)) if one in view.assemblies]
            if not below or any(one in keys for one in below):
                for footing in self._footings(below):
                    content = view.assemblies[key].content if key in view.assemblies else None
                    verdict = self._judge.outside(key, content, footing)
                    if verdict is not None:
                        steps: Steps = ((target.key, None), (key, verdict.edge))
                        outcome.put((key, None), verdict, steps)
        alone = {
            key
            for key in stating - set(view.assemblies)
            if (key, None) in outcome.judged and breaks(outcome.judged[key, None].verdict)
        }
        for one in self._across.leaning(alone, contents=False, hard=True) if alone else ():
            self._place(outcome, one, BREAKS, "CARRIES")

    def _runs_on(self, key: Key) -> list[Key]:
        if self._below is None:
            self._below = {}
            for edge in self._view.edges:
                if edge.kind == "runs_on":
                    self._below.setdefault(edge.downstream, []).append(edge.upstream)
        return self._below.get(key, [])

    def _footings(self, assemblies: Iterable[Key]) -> list[Footing]:
        found = [
            stand.footing
            for key in assemblies
            for stand in self._rules.footings.of(self._view.assemblies[key])
        ]
        return found or [Footing(environment=(), channels=frozenset(), provision=())]

    def _carry(self, outcome: Outcome) -> None:
        """Carry what breaks outward until nothing more breaks."""
        started: set[Key] = set()
        inside: dict[Key, frozenset[Key]] = {}
        while True:
            broken = {
                key
                for (key, assembly), one in outcome.judged.items()
                if assembly is None and breaks(one.verdict) and key in self._view.assemblies
            } - started
            if not broken:
                return
            started |= broken
            for one in self._across.carried(broken):
                component, assembly = one.place
                if assembly is None:
                    if one.steps:
                        self._place(outcome, one, BREAKS, "CARRIES")
                elif assembly in outcome.judgements:
                    inside[assembly] = inside.get(assembly, frozenset()) | {component}
                    self._inside(assembly, outcome, inside[assembly])

    def _place(self, outcome: Outcome, crossed: Crossed, verdict: str, reason: str | None) -> None:
        origin = outcome.judged.get(crossed.origin)
        before = origin.path if origin else ((crossed.origin[0], None),)
        outcome.put(crossed.place, *crossed.verdict(before, verdict, reason))

    def _swapped(self, within: Collection[Key] | None) -> set[Key]:
        """Components that change everywhere: those that no assembly holds are items themselves."""
        if within is not None or self._target.layer == CAPABILITY:
            return set()
        view, target = self._view, self._target
        return {
            key
            for key in (*view.families.get(target.key, ()), target.key)
            if key in view.nodes
            and (target.moves(view.nodes[key].version or "") or not view.nodes[key].version)
        }

    def _beside(self, outcome: Outcome, swapped: set[Key]) -> None:
        across = self._across
        softer: list[Crossed] = []
        harder: list[Crossed] = []
        if swapped:
            contents = not self._is_ruled()
            if self._target.kind == "remove":
                harder += across.leaning(swapped, contents=False, hard=True)
            softer += across.leaning(swapped, contents=contents, hard=False)
            softer += across.made_with(swapped)
        for one in harder:
            self._place(outcome, one, BREAKS, "CARRIES")
        broken = {
            key
            for (key, assembly), one in outcome.judged.items()
            if assembly is None and breaks(one.verdict)
        }
        softer += across.made_with(broken)
        for one in softer:
            if one.place not in outcome.judged:
                self._place(outcome, one, REVALIDATE, None)
        held = {component for component, assembly in outcome.judged if assembly is not None}
        linked = {key for edge in self._view.edges for key in (edge.downstream, edge.upstream)}
        alone = {key for key in swapped - held if _is_here(self._view, linked, key)}
        for key in alone:
            made = Verdict(verdict=SWAPPED, rank=rank(SWAPPED, None))
            outcome.put((key, None), made, ((key, None),))
        touched = {
            key
            for (key, assembly), one in outcome.judged.items()
            if assembly is None and one.verdict.verdict != SURVIVES
        } | alone
        for one in across.noticed(touched):
            if one.place not in outcome.judged:
                self._place(outcome, one, NOTICE, None)

    def _is_ruled(self) -> bool:
        """Whether rules 1 and 2 speak of the changed thing: software, inside its assemblies."""
        nodes = self._view.nodes
        keys = (*self._view.families.get(self._target.key, ()), self._target.key)
        return all(nodes[key].kind == "framework" for key in keys if key in nodes)


def _path(member: Key, judgement: Judgement) -> Steps:
    """From what changed to a member, each step over the evidence that decides."""
    steps: list[tuple[Key, str | None]] = []
    seen: set[Key] = set()
    key: Key | None = member
    while key is not None and key not in seen:
        seen.add(key)
        verdict = judgement.verdicts.get(key)
        parent = verdict.parent if verdict else None
        steps.append((key, verdict.edge if verdict and parent else None))
        key = parent
    return tuple(reversed(steps))


def _first(
    broken: Iterable[Key], content: Content, verdicts: Mapping[Key, Verdict]
) -> tuple[Key, bool]:
    """The member that an assembly breaks by: runtime first, the worst, what most wait for."""
    waiting = waits(verdicts)
    other, _, _, member = min(
        (content.members[one].dependency_scope not in (RUNTIME, ""), verdicts[one].rank,
         -waiting.get(one, 0), one)
        for one in broken
    )  # fmt: skip
    return member, not other


def waits(verdicts: Mapping[Key, Verdict]) -> dict[Key, int]:
    """How many members wait for each broken one."""
    found: dict[Key, int] = {}
    for verdict in verdicts.values():
        for key in verdict.waits_for:
            found[key] = found.get(key, 0) + 1
    return found


def _carries(member: Key, broken: Collection[Key], *, runtime: bool) -> Verdict:
    name, reason = (BREAKS, "CARRIES") if runtime else (NOTICE, None)
    others = sorted(key for key in broken if key != member)
    return Verdict(
        verdict=name,
        reason=reason,
        because=tuple(Evidence(on=key, edge="contains") for key in (member, *others)),
        parent=member,
        edge="contains",
        rank=rank(name, reason),
    )


def _unmet(target: Target) -> Verdict:
    """UNKNOWN/TARGET on an assembly: no known release meets what is added to it."""
    text = target.to.text if target.to else ""
    evidence = Evidence(on=target.key, requirement=text, holds=Answer.CANNOT_COMPARE)
    return Verdict(
        verdict=UNKNOWN, reason="TARGET", because=(evidence,), rank=rank(UNKNOWN, "TARGET"),
        known=0,
    )  # fmt: skip


def _is_here(view: View, linked: Collection[Key], key: Key) -> bool:
    """Whether somebody here speaks of it; a release that only the pack knows is not here."""
    return key in linked or key in view.assemblies or key in view.values
