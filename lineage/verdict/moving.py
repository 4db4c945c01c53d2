"""Rule 4: what the new release itself requires moves, enters, leaves and forbids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.arrival import Arrival, Arrivals
from lineage.verdict.binding import Bindings
from lineage.verdict.candidate import Round
from lineage.verdict.coming import Coming, company
from lineage.verdict.extra import Lines, instead, other_extra
from lineage.verdict.fix import together
from lineage.verdict.leaning import Lean
from lineage.verdict.line import admits
from lineage.verdict.offer import environment_after, pin
from lineage.verdict.outcome import BREAKS, NOTICE, Evidence, Finding, Fix
from lineage.verdict.pack import Pack
from lineage.verdict.target import ADD, REPLACE, Target
from lineage.versions.scheme import Answer

LINE = "declared"
"""The kind of a demand that a release declares itself."""
HINT = "line"
"""The kind of a row that is only somebody's word: it asks nothing of a host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a new release asks for, a family or a member that it moves; pinned, its version."""

    key: Key
    requirement: str
    version: str | None
    asked_by: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a new release needs of a capability; ``kind`` as in the row, or ``line``."""

    capability: Key
    requirement: str
    kind: str
    asked_by: Key
    statement: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What the change brings along in one assembly.

    ``proved`` is false where nobody says what the assembly asks for itself: then nothing is
    listed as leaving. ``wishes`` are the new lines on what moves, ``findings`` those on who cannot
    follow. ``comings`` are what enters and moves with what asked for it, however far, ``demands``
    what all of these declare to need of capabilities.
    """

    enter: tuple[Asking, ...] = ()
    leave: tuple[Key, ...] = ()
    move: tuple[Asking, ...] = ()
    demands: tuple[Demand, ...] = ()
    comings: tuple[Coming, ...] = ()
    findings: Mapping[Key, tuple[Finding, ...]] = field(default_factory=dict)
    wishes: Mapping[Key, tuple[Requirement, ...]] = field(default_factory=dict)
    proved: bool = True


