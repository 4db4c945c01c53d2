"""What an assembly asks of its hosts: by what its members give, need and were compiled for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import orjson

from lineage.model.identity import Key, at_version
from lineage.record.view import Assembly, Content, MemberFacts
from lineage.verdict.arrival import LINE
from lineage.verdict.artefact import installed
from lineage.verdict.coming import Coming
from lineage.verdict.condition import Given, Need
from lineage.verdict.footing import Footing
from lineage.verdict.held import RULE_KINDS
from lineage.verdict.leaning import Leaning
from lineage.verdict.marker import active
from lineage.verdict.moving import Moved
from lineage.verdict.pack import Pack, Provided
from lineage.verdict.provision import BINDINGS, LIBRARY, RUNTIME, Provisions
from lineage.verdict.span import head
from lineage.verdict.target import CAPABILITY, REPLACE, Target, greatest, release_in
from lineage.vocabulary.knowledge import MACHINE


class Needs:
    """The needs of assemblies, as they are and after a change."""

    def __init__(self, pack: Pack, provisions: Provisions) -> None:
        self._pack = pack
        self._provisions = provisions
        self._present: dict[tuple[Key, ...], Given] = {}

    def now(
        self, assembly: Assembly, footing: Footing, leans: Leaning, *, declared: bool = True
    ) -> tuple[Need, ...]:
        """Everything that the assembly asks of a host as it is.

        With what it and its members declare themselves, if that is not judged elsewhere.
        """
        content = assembly.content
        own, platform = self.present(content), platform_of(footing)
        found: dict[tuple[Key, str | None], Need] = {}
        for key in (assembly.key, *content.members):
            member = content.members.get(key)
            lines = tuple(self._lines(key, member, footing, leans)) if declared else ()
            needs = list(self._of(key, member, own, platform))
            if lines and not needs:
                needs = [Need(key=key, by=key, beside=own)]
            for need in needs:
                found.setdefault((need.key, need.value), replace(need, lines=lines))
            for one in self._provisions.of(key):
                if self._asks(one, key, content, leans):
                    beside = {**own, **_own(self._provisions.of(key), one.capability)}
                    need = Need(key=one.capability, value=one.value, by=key, beside=beside)
                    found.setdefault((need.key, need.value), need)
        return tuple(found.values())

    def present(self, content: Content) -> Given:
        """What the members give, by capability; one object for all whose givers are the same."""
        giving = self._provisions.giving(content)
        if giving not in self._present:
            self._present[giving] = _given(self._provisions, giving)
        return self._present[giving]

    def comes_to(self, assembly: Assembly, target: Target, moved: Collection[Key]) -> bool:
        """Whether the change is one of what is there: of these members, or of the subject."""
        if moved or target.layer != CAPABILITY or target.kind == REPLACE:
            return bool(moved)
        given = self._provisions.given(assembly.key, target.key)
        return any(target.moves(one.value) for one in given)

    def after(self, own: Given, platform: str, target: Target) -> tuple[Need, ...]:
        """What the change makes what it comes to ask of a host; ``own`` is what stands there."""
        if target.kind == REPLACE and target.layer == CAPABILITY and target.by is not None:
            value = target.by_version
            return (Need(key=target.by, value=value, beside=own),) if value else ()
        if target.to is None or not target.to.text:
            return ()
        if target.layer == CAPABILITY:
            return (Need(key=target.key, value=_value(target.to.text), beside=own),)
        versions = release_in(target.to, self._pack.versions(target.key))
        newest = greatest(versions, target.scheme) or (versions[-1] if versions else None)
        if newest is None:
            return ()
        key = at_version(target.key, newest)
        found = list(self._of(key, None, own, platform))
        found += (
            Need(key=one.capability, value=one.value, by=key, beside=own)
            for one in self._provisions.of(key)
            if one.role != BINDINGS
        )
        return tuple(found)

    def demanded(
        self, present: Given, platform: str, target: Target, along: Moved
    ) -> tuple[Need, ...]:
        """What all that comes along makes an assembly ask of a host.

        What it will give stands in the place of what is ``present`` now.
        """
        given = {
            one.key: tuple(row for row in self._arriving(one) if row.capability != target.key)
            for one in along.comings
        }
        own = {**present, **_runtimes(given.values())}
        lines: dict[Key, dict[tuple[Key, str, int], None]] = {}
        found: dict[tuple[Key, str | None], Need] = {}
        for one in (one for arrival in along.arrivals for one in arrival.demands):
            lines.setdefault(one.asked_by, {})
            if one.kind != LINE:
                continue
            if self._pack.rule(one.capability).outside:
                place = (one.capability, one.requirement, one.statement)
                lines[one.asked_by][place] = None
            elif one.capability not in own and (value := _least(one.requirement)):
                need = Need(key=one.capability, value=value, by=one.asked_by, beside=own)
                found.setdefault((one.capability, value), need)
        for coming in along.comings:
            lines.setdefault(coming.key, {})
            for row in given[coming.key]:
                if row.role == BINDINGS or _is_there(row, present) or _is_led(row, own):
                    continue
                beside = {**own, **_own(given[coming.key], row.capability)}
                need = Need(key=row.capability, value=row.value, by=coming.key, beside=beside,
                            why=coming.line)  # fmt: skip
                found.setdefault((row.capability, row.value), need)
        said = {one.key: one.line for one in reversed(along.comings)}
        for key, some in lines.items():
            rows = self._pack.rows("requires", key) or self._pack.rows("runs", key)
            if some or rows:
                need = Need(key=key, by=key, beside=own, platform=platform, lines=tuple(some),
                            why=said.get(key, ""))  # fmt: skip
                found.setdefault((key, None), need)
        return tuple(found.values())

    def _arriving(self, one: Coming) -> tuple[Provided, ...]:
        """What something that comes gives: at its version, or at the least that is asked for."""
        least = one.version or _least(one.requirement)
        if least is not None:
            return self._provisions.of(at_version(one.family, least))
        return tuple(row for row in self._provisions.of(one.family) if row.rule != "version")

    def _of(
        self, key: Key, member: MemberFacts | None, own: Given, platform: str
    ) -> Iterator[Need]:
        """The need of a component itself, where some row is about it."""
        if self._pack.rows("requires", key) or self._pack.rows("runs", key):
            build = _build(member) if member else ""
            yield Need(key=key, by=key, beside=own, build=build, platform=platform)

    def _lines(
        self, key: Key, member: MemberFacts | None, footing: Footing, leans: Leaning
    ) -> Iterator[tuple[Key, str, int]]:
        """Its own active lines on what hosts give, of this assembly and from everywhere."""
        extras = member.extras if member else ()
        found: dict[tuple[Key, str], int] = {}
        for lean in leans.on_capabilities.get(key, ()):
            capability = self._pack.family(lean.wish.on)
            if lean.runtime and self._pack.rule(capability).outside:
                said = lean.wish.statements[0] if lean.wish.statements else 0
                found.update({(capability, one.raw): said for one in lean.wish.lines})
        for line in self._pack.lines(key):
            capability = self._pack.family(line.upstream)
            asked = line.kind in RULE_KINDS and self._pack.rule(capability).outside
            if asked and active(line.requirement, footing.environment, extras):
                found.setdefault((capability, line.requirement.raw), line.statement)
        yield from ((capability, raw, said) for (capability, raw), said in found.items())

    def _asks(self, one: Provided, key: Key, content: Content, leans: Leaning) -> bool:
        """A runtime asks; a library only where no runtime of its major is there.

        One whose every dependent also names its counterpart of another major asks nothing.
        """
        if one.role == BINDINGS:
            return False
        if one.role != LIBRARY:
            return True
        runtimes = {
            head(other.value, 1)
            for member in self._provisions.giving(content)
            for other in self._provisions.given(member, one.capability)
            if other.role == RUNTIME
        }
        if head(one.value, 1) in runtimes:
            return False
        return not self._names_both(key, leans)

    def _names_both(self, key: Key, leans: Leaning) -> bool:
        others = self._counterparts(key)
        dependents = {lean.downstream for lean in leans.up.get(key, ())}
        if not others or not dependents:
            return False
        nodes = self._pack.view.nodes
        return all(
            any(
                lean.wish.on in nodes and nodes[lean.wish.on].family in others
                for lean in leans.down.get(one, ())
            )
            for one in dependents
        )

    def _counterparts(self, key: Key) -> set[Key]:
        node = self._pack.view.nodes.get(key)
        if node is None:
            return set()
        found = {one.family for one in self._pack.successors(node.family)}
        found |= {
            family
            for family in self._pack.releases
            if any(one.family == node.family for one in self._pack.successors(family))
        }
        return found - {node.family}


def platform_of(footing: Footing) -> str:
    """The machine that the marker environment names; "" where it names none."""
    return dict(footing.environment).get(MACHINE, "")


def _given(provisions: Provisions, components: Iterable[Key]) -> Given:
    """What components give, by capability: runtimes where there are any, else libraries."""
    found: dict[Key, dict[str, set[str]]] = {}
    for component in components:
        for one in provisions.of(component):
            found.setdefault(one.capability, {}).setdefault(one.role, set()).add(one.value)
    return {
        key: tuple(sorted(roles.get(RUNTIME) or roles.get(LIBRARY) or ()))
        for key, roles in found.items()
    }


def _runtimes(given: Iterable[Iterable[Provided]]) -> dict[Key, tuple[str, ...]]:
    """What runtimes among these give, by capability."""
    found: dict[Key, dict[str, None]] = {}
    for some in given:
        for one in some:
            if one.role == RUNTIME:
                found.setdefault(one.capability, {})[one.value] = None
    return {key: tuple(values) for key, values in found.items()}


def _is_there(row: Provided, given: Given) -> bool:
    """Whether that value is given already: what hosts say to it was so before."""
    return row.value in given.get(row.capability, ())


def _is_led(row: Provided, given: Given) -> bool:
    """Whether it is a library of a major of which something is or comes there anyway."""
    majors = {head(value, 1) for value in given.get(row.capability, ())}
    return row.role == LIBRARY and head(row.value, 1) in majors


def _own(provided: Iterable[Provided], but: Key) -> dict[Key, tuple[str, ...]]:
    """What a component gives besides: its own word counts before what stands beside it."""
    found: dict[Key, tuple[str, ...]] = {}
    for one in provided:
        if one.capability != but:
            found[one.capability] = (*found.get(one.capability, ()), one.value)
    return found


def _build(member: MemberFacts) -> str:
    stated = next((str(orjson.loads(v)) for n, v in member.facts if n == "build"), "")
    return stated or str(installed(member).get("build") or "")


def _value(text: str) -> str:
    """The value that a target names: itself, or the first number of a range upward."""
    return text.lstrip("<>=!~^ ")


_LEAST = re.compile(r"(?:^|[>=~]=?)\s*(\d[\w.]*)")


def _least(text: str) -> str | None:
    """The least value that a range names, as written; None where it has no lower bound."""
    found = _LEAST.search(text)
    return found[1].rstrip(".") if found else None
