"""Rule 3: which releases could follow a change, and whether what leans on what breaks admits one.

Candidates of everything that is broken are found together: each has to admit a candidate for
every other broken thing that its lines name. They start as all that fit by themselves and only
shrink, as what is broken only grows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.record.view import MemberFacts, View
from lineage.verdict.candidate import Round, on_line, waits
from lineage.verdict.contract import serves
from lineage.verdict.extra import Lines, instead, other_extra
from lineage.verdict.fix import Fixes, together
from lineage.verdict.leaning import Lean
from lineage.verdict.line import admits, bounded
from lineage.verdict.offer import Asked, Offer, Offers, environment_after
from lineage.verdict.outcome import BREAKS, SURVIVES, Finding, Fix, Verdict
from lineage.verdict.pack import Pack
from lineage.verdict.successor import heirs
from lineage.verdict.target import CAPABILITY, Target
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

Candidate = Mapping[Key, tuple[Offer, ...]]
_KEPT = 64


class Following:
    """The candidates of one change."""

    def __init__(self, pack: Pack, offers: Offers, target: Target) -> None:
        self._pack = pack
        self._view: View = pack.view
        self._offers = offers
        self._target = target
        self._fixes = Fixes(pack, offers)
        self._solved: OrderedDict[tuple[object, ...], Candidate] = OrderedDict()

    def judge(self, lean: Lean, now: Round) -> Finding:
        """SURVIVES/ADMITS with the fix, BREAKS/PINNED, or UNKNOWN/WAITS."""
        key = lean.wish.on
        family = self._family(key)
        found = self._candidates(now)
        offers = found.get(key, ())
        known = self._known(family)
        own = [one for one in offers if one.release.family == family]
        taken = [one for one in own if _takes(lean.wish.lines, one)]
        if taken:
            fix = self._fixes.upgrade(key, taken, known, now)
            return self._admits(lean, fix, known)
        other = self._other_extra(lean, offers, now)
        if other is not None:
            return self._admits(lean, other, known)
        if self._is_pinned(lean, family):
            return Finding(
                verdict=BREAKS, reason="PINNED", evidence=on_line(lean, Answer.NO), known=known
            )
        return waits(lean, known)

    def freed(self, keys: Collection[Key], now: Round) -> Mapping[Key, Verdict]:
        """The verdicts of these broken members with the fix and the count of known releases."""
        found = self._candidates(now)
        made: dict[Key, Verdict] = {}
        for key in keys:
            verdict, family = now.verdicts[key], self._family(key)
            offers = found.get(key, ())
            known = self._known(family)
            fix = verdict.fix
            own = [one for one in offers if one.release.family == family]
            if fix is None and own:
                fix = self._fixes.upgrade(key, own, known, now)
            elif fix is None and offers:
                fix = self._fixes.other(key, offers, known, now)
            if fix is not None and fix.known is None:
                fix = replace(fix, known=known, fitting=len(offers))
            counted = known if verdict.known is None else verdict.known
            made[key] = replace(verdict, fix=fix, known=counted)
        return made

    def _admits(self, lean: Lean, fix: Fix, known: int) -> Finding:
        return Finding(
            verdict=SURVIVES, reason="ADMITS", evidence=on_line(lean, Answer.YES), fix=fix,
            known=known,
        )  # fmt: skip

    def _candidates(self, now: Round) -> Candidate:
        moving = frozenset(now.moving.items())
        place = (now.content.digest, now.footing.digest, now.broken, moving)
        if place not in self._solved:
            self._solved[place] = self._solve(now)
            while len(self._solved) > _KEPT:
                self._solved.popitem(last=False)
        return self._solved[place]

    def _solve(self, now: Round) -> Candidate:
        """The greatest set of releases that admit one another, for everything that is broken."""
        broken = [key for key in now.broken if key in now.content.members]
        families: dict[Key, list[Key]] = {}
        for key in broken:
            families.setdefault(self._family(key), []).append(key)
        found = {key: self._fitting(key, now, families) for key in broken}
        while True:
            shrunk = {
                key: tuple(one for one in offers if self._follows(one, families, found))
                for key, offers in found.items()
            }
            if shrunk == found:
                return found
            found = shrunk

    def _fitting(
        self, key: Key, now: Round, families: Mapping[Key, Sequence[Key]]
    ) -> tuple[Offer, ...]:
        member = now.content.members[key]
        family = self._family(key)
        node = self._view.nodes.get(key)
        leans_on = {self._family(lean.wish.on) for lean in now.leans.down.get(key, ())}
        asked = Asked(
            family=family,
            extras=_extras(member),
            bound=_is_bound(now.verdicts.get(key), self._target),
            leans_on=frozenset(one for one in leans_on if self._offers.concerns(one)),
        )
        moving = {self._family(one): wishes for one, wishes in now.moving.items()}
        named = leans_on & (families.keys() | moving.keys())
        left = self._left(now, key)
        found = []
        for one in (family, *self._successors(family)):
            for offer in self._offers.fitting(replace(asked, family=one), now.footing):
                release = offer.release
                same = one == family and node is not None and release.version == node.version
                if same or not all(release.speaks_of(other) for other in named - {one}):
                    continue
                if not self._goes_along(offer, moving) or not self._offers.is_free(release, left):
                    continue
                found.append(offer)
        return tuple(found)

    def _goes_along(self, offer: Offer, moving: Mapping[Key, tuple[Requirement, ...]]) -> bool:
        """Whether the lines of an offer can be met together with the new ones on what moves."""
        return all(
            together(self._pack.versions(family), wishes, moving[family])
            for family, wishes in offer.lines.items()
            if family in moving
        )

    def _left(self, now: Round, key: Key) -> frozenset[Key]:
        """The families of the libraries that leave and bind a member."""
        verdict = now.verdicts.get(key)
        return frozenset(
            self._family(one.on)
            for one in (verdict.because if verdict else ())
            if one.bound is not None and one.requirement is None
            if one.on in now.content.members and one.on not in now.gone
        )

    def _follows(
        self, offer: Offer, families: Mapping[Key, Sequence[Key]], found: Candidate
    ) -> bool:
        """Whether an offer admits a candidate of every breaking thing that it leans on."""
        for family, wishes in offer.lines.items():
            for key in families.get(family, ()):
                if not any(
                    one.release.family == family and _takes(wishes, one) for one in found[key]
                ):
                    return False
        return True

    def _known(self, family: Key) -> int:
        """Of how many releases it is spoken: of the family and of what succeeds it."""
        return sum(len(self._offers.known(one)) for one in (family, *self._successors(family)))

    def _successors(self, family: Key) -> tuple[Key, ...]:
        if self._target.layer == CAPABILITY:
            found = heirs(self._pack, family, self._target)
        else:
            found = tuple(
                one
                for one in self._pack.successors(family)
                if one.capability is None and one.major is None
            )
        return tuple(dict.fromkeys(one.family for one in found if one.family != family))

    def _is_pinned(self, lean: Lean, family: Key) -> bool:
        """Whether no release can free it: pinned exactly, bound by name, or all in range known."""
        lines = lean.wish.lines
        if any(scheme(one.scheme).pins(one.raw) for one in lines if one.raw.strip()):
            return True
        if self._is_bound_by_name(family):
            return True
        if not bounded(lines):
            return False
        node = self._view.nodes.get(lean.wish.on)
        present = node.version if node else None
        inside = [
            one for one in self._offers.known(family) if admits(lines, one.version) is Answer.YES
        ]
        order = scheme(lines[0].scheme)
        later = present is not None and any(
            order.compare(one.version, present) == 1 for one in inside
        )
        return later or any(one.listed for one in self._offers.known(family))

    def _is_bound_by_name(self, family: Key) -> bool:
        target = self._target
        rule = target.capability
        if target.layer != CAPABILITY or rule is None:
            return False
        return any(
            one.capability == target.key
            and target.moves(one.value)
            and not serves(rule, one.value, target.to, exclusive=one.exclusive)
            for one in self._pack.marked(family)
        )

    def _other_extra(self, lean: Lean, offers: Sequence[Offer], now: Round) -> Fix | None:
        """Another extra whose own lines admit a candidate, of the same family or a successor."""
        own = {one.extra for one in lean.wish.lines}
        if None in own or lean.downstream not in now.content.members:
            return None
        asked = {one for one in own if one is not None}

        def fits(lines: Lines) -> Key | None:
            for offer in offers:
                wishes = lines.get(offer.release.family)
                if wishes and _takes(wishes, offer):
                    return offer.release.key
            return None

        environment = environment_after(now.footing, self._target)
        for release in self._offers.known(self._family(lean.downstream)):
            found = None
            if release.key == lean.downstream:
                found = other_extra(release, asked, environment, fits)
            if found is not None:
                return instead(lean.downstream, found[0], asked, found[1])
        return None

    def _family(self, key: Key) -> Key:
        node = self._view.nodes.get(key)
        return node.family if node else key


def _extras(member: MemberFacts) -> tuple[str, ...]:
    return tuple(sorted(member.extras))


def _takes(lines: Collection[Requirement], offer: Offer) -> bool:
    return admits(lines, offer.release.version) is Answer.YES


def _is_bound(verdict: Verdict | None, target: Target) -> bool:
    """Whether artefact or name bind it to what goes, not only the numbers of its lines."""
    return verdict is not None and any(
        one.bound is not None and not (one.holds is Answer.YES and one.on == target.key)
        for one in verdict.because
    )
