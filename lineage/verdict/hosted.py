"""Rule 5 on assemblies: what hosts say to them, as they are and after a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from lineage.model.identity import Key
from lineage.record.view import Assembly
from lineage.verdict.condition import Need
from lineage.verdict.footing import Footing
from lineage.verdict.host import Host, Hosts
from lineage.verdict.leaning import Leaning
from lineage.verdict.need import Needs
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.span import numbers
from lineage.verdict.standing import Stood, stand
from lineage.verdict.support import Support
from lineage.verdict.target import Target


class Hosted:
    """What stands where, and whether it may; built once per view."""

    def __init__(self, pack: Pack, provisions: Provisions) -> None:
        self._pack = pack
        self.hosts = Hosts(pack, provisions)
        self.support = Support(pack)
        self.needs = Needs(pack, provisions)
        self._stood: dict[tuple[object, ...], Stood] = {}

    def now(
        self, assembly: Assembly, footing: Footing, leans: Leaning, hosts: tuple[Host, ...]
    ) -> Stood:
        """What these hosts say to the assembly as it is."""
        needs = self.needs.now(assembly, footing, leans)
        return stand(self.support, needs, hosts)

    def after(self, assembly: Assembly, needs: tuple[Need, ...]) -> Stood:
        """What the hosts of the assembly say to what a change makes it ask.

        Where nobody says on which host it stands, the conditions are told without one. Assemblies
        that ask the same of the same hosts are told the same.
        """
        hosts = self.hosts.of(assembly.key) or (_SOMEWHERE,)
        place = (tuple(one.key for one in hosts), _same(needs))
        if place not in self._stood:
            self._stood[place] = stand(self.support, needs, hosts)
        return self._stood[place]

    def moved(
        self, assembly: Assembly, footing: Footing, leans: Leaning, target: Target
    ) -> Stood | None:
        """What its hosts say after they give another value; None where none of them moves."""
        hosts = [self._with(one, target) for one in self.hosts.of(assembly.key)]
        moved = tuple(one for one in hosts if one is not None)
        if not moved:
            return None
        needs = (
            *self.needs.now(assembly, footing, leans, declared=False),
            *(Need(key=target.key, value=host.given[target.key][0]) for host in moved
              if assembly.key == host.key),
        )  # fmt: skip
        return stand(self.support, needs, moved, only=target.key)

    def _with(self, host: Host, target: Target) -> Host | None:
        """The host after the change; None where it gives nothing that moves."""
        values = host.given.get(target.key, ())
        if target.to is None or not any(target.moves(one) for one in values):
            return None
        after = target.to.text.lstrip("<>=!~^ ")
        if not numbers(after):
            return None
        return replace(host, given={**host.given, target.key: (after,)})


_SOMEWHERE = Host(key=Key(""), given={}, partial=True)
"""The host that nobody named: nothing is known of it, so nothing is judged by it."""

_ASKED = tuple(one.name for one in fields(Need))


def _same(needs: Iterable[Need]) -> tuple[object, ...]:
    """Equal for equal needs, whatever stands beside them in whichever order."""
    beside: dict[int, object] = {}
    found: list[object] = []
    for need in needs:
        for name in _ASKED:
            value = getattr(need, name)
            if isinstance(value, Mapping):
                if id(value) not in beside:
                    beside[id(value)] = frozenset(value.items())
                value = beside[id(value)]
            found.append(value)
    return tuple(found)
