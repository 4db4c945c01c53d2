"""Ways out: the smallest step among candidates, what it moves, and who forbids that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cmp_to_key

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.verdict.candidate import Round
from lineage.verdict.line import admits, meets, text_of
from lineage.verdict.marker import active
from lineage.verdict.offer import Offer, Offers, pin
from lineage.verdict.outcome import THE_ASSEMBLY, Fix, Forbids, Step
from lineage.verdict.pack import Pack
from lineage.verdict.span import Span
from lineage.verdict.subject import known
from lineage.versions.scheme import Answer, Scheme
from lineage.versions.schemes import scheme

_TRIED = 8


class Fixes:
    """Makes the fixes of one change."""

    def __init__(self, pack: Pack, offers: Offers) -> None:
        self._pack = pack
        self._offers = offers

    def upgrade(self, key: Key, offers: Sequence[Offer], known: int, now: Round) -> Fix:
        """Another release of the same family: the smallest step that nobody forbids."""
        ordered = self._nearest(key, offers)
        return self._made("upgrade", key, ordered, known, now)

    def other(self, key: Key, offers: Sequence[Offer], known: int, now: Round) -> Fix:
        """A release of a successor, the newest first."""
        ordered = _sorted(offers)[::-1]
        return self._made("replace", key, ordered, known, now)

    def _made(self, action: str, key: Key, ordered: Sequence[Offer], known: int, now: Round) -> Fix:
        tried: list[tuple[Offer, tuple[Step, ...], tuple[Forbids, ...]]] = []
        for offer in ordered[:_TRIED]:
            moves = tuple(self._moves(offer, now))
            forbids = tuple(dict.fromkeys(self._forbids(key, offer, now)))
            tried.append((offer, moves, forbids))
            if not forbids:
                break
        offer, moves, forbids = next((one for one in tried if not one[2]), tried[0])
        newest = _sorted(ordered)[-1].release
        return Fix(
            action=action,
            key=offer.release.family,
            version=offer.release.version,
            note=self._note(offer, ordered, known),
            newest=newest.key,
            fitting=len(ordered),
            known=known,
            moves=moves,
            forbidden_by=forbids,
        )

    def _note(self, offer: Offer, ordered: Sequence[Offer], known: int) -> str:
        version, order = offer.release.version, _order(offer)
        good = {one.release.version for one in ordered}
        later = [
            one.version
            for one in self._offers.known(offer.release.family)
            if order.compare(one.version, version) == 1
        ]
        words = f">={version}" if later and all(one in good for one in later) else version
        newest = _sorted(ordered)[-1].release.version
        if newest != version:
            words += f", newest known {newest}"
        return f"{words} ({len(ordered)} of {known} known releases)"

    def _nearest(self, key: Key, offers: Sequence[Offer]) -> list[Offer]:
        node = self._pack.view.nodes.get(key)
        present = node.version if node and node.version else ""
        ordered = _sorted(offers)
        later = [one for one in ordered if _order(one).compare(one.release.version, present) != -1]
        earlier = [one for one in ordered if one not in later]
        return later + earlier[::-1]

    def _moves(self, offer: Offer, now: Round) -> Iterator[Step]:
        """Members that do not meet the release's own lines as they are."""
        for key, wishes in self._asked(offer, now):
            node = self._pack.view.nodes[key]
            if key in now.broken or admits(wishes, node.version or "") is Answer.NO:
                yield Step(
                    key=key, source=node.version, to=pin(wishes), requirement=text_of(wishes)
                )

    def _asked(self, offer: Offer, now: Round) -> Iterator[tuple[Key, tuple[Requirement, ...]]]:
        for family, wishes in offer.lines.items():
            for key in self._pack.view.families.get(family, ()):
                if key in now.content.members and key not in now.gone:
                    yield key, wishes

    def _forbids(self, broken: Key, offer: Offer, now: Round) -> Iterator[Forbids]:
        for lean in now.leans.up.get(broken, ()):
            same = self._pack.view.nodes[broken].family == offer.release.family
            held = same and admits(lean.wish.lines, offer.release.version) is not Answer.NO
            if lean.declared and not held and self._stands(lean.downstream, now):
                yield Forbids(key=lean.downstream, requirement=lean.wish.text)
        roots = _own_lines(broken, now)
        same = self._pack.view.nodes[broken].family == offer.release.family
        if roots and not (same and admits(roots, offer.release.version) is not Answer.NO):
            yield Forbids(key=THE_ASSEMBLY, requirement=text_of(roots))
        for key, wishes in self._asked(offer, now):
            node = self._pack.view.nodes[key]
            if admits(wishes, node.version or "") is not Answer.NO:
                continue
            roots = _own_lines(key, now)
            if roots and not together(self._pack.versions(node.family), roots, wishes):
                yield Forbids(key=THE_ASSEMBLY, requirement=text_of(roots))
            for lean in now.leans.up.get(key, ()):
                if lean.downstream == broken or not self._stands(lean.downstream, now):
                    continue
                if not together(self._pack.versions(node.family), lean.wish.lines, wishes):
                    yield Forbids(key=lean.downstream, requirement=lean.wish.text)

    def _stands(self, key: Key, now: Round) -> bool:
        return key not in now.broken and key not in now.gone


def _own_lines(key: Key, now: Round) -> tuple[Requirement, ...]:
    """What the assembly itself asks of a direct member; () where it names it without a bound."""
    member = now.content.members[key]
    if member.direct != "direct":
        return ()
    return tuple(
        one for one in member.requirements
        if one.raw.strip() and active(one, now.footing.environment, member.extras)
    )  # fmt: skip


def together(
    versions: Iterable[str], lines: Collection[Requirement], wishes: Iterable[Requirement]
) -> bool:
    """Whether some known version meets both; where none meets the new line, any version."""
    new = tuple(wishes)
    met = [one for one in versions if admits(new, one) is Answer.YES]
    if met:
        return any(admits(lines, one) is not Answer.NO for one in met)
    return not any(
        line.raw.strip() and other.raw.strip()
        and meets((line,), Span(other.raw, other.scheme)) is Answer.NO
        for line in lines
        for other in new
    )  # fmt: skip


def _order(offer: Offer) -> Scheme:
    found = known(offer.release.key)
    return scheme(found.scheme if found else "opaque")


def _sorted(offers: Sequence[Offer]) -> list[Offer]:
    named = sorted(offers, key=lambda one: one.release.key)
    if not named:
        return named
    order = _order(named[0])

    def compared(left: Offer, right: Offer) -> int:
        return order.compare(left.release.version, right.release.version) or 0

    return sorted(named, key=cmp_to_key(compared))
