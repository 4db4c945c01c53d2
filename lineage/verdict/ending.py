"""End of life over what no walk passes: lines on a capability, and lines known from everywhere.

A capability ends at the values of a range. What gives such a value is what changes; an assembly
that is provided with one stands on it, and what states a line that admits it leans on it. Where
nobody provides the capability, the lines alone speak.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lineage.graph.engine import Place
from lineage.model.claim import Requirement
from lineage.model.identity import Key, at_version
from lineage.record.view import Assembly, View
from lineage.verdict.held import RULE_KINDS, contents_of
from lineage.verdict.judge import Rules
from lineage.verdict.leaning import Leaning
from lineage.verdict.line import Wish, admits, meets
from lineage.verdict.marker import active
from lineage.verdict.outcome import NOTICE, Evidence, Verdict, rank
from lineage.verdict.span import Span
from lineage.versions.scheme import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A place that stands or leans on what ends, over which lines, from what."""

    place: Place
    on: Key
    wish: Wish | None = None
    edge: str = "requires"

    @property
    def verdict(self) -> Verdict:
        """NOTICE, with the line as its evidence."""
        evidence = Evidence(
            on=self.on, requirement=self.wish.text if self.wish else None, edge=self.edge,
            statements=self.wish.statements if self.wish else (),
        )  # fmt: skip
        return Verdict(
            verdict=NOTICE, because=(evidence,), parent=self.on, edge=self.edge,
            rank=rank(NOTICE, None),
        )  # fmt: skip


def givers(rules: Rules, capability: Key, span: Span, within: Collection[Key] | None) -> list[Key]:
    """The components here that give such a value: members of these assemblies, or they."""
    view = rules.pack.view
    rooms = [view.assemblies[key] for key in (view.assemblies if within is None else within)]
    held: dict[Key, None] = dict.fromkeys(one.key for one in rooms)
    for content in {one.content.digest: one.content for one in rooms}.values():
        held.update(dict.fromkeys(content.members))
    return sorted(
        key
        for key in held
        if any(
            not span.text or span.touches(one.value)
            for one in rules.provisions.given(key, capability)
        )
    )


def ended(
    rules: Rules, capability: Key, span: Span, within: Collection[Key] | None
) -> Iterator[Touched]:
    """What stands on a capability at these values, or states a line that admits one of them."""
    view = rules.pack.view
    for key in sorted(view.assemblies if within is None else within):
        assembly = view.assemblies[key]
        for stand in rules.footings.of(assembly):
            given = [value for value, _ in stand.footing.given(capability)]
            here = [one for one in given if not span.text or span.touches(one)]
            if given and not here:
                continue
            if here:
                yield Touched(place=(key, None), on=at_version(capability, here[0]))
            environment = stand.footing.environment
            leans = rules.leaning(assembly.content, environment, changed=False)
            yield from _stating(rules, assembly, leans, capability, span, here, environment)
    if within is None:
        yield from _around(rules, capability, span)


def inferred(
    rules: Rules, subjects: Collection[Key], within: Collection[Key] | None
) -> Iterator[Touched]:
    """Members that lean on these by a line known from everywhere, for want of one of their own."""
    view = rules.pack.view
    for key in sorted(view.assemblies if within is None else within):
        content = view.assemblies[key].content
        here = [one for one in subjects if one in content.members]
        if not here or not any(one.unknown for one in content.members.values()):
            continue
        for stand in rules.footings.of(view.assemblies[key]):
            leans = rules.leaning(content, stand.footing.environment, changed=False)
            for subject in here:
                for lean in leans.up.get(subject, ()):
                    if lean.inferred:
                        yield Touched(place=(lean.downstream, key), on=subject, wish=lean.wish)


def _stating(
    rules: Rules, assembly: Assembly, leans: Leaning, capability: Key, span: Span,
    here: Collection[str], environment: tuple[tuple[str, str], ...],
) -> Iterator[Touched]:  # fmt: skip
    pack, members = rules.pack, assembly.content.members
    for key in (assembly.key, *members):
        extras = members[key].extras if key in members else ()
        found: dict[Requirement, tuple[int, ...]] = {}
        for lean in leans.on_capabilities.get(key, ()):
            if pack.family(lean.wish.on) == capability:
                found.update(dict.fromkeys(lean.wish.lines, lean.wish.statements))
        for line in pack.lines(key):
            about = pack.family(line.upstream) == capability and line.kind in RULE_KINDS
            if about and active(line.requirement, environment, extras):
                found.setdefault(line.requirement, (line.statement,))
        if found and _admits(found, span, here):
            place = (key, None) if key == assembly.key else (key, assembly.key)
            yield Touched(place=place, on=capability, wish=_wish(capability, found))


def _around(rules: Rules, capability: Key, span: Span) -> Iterator[Touched]:
    """What is no member and no assembly but states a line on the capability: a service, a model."""
    view = rules.pack.view
    inside = _inside(view)
    for key in sorted(view.lines):
        node = view.nodes.get(key)
        if node is None or key in view.assemblies or key in inside or node.kind == "framework":
            continue
        found = {
            line.requirement: (line.statement,)
            for line in rules.pack.lines(key)
            if rules.pack.family(line.upstream) == capability and line.kind in RULE_KINDS
        }
        if found and _admits(found, span, ()):
            yield Touched(place=(key, None), on=capability, wish=_wish(capability, found))


def _inside(view: View) -> set[Key]:
    return {key for content in contents_of(view) for key in content.members}


def _admits(lines: Iterable[Requirement], span: Span, here: Collection[str]) -> bool:
    """Whether the lines admit a value that ends: one that is there, else any of the range."""
    if here:
        return any(admits(lines, value) is not Answer.NO for value in here)
    return not span.text or meets(lines, span) is not Answer.NO


def _wish(capability: Key, found: Mapping[Requirement, tuple[int, ...]]) -> Wish:
    return Wish(
        on=capability, lines=tuple(found), edge="requires",
        statements=tuple(dict.fromkeys(one for some in found.values() for one in some)),
    )  # fmt: skip
