"""Which assemblies count: the deployed, the latest, and what they carry (design section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

from lineage.model.identity import Key
from lineage.record.claimed import Claimed
from lineage.record.pointer import Resolver
from lineage.record.view import Content, Value
from lineage.record.world import Stated

_DEPLOYED = "deployed"
_LIFECYCLE = "lifecycle"


def deployed(
    claimed: Claimed,
    resolver: Resolver,
    described: Mapping[Key, list[int]],
    values: Mapping[Key, tuple[Value, ...]],
    stated: Iterable[Stated],
) -> set[Key]:
    """The assemblies that are in use: by their lifecycle, or because a claim places them.

    A claim places the assembly that it says runs on or serves something, or that it says
    something runs on, if it comes from another slot than those that describe the assembly. What
    an assembly says of itself in its own slot is no evidence (if it counts, it carries them).
    """
    found = set()
    for key, claims in values.items():
        first = next((one for one in claims if one.name == _LIFECYCLE), None)
        if first is not None and first.state == "value" and first.value == _DEPLOYED:
            found.add(resolver.current(key))
    slots = {
        key: {(claimed.holdings[one].stream, claimed.holdings[one].slot) for one in holdings}
        for key, holdings in described.items()
    }
    for one in stated:
        if one.edge.kind not in ("runs_on", "serves"):
            continue
        ends = [one.downstream, one.upstream] if one.edge.kind == "runs_on" else [one.downstream]
        if not any(end in described for end in ends):
            continue
        for number in claimed.stating(one.at):
            place = (claimed.holdings[number].stream, claimed.holdings[number].slot)
            if place in slots.get(one.downstream, ()):
                continue
            found.update(end for end in ends if place not in slots.get(end, ()))
    return found & described.keys()


def carried(
    roots: AbstractSet[Key],
    assemblies: AbstractSet[Key],
    content: Callable[[Key], Content],
    stated: Iterable[Stated],
) -> set[Key]:
    """The assemblies among all that these contain or lean on upstream, over any edge."""
    upstream: dict[Key, set[Key]] = {}
    for one in stated:
        upstream.setdefault(one.downstream, set()).add(one.upstream)
    seen: set[Key] = set(roots)
    stack = list(roots)
    while stack:
        key = stack.pop()
        nexts = set(upstream.get(key, ()))
        if key in assemblies:
            nexts.update(content(key).members)
        nexts -= seen
        seen |= nexts
        stack.extend(nexts)
    return seen & assemblies
