"""Which assemblies count: the deployed, the latest, and what they carry (design section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

from lineage.model.identity import Key
from lineage.record.claimed import Claimed
from lineage.record.pointer import Resolver
from lineage.record.view import Content, Value
from lineage.record.world import Stated

PLACING = ("runs_on", "serves")
_DEPLOYED = "deployed"
_LIFECYCLE = "lifecycle"


def marked(resolver: Resolver, values: Mapping[Key, tuple[Value, ...]]) -> set[Key]:
    """The components that are deployed by their lifecycle: its first value says so."""
    return {resolver.current(key) for key, claims in values.items() if says_deployed(claims)}


def says_deployed(claims: Iterable[Value]) -> bool:
    """Whether the first lifecycle among these values of one component is ``deployed``."""
    first = next((one for one in claims if one.name == _LIFECYCLE), None)
    return first is not None and first.state == "value" and first.value == _DEPLOYED


def placed(
    claimed: Claimed, described: Mapping[Key, list[int]], stated: Iterable[Stated]
) -> set[Key]:
    """The assemblies that are in use because a claim places them.

    A claim places the assembly that it says runs on or serves something, or that it says
    something runs on, if it comes from another slot than those that describe the assembly. What
    an assembly says of itself in its own slot is no evidence (if it counts, it carries them).
    """
    found: set[Key] = set()
    slots = {
        key: {(claimed.holdings[one].stream, claimed.holdings[one].slot) for one in holdings}
        for key, holdings in described.items()
    }
    edges = [(one, _placed(one)) for one in stated if one.edge.kind in PLACING]
    places = [(one, ends) for one, ends in edges if any(end in described for end in ends)]
    stating = claimed.stating([one.at for one, _ in places])
    for one, ends in places:
        for number in stating[one.at]:
            place = (claimed.holdings[number].stream, claimed.holdings[number].slot)
            if place in slots.get(one.downstream, ()):
                continue
            found.update(end for end in ends if place not in slots.get(end, ()))
    return found & described.keys()


def _placed(one: Stated) -> tuple[Key, ...]:
    return (one.downstream, one.upstream) if one.edge.kind == "runs_on" else (one.downstream,)


def carried(
    roots: AbstractSet[Key],
    assemblies: AbstractSet[Key],
    content: Callable[[Key], Content],
    stated: Iterable[Stated],
) -> set[Key]:
    """The assemblies among all that these contain or lean on upstream, over any edge."""
    upstream = upstream_of(stated)
    leading = {*assemblies, *upstream}
    return reached(
        roots, assemblies, lambda key: leading.intersection(content(key).members), upstream
    )


def upstream_of(stated: Iterable[Stated]) -> dict[Key, set[Key]]:
    """What each component leans on by the edges that hold everywhere."""
    upstream: dict[Key, set[Key]] = {}
    for one in stated:
        upstream.setdefault(one.downstream, set()).add(one.upstream)
    return upstream


def reached(
    roots: AbstractSet[Key],
    assemblies: AbstractSet[Key],
    leading: Callable[[Key], AbstractSet[Key]],
    upstream: Mapping[Key, AbstractSet[Key]],
) -> set[Key]:
    """The walk of ``carried``; ``leading`` are the members of an assembly from which it goes on.

    These are assemblies and what has an upstream: most packages are not among them.
    """
    seen: set[Key] = set(roots)
    stack = list(roots)
    while stack:
        key = stack.pop()
        nexts = set(upstream.get(key, ()))
        if key in assemblies:
            nexts |= leading(key)
        nexts -= seen
        seen |= nexts
        stack.extend(nexts)
    return seen & assemblies
