"""Rules 1 and 2: what speaks for or against a member by itself, found once for equal members.

Nothing here knows the whole assembly: a member's findings come from its own claims, from its own
leans, and from what is provided there of the one capability that changes. So members that are
equal in that share them, whichever contents they are in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.record.view import Content, MemberFacts
from lineage.verdict.binding import Bindings
from lineage.verdict.bond import Bonds
from lineage.verdict.fixpoint import Own, merged, settle
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Bundle, Lean, Leaning
from lineage.verdict.narrow import Narrow
from lineage.verdict.outcome import NOTICE, Finding
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.renamed import Renamed
from lineage.verdict.target import CAPABILITY, Target

_Found = tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Findings, and what they are remembered by: its identity is good while it lives."""

    about: tuple[object, ...]
    findings: _Found


class Members:
    """The findings of members for one change; remembered per (member, its leans, footing)."""

    def __init__(
        self,
        pack: Pack,
        provisions: Provisions,
        bindings: Bindings,
        renamed: Renamed,
        target: Target,
        line: Callable[[Lean, Leaning], Finding],
        narrow: Narrow,
    ) -> None:
        self._pack = pack
        self._narrow = narrow
        self._bindings = bindings
        self._renamed = renamed
        self._target = target
        self._line = line
        rule = target.capability if target.layer == CAPABILITY else None
        self._bonds = Bonds(pack, provisions, bindings, target, rule) if rule else None
        self._lines: dict[tuple[int, int], _Kept] = {}
        self._bound: dict[tuple[int, int, bytes], _Kept] = {}
        self._settled: dict[tuple[int, ...], Own] = {}
        self._loud = pack.held.those(self._is_loud)
        self._marked = pack.held.those(self._is_marked)

    def of(
        self, content: Content, footing: Footing, leans: Leaning, swapped: Iterable[Key], *,
        here: bool,
    ) -> dict[Key, Own]:  # fmt: skip
        """The findings of every member of which there are some, in no order that means anything.

        ``swapped`` are the members that the change takes away, best first; they have none
        themselves. ``here`` says that it takes a value of the capability away here.
        """
        lines: dict[Key, list[_Kept]] = {}
        gone = frozenset(swapped)
        for key in swapped:
            for lean in leans.up.get(key, ()):
                if lean.downstream not in gone and lean.downstream in content.members:
                    found = self._on(lean, leans)
                    lines.setdefault(lean.downstream, []).append(found)
        bound: dict[Key, _Kept] = {}
        if here and self._bonds is not None:
            bound = dict(self._all_bound(content, self._narrow.of(footing), leans, gone))
        return {key: self._own(lines.get(key, ()), bound.get(key)) for key in {**lines, **bound}}

    def _own(self, lines: Iterable[_Kept], bound: _Kept | None) -> Own:
        """Findings on lines and bonds as one, and the verdict of them."""
        kept = (*lines, bound) if bound is not None else tuple(lines)
        place = tuple(map(id, kept))
        found = self._settled.get(place)
        if found is None:
            some = [one for kept_one in lines for one in kept_one.findings]
            if bound is not None:
                some = merged(some, bound.findings)
            found = Own(findings=tuple(some), verdict=settle(some), kept=kept)
            self._settled[place] = found
        return found

    def _on(self, lean: Lean, leans: Leaning) -> _Kept:
        """A lean on what is swapped; over one that is not in runtime scope it is a NOTICE."""
        bundle = leans.down.get(lean.downstream, ())
        place = (id(lean), id(bundle))
        found = self._lines.get(place)
        if found is None:
            one = self._line(lean, leans)
            if not lean.runtime:
                one = Finding(verdict=NOTICE, reason=None, evidence=one.evidence)
            found = self._lines[place] = _Kept(about=(lean, bundle), findings=(one,))
        return found

    def _all_bound(
        self, content: Content, footing: Footing, leans: Leaning, gone: Collection[Key]
    ) -> Iterator[tuple[Key, _Kept]]:
        """What binds, hints or requires, member by member."""
        members = content.members
        speaking = {
            *self._speaking(content, leans),
            *(member.component for member in self._loud.of(content)),
            *leans.on_capabilities,
        }
        for key in members:
            if key in speaking and key not in gone:
                found = self._bound_of(members[key], footing, leans)
                if found.findings:
                    yield key, found

    def _bound_of(self, member: MemberFacts, footing: Footing, leans: Leaning) -> _Kept:
        key = member.component
        bundle = leans.down.get(key, ())
        if key in leans.on_capabilities:
            return _Kept(about=(), findings=self._judged(member, bundle, footing, leans))
        place = (id(member), id(bundle), footing.digest)
        found = self._bound.get(place)
        if found is None:
            findings = self._judged(member, bundle, footing, leans)
            found = self._bound[place] = _Kept(about=(member, bundle), findings=findings)
        return found

    def _judged(
        self, member: MemberFacts, bundle: Bundle, footing: Footing, leans: Leaning
    ) -> _Found:
        assert self._bonds is not None
        named = self._named(bundle)
        return (
            *self._bonds.judge(member, named, footing),
            *self._renamed.demands(member, footing, leans),
            *self._renamed.hints(member, named, footing),
        )

    def _named(self, bundle: Bundle) -> dict[Key, Lean]:
        """The families that active lines name, and the lean on each."""
        nodes = self._pack.view.nodes
        return {
            nodes[lean.wish.on].family: lean
            for lean in bundle
            if lean.wish.on in nodes and lean.runtime and lean.declared
        }

    def _is_loud(self, member: MemberFacts) -> bool:
        """Whether its artefact or one of its lines speaks of the capability."""
        binding = self._bindings.of(member, self._target.key, frozenset())
        return bool(
            binding.bonds
            or binding.hints
            or binding.several
            or self._renamed.speaks(member.component)
        )

    def _speaking(self, content: Content, leans: Leaning) -> Iterator[Key]:
        """Members of which an active line names a family with a mark of the capability."""
        for member in self._marked.of(content):
            for lean in leans.up.get(member.component, ()):
                if lean.runtime and lean.declared:
                    yield lean.downstream

    def _is_marked(self, member: MemberFacts) -> bool:
        node = self._pack.view.nodes.get(member.component)
        marks = self._pack.marked(node.family) if node else ()
        return any(one.capability == self._target.key for one in marks)