class Moving:
    """What the new releases of one change bring along."""

    def __init__(self, pack: Pack, bindings: Bindings, arrivals: Arrivals, target: Target) -> None:
        self._target = target
        self._pack = pack
        self._bindings = bindings
        self._arrivals = arrivals

    def along(self, now: Round, before: Moved | None) -> Moved:
        """What comes along in this round; who could not follow before cannot now."""
        arrivals = self._arrivals.of(now)
        findings: dict[Key, list[Finding]] = {}
        if before is not None:
            findings = {key: list(some) for key, some in before.findings.items()}
        move: dict[Key, Asking] = {}
        enter: dict[tuple[Key, Key], Asking] = {}
        self._own(now, move, enter)
        moved = self._moved(arrivals, now, move, enter)
        for key, (arrival, wishes) in moved.items():
            for lean in now.leans.up.get(key, ()):
                found = self._follower(lean, key, wishes, arrival, now)
                if found is not None:
                    findings.setdefault(lean.downstream, []).append(found)
        pinned = self._pinned(moved, now)
        along = company(self._pack, self._arrivals, arrivals, now, self._members)
        for one in along.comings:
            if not one.there:
                asking = Asking(
                    key=one.family, requirement=one.requirement, version=one.version,
                    asked_by=one.asked_by,
                )  # fmt: skip
                enter.setdefault((one.family, one.asked_by), asking)
        everybody = (*arrivals, *along.arrivals)
        leaving = self._leaving(everybody, pinned, now)
        proved = self._is_proved(now)
        entered = {asking.key for asking in enter.values()}
        for key, finding in self._left(leaving, entered, now, proved=proved):
            findings.setdefault(key, []).append(finding)
        return Moved(
            enter=tuple(enter.values()),
            leave=tuple(sorted(leaving)) if proved else (),
            move=tuple(move.values()),
            demands=tuple(dict.fromkeys(self._demands(everybody))),
            comings=along.comings,
            findings={key: tuple(dict.fromkeys(some)) for key, some in findings.items()},
            wishes={key: wishes for key, (_, wishes) in moved.items()},
            proved=proved,
        )

    def _moved(
        self,
        arrivals: Iterable[Arrival],
        now: Round,
        move: dict[Key, Asking],
        enter: dict[tuple[Key, Key], Asking],
    ) -> dict[Key, tuple[Arrival, tuple[Requirement, ...]]]:
        """Sort what the new releases ask for into what moves and what enters."""
        moved: dict[Key, tuple[Arrival, tuple[Requirement, ...]]] = {}
        for arrival in arrivals:
            for family, wishes in arrival.lines.items():
                members = self._members(family, now)
                if not members:
                    enter[family, arrival.key] = _asking(family, wishes, arrival)
                for key in members:
                    node = self._pack.view.nodes[key]
                    if key in now.gone or admits(wishes, node.version or "") is not Answer.NO:
                        continue
                    move.setdefault(key, _asking(key, wishes, arrival))
                    moved[key] = (arrival, wishes)
        return moved

    def _left(
        self, leaving: Mapping[Key, Key], entered: set[Key], now: Round, *, proved: bool
    ) -> Iterator[tuple[Key, Finding]]:
        """What is bound to a library that leaves; without roots only a notice, of both."""
        for key, one in self._bound(leaving, entered, now):
            verdict, reason = (BREAKS, "BOUND") if proved else (NOTICE, None)
            yield key, Finding(verdict=verdict, reason=reason, evidence=one)
        if not proved:
            for key, parent in leaving.items():
                evidence = Evidence(on=parent, edge="depends_on")
                yield key, Finding(verdict=NOTICE, reason=None, evidence=evidence)

    def _own(
        self, now: Round, move: dict[Key, Asking], enter: dict[tuple[Key, Key], Asking]
    ) -> None:
        """What the change itself brings in: the replacement, or what the requirement names."""
        target = self._target
        family = target.by if target.kind == REPLACE else target.key
        if target.kind not in (ADD, REPLACE) or family is None:
            return
        by = target.key if target.kind == REPLACE else target.asked or target.key
        text = target.to.text if target.to else ""
        version = target.by_version if target.kind == REPLACE else _exactly(target)
        asking = Asking(key=family, requirement=text, version=version, asked_by=by)
        members = self._members(family, now)
        if not members and (now.gone or target.kind == ADD):
            enter[family, by] = asking
        for key in members:
            if key in now.gone:
                move[key] = replace(asking, key=key)

    def _members(self, family: Key, now: Round) -> list[Key]:
        keys = self._pack.view.families.get(family, ())
        return [key for key in keys if key in now.content.members]

    def _follower(
        self, lean: Lean, key: Key, wishes: tuple[Requirement, ...], arrival: Arrival, now: Round
    ) -> Finding | None:
        """An unbroken asker of what moves that cannot follow."""
        downstream = lean.downstream
        if downstream in now.gone or downstream in now.broken or not lean.declared:
            return None
        if downstream not in now.content.members:
            return None
        family = self._pack.view.nodes[key].family
        versions = self._pack.versions(family)
        if together(versions, lean.wish.lines, wishes):
            return None
        base = lean.wish.without_extras()
        guilty = [one for one in lean.wish.lines if not together(versions, (one,), wishes)]
        rests = guilty or list(lean.wish.lines)
        alone = bool(base) and not together(versions, base, wishes)
        extras = {one.extra for one in rests if one.extra} if not alone else set()
        text = ",".join(dict.fromkeys(one.raw for one in rests if one.raw))
        evidence = Evidence(
            on=key,
            requirement=text,
            holds=Answer.NO,
            extra=next(iter(extras)) if len(extras) == 1 else None,
            edge=lean.wish.edge,
            statements=lean.wish.statements,
            against=f"{arrival.name} needs {_text(wishes) or 'any'}",
        )
        if not lean.runtime:
            return Finding(verdict=NOTICE, reason=None, evidence=evidence)
        fix = self._other_extra(downstream, extras, family, wishes, now) if not alone else None
        return Finding(verdict=BREAKS, reason="CONSTRAINT", evidence=evidence, fix=fix)

    def _other_extra(
        self,
        component: Key,
        own: set[str],
        family: Key,
        wishes: tuple[Requirement, ...],
        now: Round,
    ) -> Fix | None:
        """Another extra of who cannot follow whose own lines go along with the new ones."""
        environment = environment_after(now.footing, self._target)
        versions = self._pack.versions(family)

        def fits(lines: Lines) -> bool | None:
            named = lines.get(family)
            return True if named and together(versions, named, wishes) else None

        release = self._arrivals.there(component) if own else None
        found = other_extra(release, own, environment, fits) if release else None
        return instead(component, found[0], own) if found else None

    def _pinned(
        self, moved: Mapping[Key, tuple[Arrival, tuple[Requirement, ...]]], now: Round
    ) -> dict[Key, Arrival]:
        """What moves to one version whose lines are known."""
        found: dict[Key, Arrival] = {}
        for key, (_, wishes) in moved.items():
            version = pin(wishes)
            if version is not None:
                extras = {*now.content.members[key].extras, *(e for w in wishes for e in w.extras)}
                one = self._arrivals.at(self._pack.view.nodes[key].family, version, extras, now)
                if one is not None:
                    found[key] = one
        return found

    def _leaving(
        self, arrivals: Iterable[Arrival], pinned: Mapping[Key, Arrival], now: Round
    ) -> dict[Key, Key]:
        """Members that only the old lines asked for, and one that asked for each.

        Only what the old releases asked for, however far, can leave; whatever stays and is not
        broken asks on.
        """
        new: dict[Key, set[Key]] = {key: set() for key in self._arrivals.without(now)}
        for arrival in (*arrivals, *pinned.values()):
            for place in arrival.places:
                new.setdefault(place, set()).update(self._asked(arrival, now))
        new.update({key: set(self._asked(one, now)) for key, one in pinned.items()})
        closure: dict[Key, Key] = {}
        queue = [key for key in new if key in now.content.members]
        sources = set(queue)
        while queue:
            key = queue.pop()
            for lean in now.leans.down.get(key, ()):
                other = lean.wish.on
                if other not in closure and other not in sources:
                    closure[other] = key
                    queue.append(other)
        if not closure:
            return {}
        stays = {
            key
            for key, member in now.content.members.items()
            if key not in closure or member.direct == "direct"
        }
        asked = [one for arrival in arrivals for one in self._asked(arrival, now)]
        stays.update(asked)
        queue = list(stays)
        while queue:
            key = queue.pop()
            if key in new:
                targets: Iterable[Key] = new[key]
            elif key in now.broken:
                continue
            else:
                targets = (lean.wish.on for lean in now.leans.down.get(key, ()))
            for other in targets:
                if other not in stays:
                    stays.add(other)
                    queue.append(other)
        return {
            key: parent
            for key, parent in closure.items()
            if key not in stays and key not in now.gone and key not in now.broken
        }

    def _asked(self, arrival: Arrival, now: Round) -> Iterator[Key]:
        """The members that a new release asks for: of the families named, or what they succeed."""
        for family in arrival.lines:
            yield from self._members(family, now)
            yield from (key for key in self._arrivals.replaced_by(family, now))

    def _bound(
        self, leaving: Mapping[Key, Key], entered: set[Key], now: Round
    ) -> Iterator[tuple[Key, Evidence]]:
        """Artefacts that need a library which leaves, and that nothing that stays ships."""
        if not leaving:
            return
        nodes = self._pack.view.nodes
        gone = {nodes[key].family: key for key in leaving if key in nodes}
        staying = {
            nodes[key].family
            for key in now.content.members
            if key in nodes and key not in leaving and key not in now.gone
        } | entered
        for key, member in now.content.members.items():
            if key in leaving or key in now.gone:
                continue
            artefact = self._bindings.artefact(member)
            for text, statement in artefact.needed or artefact.opened:
                for one in self._pack.sonames(text):
                    out = [family for family in one.families if family in gone]
                    if out and not staying.intersection(one.families):
                        yield (
                            key,
                            Evidence(
                                on=gone[out[0]], holds=Answer.NO, bound=text, edge="requires",
                                statements=(statement,),
                            ),
                        )  # fmt: skip

    def _is_proved(self, now: Round) -> bool:
        members = now.content.members
        if not any(one.direct == "direct" for one in members.values()):
            return False
        return not any(
            one.unknown and key not in now.gone and not self._pack.lines(key)
            for key, one in members.items()
        )

    def _demands(self, arrivals: Iterable[Arrival]) -> Iterator[Demand]:
        for arrival in arrivals:
            for capability, wish in arrival.demands:
                yield Demand(
                    capability=capability, requirement=wish.raw, kind=LINE, asked_by=arrival.key
                )
            for fact in self._pack.rows("requires", arrival.key):
                kind = str(fact.value.get("kind", HINT))
                if kind != HINT:
                    yield Demand(
                        capability=self._pack.capability(str(fact.value["capability"])),
                        requirement=str(fact.value["range"]),
                        kind=kind,
                        asked_by=arrival.key,
                        statement=fact.statement,
                    )


def _asking(key: Key, wishes: tuple[Requirement, ...], arrival: Arrival) -> Asking:
    return Asking(key=key, requirement=_text(wishes), version=pin(wishes), asked_by=arrival.key)


def _exactly(target: Target) -> str | None:
    return pin((Requirement(raw=target.to.text, scheme=target.scheme),)) if target.to else None


def _text(wishes: Iterable[Requirement]) -> str:
    return ",".join(dict.fromkeys(one.raw for one in wishes if one.raw))
