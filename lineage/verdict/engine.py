"""Compiled models: bound to a runtime, a device and a platform, and compiled from another model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from lineage.graph.engine import Place
from lineage.model.claim import OfComponent, OfFamily, OfPattern
from lineage.model.identity import Key, at_version
from lineage.record.view import Assembly, Fact, View
from lineage.verdict.crossing import kinds
from lineage.verdict.fixpoint import settle
from lineage.verdict.footing import Footing, Footings
from lineage.verdict.held import contents_of
from lineage.verdict.host import Host
from lineage.verdict.hosted import Hosted
from lineage.verdict.outcome import (
    REBUILD,
    SWAPPED,
    UNKNOWN,
    Evidence,
    Finding,
    Fix,
    Verdict,
    worse,
)
from lineage.verdict.pack import Pack
from lineage.verdict.provision import BINDINGS, Provisions
from lineage.verdict.span import numbers
from lineage.verdict.target import CAPABILITY, Target
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

_MODEL = "model"
_SOURCE = "converted_from"
_RUNS_ON = "runs_on"
_ANY = "place"


class Compiled:
    """What changes do to the compiled models of a view; built once per view."""

    def __init__(
        self, pack: Pack, provisions: Provisions, footings: Footings, hosted: Hosted
    ) -> None:
        self._pack = pack
        self._provisions = provisions
        self._footings = footings
        self._hosts = hosted.hosts
        self._held: dict[bytes, tuple[Key, ...]] = {}
        self._models = {
            key for key, node in pack.view.nodes.items() if node.kind == _MODEL and self._rows(key)
        }
        self._inside = _inside(pack.view, self._models)
        self._around = _around(pack.view, self._models)
        self._loose = sorted(self._models - self._inside - self._around.keys())
        self._sources: dict[Key, list[tuple[Key, tuple[int, ...]]]] = {}
        for edge in pack.view.edges if self._models else ():
            if edge.kind == _SOURCE:
                found = self._sources.setdefault(edge.downstream, [])
                found.append((edge.upstream, edge.statements))

    def inside(
        self, assembly: Assembly, footing: Footing, target: Target, old: Mapping[Key, Verdict]
    ) -> Mapping[Key, Verdict]:
        """The old verdicts, with what the change does to the compiled models of an assembly.

        The old ones themselves where it does nothing to them.
        """
        found: dict[Key, Verdict] = {}
        for key in self._of(assembly):
            verdict = self._changed(key, assembly, footing, target)
            before = old.get(key)
            if verdict is not None and (before is None or before.verdict != SWAPPED):
                found[key] = worse(before, verdict) or verdict
        return {**old, **found} if found else old

    def beside(
        self, keys: Collection[Key], target: Target, *, loose: bool
    ) -> Iterator[tuple[Key, Verdict]]:
        """What it does to those that these assemblies only serve or run.

        ``loose`` adds those of which nobody knows what runs them: the change may be theirs.
        """
        assemblies, wanted = self._pack.view.assemblies, set(keys) if self._around else ()
        for model, around in self._around.items():
            stands = [
                (assemblies[key], stand.footing)
                for key in around
                if key in wanted and model not in assemblies[key].content.members
                for stand in self._footings.of(assemblies[key])
            ]
            if target.layer == CAPABILITY:
                giving = [one for one in stands if one[1].given(target.key)]
                stands = giving or ([] if model in self._inside else stands)
            for assembly, footing in stands:
                verdict = self._changed(model, assembly, footing, target)
                if verdict is not None:
                    yield model, verdict
        for model in self._loose if loose and target.layer == CAPABILITY else ():
            for fact in self._bound(model, target.key):
                yield model, self._again(model, fact, target.key, target.key)

    def placed(self, assembly: Assembly, footing: Footing, host: Host) -> dict[Place, Verdict]:
        """What standing on a host does to what an assembly contains, serves or runs, by place."""
        hosts = self._hosts.of(assembly.key)
        if not self._models or any(one.key == host.key for one in hosts):
            return {}
        inside = self._of(assembly)
        served = [
            one
            for one, around in self._around.items()
            if assembly.key in around and one not in inside
        ]
        places: list[Place] = [(one, assembly.key) for one in inside]
        found: dict[Place, Verdict] = {}
        for place in (*places, *((one, None) for one in served)):
            for fact in self._rows(place[0]):
                for capability in self._capabilities(fact):
                    some = self._moved(place[0], fact, capability, hosts, footing, host)
                    verdict = worse(found.get(place), some)
                    if verdict is not None:
                        found[place] = verdict
        return found

    def _of(self, assembly: Assembly) -> tuple[Key, ...]:
        content = assembly.content
        if content.digest not in self._held:
            found = tuple(key for key in content.members if key in self._models)
            self._held[content.digest] = found if self._models else ()
        return self._held[content.digest]

    def _moved(
        self, model: Key, fact: Fact, capability: Key, hosts: Collection[Host],
        footing: Footing, host: Host,
    ) -> Verdict | None:  # fmt: skip
        """What it was compiled for is what its present hosts give, if that is one value."""
        own = [value for value, _ in footing.given(capability)]
        before = [v for one in hosts for v in one.given.get(capability, ())] or own
        after = host.given.get(capability, ())
        if not after:
            silent = host.partial or bool(own)
            return None if silent else _unknown(fact, capability, host.key)
        kept = [one for one in before if self._is_one_of(capability, one, after)]
        if before and len(kept) == len(before):
            return None
        if before and not kept:
            return self._again(model, fact, capability, host.key)
        return _unknown(fact, capability, host.key)

    def _is_one_of(self, capability: Key, value: str, values: Iterable[str]) -> bool:
        order = scheme(self._pack.rule(capability).scheme)
        return any(value == one or order.compare(value, one) == 0 for one in values)

    def _changed(
        self, model: Key, assembly: Assembly, footing: Footing, target: Target
    ) -> Verdict | None:
        if target.layer == CAPABILITY:
            facts = self._bound(model, target.key)
            if not facts:
                return None
            given = {value for value, _ in footing.given(target.key)}
            if not given:
                hosts = self._hosts.of(assembly.key)
                given = {v for one in hosts for v in one.given.get(target.key, ())}
            if given and not any(target.moves(value) for value in given):
                return None
            gone = self._runtime(assembly, target)
            return self._again(model, facts[0], target.key, gone or target.key)
        for key in self._going(assembly, target):
            for fact in self._rows(model):
                for capability in self._capabilities(fact):
                    if self._gives_another(key, capability, target):
                        return self._again(model, fact, capability, key)
        return None

    def _going(self, assembly: Assembly, target: Target) -> list[Key]:
        """The members that the change takes away."""
        nodes = self._pack.view.nodes
        keys = sorted(key for key in assembly.content.members if key in nodes)
        return [
            key
            for key in keys
            if nodes[key].family == target.key and target.moves(nodes[key].version or "")
        ]

    def _runtime(self, assembly: Assembly, target: Target) -> Key | None:
        provisions = self._provisions
        return min(
            (
                key for key in assembly.content.members
                for one in provisions.given(key, target.key)
                if one.role != BINDINGS and target.moves(one.value)
            ),
            default=None,
        )  # fmt: skip

    def _gives_another(self, component: Key, capability: Key, target: Target) -> bool:
        """Whether what goes gives the capability and what comes gives another value, or none."""
        before = self._values(component, capability)
        family, version = target.key, target.to.text if target.to else ""
        if target.by is not None:
            family, version = target.by, target.by_version or ""
        after = self._values(at_version(family, version), capability) if numbers(version) else set()
        return bool(before) and before != after

    def _values(self, component: Key, capability: Key) -> set[str]:
        given = self._provisions.given(component, capability)
        return {one.value for one in given if one.role != BINDINGS}

    def _rows(self, component: Key) -> tuple[Fact, ...]:
        return self._pack.rows("engine", component)

    def _bound(self, component: Key, capability: Key) -> list[Fact]:
        return [one for one in self._rows(component) if capability in self._capabilities(one)]

    def _capabilities(self, fact: Fact) -> tuple[Key, ...]:
        return tuple(self._pack.capability(str(one)) for one in fact.value.get("bound_to") or ())

    def _again(self, model: Key, fact: Fact, capability: Key, parent: Key) -> Verdict:
        sources = sorted(self._sources.get(model, ()))
        fix = None
        if sources:
            fix = Fix(action="build", key=sources[0][0], note=f"compile {sources[0][0]} again")
        said = tuple(one for _, statements in sources for one in statements)
        return _verdict(REBUILD, None, fact, capability, parent, Answer.NO, said, fix)


def _unknown(fact: Fact, capability: Key, parent: Key) -> Verdict:
    """It was compiled for one value, and nobody knows for which, or what there is now."""
    return _verdict(UNKNOWN, "BUILD", fact, capability, parent, Answer.CANNOT_COMPARE, (), None)


def _verdict(
    verdict: str, reason: str | None, fact: Fact, capability: Key, parent: Key, holds: Answer,
    said: tuple[int, ...], fix: Fix | None,
) -> Verdict:  # fmt: skip
    evidence = Evidence(
        on=capability, holds=holds, bound=_text(fact), edge="requires",
        statements=(fact.statement, *said),
    )  # fmt: skip
    settled = settle([Finding(verdict=verdict, reason=reason, evidence=evidence, fix=fix)])
    assert settled is not None
    return replace(settled, parent=parent)


def _text(fact: Fact) -> str:
    """Whom the row is about, as it says it."""
    match fact.subject:
        case OfComponent(text) | OfFamily(text) | OfPattern(text):
            return str(text)
    return ""


def _inside(view: View, models: Collection[Key]) -> set[Key]:
    """Those of these models that are members of an assembly."""
    members = (one.members for one in (contents_of(view) if models else ()))
    return {key for some in members for key in models if key in some}


def _around(view: View, models: Collection[Key]) -> dict[Key, dict[Key, None]]:
    """The assemblies that serve, hold or run these models, themselves or by what they run on."""
    carry = kinds(_ANY, "CARRIES")
    below: dict[Key, list[Key]] = {}
    near: dict[Key, dict[Key, None]] = {}
    for edge in view.edges if models else ():
        if edge.kind == _RUNS_ON:
            below.setdefault(edge.downstream, []).append(edge.upstream)
            if edge.downstream in models:
                near.setdefault(edge.downstream, {})[edge.upstream] = None
        if edge.kind in carry and edge.upstream in models:
            near.setdefault(edge.upstream, {})[edge.downstream] = None
    found: dict[Key, dict[Key, None]] = {}
    for model, others in near.items():
        for other in others:
            around = (other,) if other in view.assemblies else below.get(other, ())
            for one in around:
                if one in view.assemblies:
                    found.setdefault(model, {})[one] = None
    return found
