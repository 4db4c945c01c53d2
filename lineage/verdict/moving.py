"""Rule 4: what the new release itself requires moves, enters, leaves and forbids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from operator import itemgetter

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.arrival import Arrival, Arrivals
from lineage.verdict.binding import Bindings
from lineage.verdict.candidate import Round
from lineage.verdict.coming import Asked, Coming, Companies, Company
from lineage.verdict.extra import Lines, instead, other_extra
from lineage.verdict.fix import together
from lineage.verdict.leaning import Lean
from lineage.verdict.line import text_of
from lineage.verdict.offer import environment_after, pin
from lineage.verdict.outcome import BREAKS, NOTICE, Evidence, Finding, Fix
from lineage.verdict.pack import Pack
from lineage.verdict.target import ADD, REPLACE, Target
from lineage.versions.scheme import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a new release asks for, a family or a member that it moves; pinned, its version."""

    key: Key
    requirement: str
    version: str | None
    asked_by: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What the change brings along in one assembly.

    ``proved`` is false where nobody says what the assembly asks for itself: then nothing is
    listed as leaving. ``wishes`` are the new lines on what moves, ``findings`` those on who cannot
    follow. ``comings`` are what enters and moves with what asked for it, however far, ``arrivals``
    the releases of all of it whose lines are known.
    """

    enter: tuple[Asking, ...] = ()
    leave: tuple[Key, ...] = ()
    move: tuple[Asking, ...] = ()
    comings: tuple[Coming, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
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
        self._companies = Companies(pack, arrivals)
        self._direct = pack.held.those(lambda member: member.direct == "direct")
        self._named: dict[tuple[int, frozenset[Key]], frozenset[Key]] = {}

    def along(self, now: Round, before: Moved | None) -> Moved:
        """What comes along in this round; who could not follow before cannot now."""
        arrivals = self._arrivals.of(now)
        along = self._companies.of(arrivals, now)
        findings: dict[Key, list[Finding]] = {}
        if before is not None:
            findings = {key: list(some) for key, some in before.findings.items()}
        for key, asked in sorted(along.moved.items(), key=itemgetter(0)):
            for lean in now.leans.up.get(key, ()):
                if lean.downstream not in along.moved:
                    found = self._follower(lean, key, asked, now)
                    if found is not None:
                        findings.setdefault(lean.downstream, []).append(found)
        everybody = (*arrivals, *along.arrivals)
        leaving = self._leaving(everybody, along.pinned, now)
        proved = self._is_proved(now)
        enter, move = self._asked_for(along, now)
        entered = {asking.key for asking in enter}
        for key, finding in self._left(leaving, entered, now, proved=proved):
            findings.setdefault(key, []).append(finding)
        return Moved(
            enter=enter,
            leave=tuple(sorted(leaving)) if proved else (),
            move=move,
            comings=along.comings,
            arrivals=everybody,
            findings={key: tuple(dict.fromkeys(some)) for key, some in findings.items()},
            wishes={key: _lines(asked) for key, asked in along.moved.items()},
            proved=proved,
        )

    def _asked_for(
        self, along: Company, now: Round
    ) -> tuple[tuple[Asking, ...], tuple[Asking, ...]]:
        """What enters, by whoever asks for it, and what moves, by the line that pins it first."""
        enter, move = self._own(now)
        for one in along.comings:
            if not one.there:
                enter[one.family, one.asked_by] = Asking(
                    key=one.family, requirement=one.requirement, version=one.version,
                    asked_by=one.asked_by,
                )  # fmt: skip
        for key, asked in along.moved.items():
            askings = [
                Asking(
                    key=key, requirement=text_of(wishes), version=pin(wishes),
                    asked_by=arrival.key,
                )
                for arrival, wishes in asked
            ]  # fmt: skip
            first = next((one for one in askings if one.version is not None), askings[0])
            move.setdefault(key, first)
        return tuple(enter.values()), tuple(move.values())

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

    def _own(self, now: Round) -> tuple[dict[tuple[Key, Key], Asking], dict[Key, Asking]]:
        """What the change itself brings in: the replacement, or what the requirement names."""
        enter: dict[tuple[Key, Key], Asking] = {}
        move: dict[Key, Asking] = {}
        target = self._target
        family = target.by if target.kind == REPLACE else target.key
        if target.kind not in (ADD, REPLACE) or family is None:
            return enter, move
        by = target.key if target.kind == REPLACE else target.asked or target.key
        text = target.to.text if target.to else ""
        version = target.by_version if target.kind == REPLACE else _exactly(target)
        asking = Asking(key=family, requirement=text, version=version, asked_by=by)
        members = self._companies.members(family, now)
        if not members and (now.gone or target.kind == ADD):
            enter[family, by] = asking
        for key in members:
            if key in now.gone:
                move[key] = replace(asking, key=key)
        return enter, move

    def _follower(
        self, lean: Lean, key: Key, asked: tuple[Asked, ...], now: Round
    ) -> Finding | None:
        """An unbroken asker of what moves that cannot follow."""
        downstream = lean.downstream
        if downstream in now.gone or downstream in now.broken or not lean.declared:
            return None
        if downstream not in now.content.members:
            return None
        family = self._pack.view.nodes[key].family
        versions = self._pack.versions(family)
        wishes = _lines(asked)
        if together(versions, lean.wish.lines, wishes):
            return None
        base = lean.wish.without_extras()
        guilty = [one for one in lean.wish.lines if not together(versions, (one,), wishes)]
        rests = guilty or list(lean.wish.lines)
        alone = bool(base) and not together(versions, base, wishes)
        extras = {one.extra for one in rests if one.extra} if not alone else set()
        arrival, against = next(
            (one for one in asked if not together(versions, lean.wish.lines, one[1])), asked[0]
        )
        evidence = Evidence(
            on=key,
            requirement=text_of(rests),
            holds=Answer.NO,
            extra=next(iter(extras)) if len(extras) == 1 else None,
            edge=lean.wish.edge,
            statements=lean.wish.statements,
            against=f"{arrival.name} needs {text_of(against) or 'any'}",
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

    def _leaving(
        self, arrivals: Iterable[Arrival], pinned: Mapping[Key, Arrival], now: Round
    ) -> dict[Key, Key]:
        """Members that only the old lines asked for, and one that asked for each.

        Only what the old releases asked for, however far, can leave; whatever stays and is not
        broken asks on.
        """
        asked = {id(one): self._asked(one, now) for one in (*arrivals, *pinned.values())}
        new: dict[Key, AbstractSet[Key]] = dict.fromkeys(self._arrivals.without(now), frozenset())
        for arrival in arrivals:
            for place in arrival.places:
                new[place] = new.get(place, frozenset()) | asked[id(arrival)]
        new.update({key: asked[id(one)] for key, one in pinned.items()})
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
        members = now.content.members
        wanted = frozenset().union(*asked.values())

        def asks(lean: Lean) -> bool:
            one = lean.downstream
            return one in members and not (one in closure or one in new or one in now.broken)

        queue = [
            key
            for key in closure
            if key in wanted
            or members[key].direct == "direct"
            or any(asks(lean) for lean in now.leans.up.get(key, ()))
        ]
        stays = set(queue)
        while queue:
            key = queue.pop()
            for lean in now.leans.down.get(key, ()) if key not in now.broken else ():
                other = lean.wish.on
                if other in closure and other not in stays:
                    stays.add(other)
                    queue.append(other)
        return {
            key: parent
            for key, parent in closure.items()
            if key not in stays and key not in now.gone and key not in now.broken
        }

    def _asked(self, arrival: Arrival, now: Round) -> AbstractSet[Key]:
        """The members that a new release asks for: of the families named, or what they succeed."""
        place = (id(arrival), now.gone)  # arrivals are remembered
        if place not in self._named:
            families = self._pack.view.families
            self._named[place] = frozenset(
                key
                for family in arrival.lines
                for key in (*families.get(family, ()), *self._arrivals.replaced_by(family, now))
            )
        return now.content.members.keys() & self._named[place]

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
        if not self._direct.count(now.content):
            return False
        if not self._bindings.looked(now.content).unknown_dependencies:
            return True
        return not any(
            one.unknown and key not in now.gone and not self._pack.lines(key)
            for key, one in members.items()
        )


def _lines(asked: Iterable[Asked]) -> tuple[Requirement, ...]:
    """All new lines on one thing, each once."""
    return tuple(dict.fromkeys(line for _, wishes in asked for line in wishes))


def _exactly(target: Target) -> str | None:
    return pin((Requirement(raw=target.to.text, scheme=target.scheme),)) if target.to else None
