"""Footings: on what an assembly stands. Twins (equal content, equal footing) share verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lineage.model.identity import Key
from lineage.record.view import Assembly, Content, View
from lineage.verdict.artefact import channels_of
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions

Given = tuple[tuple[str, str], ...]
"""Sorted (value, role)."""


@dataclass(frozen=True, kw_only=True)
class Footing:
    """Marker environment, channels, and what value is provided for each capability, in which role.

    By whom stays outside: with it, assemblies would share less.
    """

    environment: tuple[tuple[str, str], ...]
    channels: frozenset[str]
    provision: tuple[tuple[Key, Given], ...]

    @cached_property
    def digest(self) -> bytes:
        """Equal exactly for equal footings."""
        text = repr((self.environment, sorted(self.channels), self.provision))
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def given(self, capability: Key) -> Given:
        """What is provided of a capability; () where nobody provides it."""
        return dict(self.provision).get(capability, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A footing of an assembly and who provides from outside (None: only its own members)."""

    footing: Footing
    holder: Key | None = None


class Footings:
    """The footings of the assemblies of a view."""

    def __init__(self, pack: Pack, provisions: Provisions) -> None:
        self._pack = pack
        self._provisions = provisions
        self._inner: dict[bytes, dict[Key, Given]] = {}
        self._stands: dict[Key, tuple[Stand, ...]] = {}
        self._named: dict[int, frozenset[str]] = {}
        self._holders = _holders(pack.view)

    def of(self, assembly: Assembly) -> tuple[Stand, ...]:
        """One stand for each distinct provision: its members, else its holder, else its hosts."""
        if assembly.key not in self._stands:
            self._stands[assembly.key] = self._of(assembly)
        return self._stands[assembly.key]

    def _of(self, assembly: Assembly) -> tuple[Stand, ...]:
        content = assembly.content
        environment = dict(_environment(content))
        channels = self._channels(content)
        own = {**self._outer(assembly.key), **self._environment(environment)}
        own.update(self._own(content))
        stands: dict[bytes, Stand] = {}
        for holder in (*self._holders.get(assembly.key, ()), None):
            if holder is None and stands:
                continue
            given = {**self._above(holder, {assembly.key}), **own}
            footing = Footing(
                environment=tuple(sorted(environment.items())),
                channels=channels,
                provision=tuple(sorted(given.items())),
            )
            stands.setdefault(footing.digest, Stand(footing=footing, holder=holder))
        return tuple(stands.values())

    def _own(self, content: Content) -> dict[Key, Given]:
        if content.digest not in self._inner:
            found: dict[Key, set[tuple[str, str]]] = {}
            for member in content.members:
                for one in self._provisions.of(member):
                    found.setdefault(one.capability, set()).add((one.value, one.role))
            for edge in (*content.edges, *content.outer):
                if edge.kind == "provided_by":
                    node = self._pack.view.nodes.get(edge.downstream)
                    if node and node.version:
                        found.setdefault(node.family, set()).add((node.version, "runtime"))
            self._inner[content.digest] = {key: tuple(sorted(v)) for key, v in found.items()}
        return self._inner[content.digest]

    def _channels(self, content: Content) -> frozenset[str]:
        found: set[str] = set()
        for member in content.members.values():
            place = id(member)  # most members are in many contents: one object, kept by the view
            if place not in self._named:
                self._named[place] = frozenset(channels_of(member))
            found |= self._named[place]
        return frozenset(found)

    def _outer(self, key: Key) -> dict[Key, Given]:
        """What the subject of the assembly gives by itself (a GPU, a host's own rows)."""
        found: dict[Key, set[tuple[str, str]]] = {}
        for one in self._provisions.of(key):
            found.setdefault(one.capability, set()).add((one.value, one.role))
        return {capability: tuple(sorted(values)) for capability, values in found.items()}

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

    def _environment(self, environment: dict[str, str]) -> dict[Key, Given]:
        found: dict[Key, Given] = {}
        for capability in self._pack.capabilities.values():
            for variable in capability.variables:
                if environment.get(variable):
                    found[capability.key] = ((environment[variable], "runtime"),)
                    break
        return found


def _environment(content: Content) -> Iterator[tuple[str, str]]:
    for one in content.properties:
        if one.name == "marker_environment" and isinstance(one.decoded(), dict):
            yield from ((str(name), str(value)) for name, value in one.decoded().items())


def _holders(view: View) -> dict[Key, tuple[Key, ...]]:
    """Who holds an assembly: the containers and hosts it is in or runs on, nearest first."""
    found: dict[Key, dict[Key, None]] = {}
    for assembly in view.assemblies.values():
        for member in assembly.content.members:
            if member in view.assemblies and member != assembly.key:
                found.setdefault(member, {})[assembly.key] = None
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
