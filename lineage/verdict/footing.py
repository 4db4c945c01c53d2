"""Footings: on what an assembly stands. Twins (equal content, equal footing) share verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from lineage.model.claim import Property
from lineage.model.identity import Key
from lineage.record.view import Assembly, Content, View
from lineage.verdict.artefact import channels_of
from lineage.verdict.marker import Environment
from lineage.verdict.pack import Pack
from lineage.verdict.provision import RUNTIME, Provisions

Given = tuple[tuple[str, str], ...]
"""Sorted (value, role)."""


@dataclass(frozen=True, kw_only=True)
class Footing:
    """Marker environment, channels, and what value is provided for each capability, in which role.

    By whom stays outside: with it, assemblies would share less.
    """

    environment: Environment
    channels: frozenset[str]
    provision: tuple[tuple[Key, Given], ...]

    @cached_property
    def digest(self) -> bytes:
        """Equal exactly for equal footings."""
        text = repr((self.environment, sorted(self.channels), self.provision))
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def given(self, capability: Key) -> Given:
        """What is provided of a capability; () where nobody provides it."""
        return self._given.get(capability, ())

    @cached_property
    def _given(self) -> dict[Key, Given]:
        return dict(self.provision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A footing of an assembly and who provides from outside (None: only its own members)."""

    footing: Footing
    holder: Key | None = None


class Footings:
    """The footings of the assemblies of a view; equal ones are one object."""

    def __init__(self, pack: Pack, provisions: Provisions) -> None:
        self._pack = pack
        self._provisions = provisions
        self._inner: dict[tuple[tuple[Key, ...], tuple[Key, ...]], dict[Key, Given]] = {}
        self._stands: dict[Key, tuple[Stand, ...]] = {}
        self._made: dict[tuple[Environment, frozenset[str], object], Footing] = {}
        self._environments: dict[tuple[Property, ...], Environment] = {}
        self._by_variables: dict[Environment, dict[Key, Given]] = {}
        self._named: dict[frozenset[str], set[int]] | None = None
        self._holders = _holders(pack)

    def of(self, assembly: Assembly) -> tuple[Stand, ...]:
        """One stand for each distinct provision: its members, else its holder, else its hosts."""
        if assembly.key not in self._stands:
            self._stands[assembly.key] = self._of(assembly)
        return self._stands[assembly.key]

    def _of(self, assembly: Assembly) -> tuple[Stand, ...]:
        content = assembly.content
        environment = self._environment(content)
        channels = self._channels(content)
        own = {**self._outer(assembly.key), **self._variables(environment), **self._own(content)}
        stands: dict[int, Stand] = {}
        for holder in (*self._holders.get(assembly.key, ()), None):
            if holder is None and stands:
                continue
            given = {**self._above(holder, {assembly.key}), **own}
            footing = self._one(environment, channels, tuple(sorted(given.items())))
            stands.setdefault(id(footing), Stand(footing=footing, holder=holder))
        return tuple(stands.values())

    def _one(
        self,
        environment: Environment,
        channels: frozenset[str],
        provision: tuple[tuple[Key, Given], ...],
    ) -> Footing:
        place = (environment, channels, provision)
        if place not in self._made:
            self._made[place] = Footing(
                environment=environment, channels=channels, provision=provision
            )
        return self._made[place]

    def _own(self, content: Content) -> dict[Key, Given]:
        """What the members give; one object for all contents whose givers are the same."""
        giving = self._provisions.giving(content)
        stated = tuple(
            edge.downstream
            for edge in (*self._pack.held.inner(content).others, *content.outer)
            if edge.kind == "provided_by"
        )
        place = (giving, stated)
        if place not in self._inner:
            self._inner[place] = self._given(giving, stated)
        return self._inner[place]

    def _given(self, giving: Iterable[Key], stated: Iterable[Key]) -> dict[Key, Given]:
        found: dict[Key, set[tuple[str, str]]] = {}
        for component in giving:
            for one in self._provisions.of(component):
                found.setdefault(one.capability, set()).add((one.value, one.role))
        for key in stated:
            node = self._pack.view.nodes.get(key)
            if node and node.version:
                found.setdefault(node.family, set()).add((node.version, RUNTIME))
        return {key: tuple(sorted(values)) for key, values in found.items()}

    def _channels(self, content: Content) -> frozenset[str]:
        if self._named is None:
            self._named = {}
            for member in chain(*self._pack.held.members.values()):
                named = frozenset(channels_of(member))
                self._named.setdefault(named, set()).add(id(member))
        places = self._pack.held.places(content)
        found = [named for named, those in self._named.items() if not those.isdisjoint(places)]
        return frozenset().union(*found)

    def _outer(self, key: Key) -> dict[Key, Given]:
        """What the subject of the assembly gives by itself (a GPU, a host's own rows)."""
        return self._given((key,), ())

    def _above(self, holder: Key | None, seen: set[Key]) -> dict[Key, Given]:
        """What a holder provides: its own members before what holds it."""
        if holder is None or holder in seen:
            return {}
        above: dict[Key, Given] = {}
        for higher in self._holders.get(holder, ()):
            above.update(self._above(higher, {*seen, holder}))
        assembly = self._pack.view.assemblies.get(holder)
        above.update(self._outer(holder))
        if assembly:
            above.update(self._own(assembly.content))
        return above

    def _variables(self, environment: Environment) -> dict[Key, Given]:
        """What the marker environment gives."""
        if environment not in self._by_variables:
            stated = dict(environment)
            found: dict[Key, Given] = {}
            for capability in self._pack.capabilities.values():
                for variable in capability.variables:
                    if stated.get(variable):
                        found[capability.key] = ((stated[variable], RUNTIME),)
                        break
            self._by_variables[environment] = found
        return self._by_variables[environment]

    def _environment(self, content: Content) -> Environment:
        stated = tuple(one for one in content.properties if one.name == "marker_environment")
        if stated not in self._environments:
            found: dict[str, str] = {}
            for one in stated:
                value = one.decoded()
                if isinstance(value, dict):
                    found.update((str(name), str(text)) for name, text in value.items())
            self._environments[stated] = tuple(sorted(found.items()))
        return self._environments[stated]


def _holders(pack: Pack) -> dict[Key, tuple[Key, ...]]:
    """Who holds an assembly: the containers and hosts it is in or runs on, nearest first."""
    found: dict[Key, dict[Key, None]] = {}
    view = pack.view
    for key, members in pack.held.nested.items():
        for member in members:
            found.setdefault(member, {})[key] = None
    runs: dict[Key, list[Key]] = {}
    for edge in view.edges:
        if edge.kind == "runs_on":
            found.setdefault(edge.downstream, {})[edge.upstream] = None
            runs.setdefault(edge.downstream, []).append(edge.upstream)
    for uppers in runs.values():
        for assembly_key in _kinds(view, uppers, {"environment", "container"}):
            for host in _kinds(view, uppers, {"host", "hardware"}):
                found.setdefault(assembly_key, {})[host] = None
    return {key: tuple(holders) for key, holders in found.items()}


def _kinds(view: View, keys: Iterable[Key], kinds: set[str]) -> list[Key]:
    return [key for key in keys if key in view.nodes and view.nodes[key].kind in kinds]
