"""Devices: which model of hardware a component or a written name is, by the rows of the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import Key
from lineage.record.view import Fact
from lineage.verdict.pack import Pack
from lineage.verdict.subject import known

HARDWARE = "hardware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A model of hardware: its name, its class, and the value of the capability that it gives."""

    name: str
    kind: str
    capability: Key
    value: str
    statement: int


class Devices:
    """The device rows of a pack, by key and by what names match."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._rows = tuple(pack.view.facts.get("gpu", ()))
        self._named: dict[str, tuple[Device, ...]] = {}

    def of(self, component: Key) -> tuple[Device, ...]:
        """What a hardware component is; () where no row speaks of it."""
        rows = self._pack.rows("gpu", component)
        if rows:
            return tuple(self._device(fact) for fact in rows)
        node = self._pack.view.nodes.get(component)
        if node is None or node.kind != HARDWARE:
            return ()
        return self.named(node.name)

    def named(self, text: str) -> tuple[Device, ...]:
        """What a written name means: the row with the longest match in it, one a capability."""
        if text not in self._named:
            best: dict[Key, tuple[int, Device]] = {}
            for fact in self._rows:
                length = _matched(fact, text)
                device = self._device(fact)
                if length > best.get(device.capability, (0, device))[0]:
                    best[device.capability] = (length, device)
            self._named[text] = tuple(device for _, device in best.values())
        return self._named[text]

    def _device(self, fact: Fact) -> Device:
        return Device(
            name=_name(fact),
            kind=str(fact.value.get("class", "")),
            capability=self._pack.capability(str(fact.value["capability"])),
            value=str(fact.value["value"]),
            statement=fact.statement,
        )


def _name(fact: Fact) -> str:
    match fact.subject:
        case OfComponent(key) | OfFamily(key):
            found = known(key)
            return found.name if found else str(key)
    return ""


def _matched(fact: Fact, text: str) -> int:
    """How many letters of the text the row's expression, or else its own name, matches."""
    pattern = fact.value.get("match")
    if pattern:
        return max((len(one.group()) for one in _found(str(pattern), text)), default=0)
    own = _name(fact)
    return len(own) if own.casefold() == text.strip().casefold() else 0


def _found(pattern: str, text: str) -> Iterator[re.Match[str]]:
    return _searched(pattern).finditer(text)


@lru_cache(maxsize=1024)
def _searched(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error:
        return re.compile(r"(?!)")
