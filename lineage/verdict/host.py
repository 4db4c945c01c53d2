"""Hosts: what each one provides, and which assemblies stand on it, through whatever is between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lineage.errors import ChangeInvalidError
from lineage.model.identity import Key, identify
from lineage.record.view import View
from lineage.verdict.hardware import HARDWARE, Device, Devices
from lineage.verdict.held import contents_of
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.versions.schemes import scheme

HOST = "host"
_PLACES = frozenset({HOST, HARDWARE})
_CARRIED = frozenset({"container", "environment"})
_DEVICE = "gpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine: the values it gives by capability, and its devices.

    ``named`` are devices that it holds but that no row knows. ``partial`` marks one that a
    question describes: what is not said there is not asked of it.
    """

    key: Key
    given: Mapping[Key, tuple[str, ...]]
    devices: tuple[Device, ...] = ()
    named: tuple[str, ...] = ()
    partial: bool = False

    @property
    def classes(self) -> frozenset[str]:
        """The classes of its devices; empty where none is known."""
        return frozenset(one.kind for one in self.devices)


class Hosts:
    """The hosts of a view."""

    def __init__(self, pack: Pack, provisions: Provisions) -> None:
        self._pack = pack
        self._provisions = provisions
        self.devices = Devices(pack)
        self._values, self._parts = _stated(pack)
        self._up = _standing(pack)
        self._down: dict[Key, list[Key]] | None = None
        self._hosts: dict[Key, Host] = {}

    def of(self, key: Key) -> tuple[Host, ...]:
        """The hosts on which something stands, by key: itself, or through what holds it."""
        found: set[Key] = set()
        seen, ahead = {key}, [key]
        while ahead:
            one = ahead.pop()
            node = self._pack.view.nodes.get(one)
            if node is not None and node.kind in _PLACES:
                found.add(one)
                continue
            for upper in self._up.get(one, ()):
                if upper not in seen:
                    seen.add(upper)
                    ahead.append(upper)
        return tuple(self.host(one) for one in sorted(found))

    def all(self) -> tuple[Host, ...]:
        """Every host of the view that gives something, by key."""
        keys = {
            key
            for key in (*self._values, *self._parts, *self._pack.view.assemblies)
            if (node := self._pack.view.nodes.get(key)) and node.kind == HOST
        }
        return tuple(self.host(key) for key in sorted(keys))

    def host(self, key: Key) -> Host:
        """What a host or a device provides."""
        if key not in self._hosts:
            self._hosts[key] = self._read(key)
        return self._hosts[key]

    def described(self, text: str) -> Host:
        """A host in words: CAPABILITY=VALUE pairs and gpu=NAME, separated by commas.

        Raises ChangeInvalidError for a pair without a value, a capability that nobody knows, a
        value that its scheme cannot read, or a device that no row knows.
        """
        given: dict[Key, tuple[str, ...]] = {}
        devices: list[Device] = []
        for pair in text.split(","):
            name, separator, value = (part.strip() for part in pair.partition("="))
            if not separator or not name or not value:
                raise ChangeInvalidError(reason=f"'{pair.strip()}' is no host and no NAME=VALUE")
            if name == _DEVICE:
                some = self.devices.named(value) or self.devices.named(value.replace("_", " "))
                if not some:
                    raise ChangeInvalidError(reason=f"no row knows a device '{value}'")
                devices.extend(some)
                continue
            capability = self._pack.capability(name)
            if capability not in self._pack.capabilities:
                raise ChangeInvalidError(reason=f"no capability is called '{name}'")
            if not _readable(self._pack, capability, value):
                rule = self._pack.rule(capability)
                raise ChangeInvalidError(reason=f"'{value}' is no {rule.scheme} version")
            given[capability] = (*given.get(capability, ()), value)
        return Host(
            key=Key(text), given=_with(given, devices), devices=tuple(devices), partial=True
        )

    def brought(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """The assemblies that come along where these are placed, themselves included, by key."""
        view = self._pack.view
        if self._down is None:
            self._down = {}
            for lower, uppers in self._up.items():
                for upper in uppers:
                    self._down.setdefault(upper, []).append(lower)
        seen, ahead = set(keys), list(keys)
        while ahead:
            one = ahead.pop()
            assembly = view.assemblies.get(one)
            inside = assembly.content.members if assembly else ()
            below = [key for key in self._up.get(one, ()) if _kind(view, key) in _CARRIED]
            held = [key for key in self._down.get(one, ()) if key in inside]
            for key in (*held, *(key for key in below if key not in inside)):
                if key not in seen and _kind(view, key) not in _PLACES:
                    seen.add(key)
                    ahead.append(key)
        return tuple(sorted(key for key in seen if key in view.assemblies))

    def _read(self, key: Key) -> Host:
        view = self._pack.view
        assembly = view.assemblies.get(key)
        parts = dict.fromkeys((key, *(assembly.content.members if assembly else ())))
        ahead = list(parts)
        while ahead:
            for part in self._parts.get(ahead.pop(), ()):
                if part not in parts:
                    parts[part] = None
                    ahead.append(part)
        given: dict[Key, tuple[str, ...]] = {}
        devices: list[Device] = []
        named: list[str] = []
        for part in parts:
            for capability, value in self._values.get(part, ()):
                given[capability] = tuple(dict.fromkeys((*given.get(capability, ()), value)))
            some = self.devices.of(part)
            devices.extend(some)
            if not some and self._is_device(part):
                named.append(view.nodes[part].name)
            for one in self._provisions.of(part) if not some else ():
                if self._pack.rule(one.capability).outside and one.capability not in given:
                    given[one.capability] = (one.value,)
        return Host(
            key=key, given=_with(given, devices), devices=tuple(devices), named=tuple(named)
        )

    def _is_device(self, part: Key) -> bool:
        node = self._pack.view.nodes.get(part)
        if node is None or node.kind != HARDWARE:
            return False
        value = self._pack.view.first(part, "hardware_class")
        return value is not None and str(value.value).casefold() == _DEVICE


def _readable(pack: Pack, capability: Key, value: str) -> bool:
    name = pack.rule(capability).scheme
    return name == "opaque" or scheme(name).compare(value, value) == 0


def _with(
    given: Mapping[Key, tuple[str, ...]], devices: Iterable[Device]
) -> Mapping[Key, tuple[str, ...]]:
    found = dict(given)
    for one in devices:
        found[one.capability] = tuple(dict.fromkeys((*found.get(one.capability, ()), one.value)))
    return found


def _stated(
    pack: Pack,
) -> tuple[dict[Key, list[tuple[Key, str]]], dict[Key, list[Key]]]:
    """Capabilities at values by what gives them, and what is nested in what, said anywhere."""
    view = pack.view
    values: dict[Key, list[tuple[Key, str]]] = {}
    parts: dict[Key, list[Key]] = {}
    for content in contents_of(view):
        for edge in (*pack.held.inner(content).others, *content.outer):
            if edge.kind == "provided_by":
                found = identify(edge.downstream)
                if found.version:
                    values.setdefault(edge.upstream, []).append((found.family, found.version))
            elif edge.kind == "contains" and _kind(view, edge.downstream) in _PLACES:
                parts.setdefault(edge.downstream, []).append(edge.upstream)
    for one in view.edges:
        if one.kind == "provided_by":
            found = identify(one.downstream)
            if found.version:
                values.setdefault(one.upstream, []).append((found.family, found.version))
        elif one.kind == "contains" and _kind(view, one.downstream) in _PLACES:
            parts.setdefault(one.downstream, []).append(one.upstream)
    return values, parts


def _kind(view: View, key: Key) -> str:
    node = view.nodes.get(key)
    return node.kind if node else ""


def _standing(pack: Pack) -> dict[Key, dict[Key, None]]:
    """What stands on what: by ``runs_on``, and images and environments where their holder does.

    Another assembly that is a member stands where its holder does only if its own contents are
    what it brings along: its dependencies are unknown there.
    """
    view = pack.view
    up: dict[Key, dict[Key, None]] = {}
    runs: dict[Key, list[Key]] = {}
    for edge in view.edges:
        if edge.kind == "runs_on":
            up.setdefault(edge.downstream, {})[edge.upstream] = None
            runs.setdefault(edge.downstream, []).append(edge.upstream)
    for uppers in runs.values():
        places = [key for key in uppers if _kind(view, key) in _PLACES]
        for key in uppers:
            if _kind(view, key) in _CARRIED:
                up.setdefault(key, {}).update(dict.fromkeys(places))
    for key, members in pack.held.nested.items():
        facts = view.assemblies[key].content.members
        for member in members:
            if facts[member].unknown or _kind(view, member) in _CARRIED:
                up.setdefault(member, {})[key] = None
    return up
