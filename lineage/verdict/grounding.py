"""Rule 5 for a whole change: every assembly that stands on hosts, after the change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lineage.model.identity import Key, at_version
from lineage.verdict.condition import Given, HostCondition, Need
from lineage.verdict.judge import Judgement, Rules
from lineage.verdict.moving import Moved
from lineage.verdict.need import Needs, platform_of
from lineage.verdict.outcome import SWAPPED, Verdict, rank
from lineage.verdict.provision import RUNTIME
from lineage.verdict.standing import Stood
from lineage.verdict.target import CAPABILITY, Target

Steps = tuple[tuple[Key, str | None], ...]
_MOVES = frozenset({"upgrade", "add", "replace"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What the hosts say to one assembly (verdict None: nothing is asked), and the way there."""

    key: Key
    verdict: Verdict | None
    path: Steps
    conditions: tuple[HostCondition, ...] = ()


def grounded(
    rules: Rules, target: Target, keys: Collection[Key], judgements: Mapping[Key, Judgement]
) -> Iterator[Grounded]:
    """What hosts say to these assemblies after the change, one by one."""
    if target.kind not in _MOVES:
        return
    below = target.layer == CAPABILITY and target.capability and target.capability.outside
    yield from (
        _on_moved_hosts(rules, target, keys) if below else _moved(rules, target, keys, judgements)
    )


def _moved(
    rules: Rules, target: Target, keys: Collection[Key], judgements: Mapping[Key, Judgement]
) -> Iterator[Grounded]:
    """Assemblies in which something moves, on the hosts as they are."""
    hosted = rules.hosted
    told: dict[tuple[object, ...], Stood | None] = {}
    for key in keys:
        if key not in judgements:
            continue
        assembly, along = rules.pack.view.assemblies[key], judgements[key].moved
        swapped = [one for one, verdict in judgements[key].verdicts.items()
                   if verdict.verdict == SWAPPED]  # fmt: skip
        comes = hosted.needs.comes_to(assembly, target, swapped)
        own = hosted.needs.present(assembly.content)
        platform = platform_of(rules.footings.of(assembly)[0].footing)
        # What is told apart by identity is kept, by the needs and by the judgements.
        place = (
            comes, id(own), platform, tuple(one.key for one in hosted.hosts.of(key)),
            *(map(id, (*along.arrivals, *along.comings)) if along else ()),
        )  # fmt: skip
        if place not in told:
            needs = _needs(hosted.needs, own, platform, target, along, comes=comes)
            told[place] = hosted.after(assembly, needs) if needs else None
        stood = told[place]
        if stood is not None:
            start = min(swapped, key=lambda one: _nearness(rules, target, one), default=target.key)
            path: Steps = ((start, None), (key, "contains")) if swapped else ((key, None),)
            yield Grounded(key=key, verdict=stood.verdict, path=path, conditions=stood.conditions)


def _needs(
    needs: Needs, own: Given, platform: str, target: Target, along: Moved | None, *, comes: bool
) -> tuple[Need, ...]:
    """What the change itself asks of hosts, and what comes along and is not asked for by that."""
    found = needs.after(own, platform, target) if comes else ()
    if along is None:
        return found
    asked = {(one.key, one.value) for one in found if not one.lines}
    more = needs.demanded(own, platform, target, along)
    return (*found, *(one for one in more if one.lines or (one.key, one.value) not in asked))


def _on_moved_hosts(rules: Rules, target: Target, keys: Collection[Key]) -> Iterator[Grounded]:
    """Assemblies as they are, on hosts that give another value; that value is what is swapped."""
    view, hosted = rules.pack.view, rules.hosted
    gone: dict[Key, None] = {}
    for key in keys:
        assembly = view.assemblies[key]
        footing = rules.footings.of(assembly)[0].footing
        leans = rules.leaning(assembly.content, footing.environment, changed=False)
        stood = hosted.moved(assembly, footing, leans, target)
        if stood is None:
            continue
        values = [
            at_version(target.key, value)
            for host in hosted.hosts.of(key)
            for value in host.given.get(target.key, ())
            if target.moves(value)
        ]
        gone.update(dict.fromkeys(values))
        path: Steps = ((values[0], None), (key, "runs_on"))
        yield Grounded(key=key, verdict=stood.verdict, path=path, conditions=stood.conditions)
    for one in sorted(gone):
        swapped = Verdict(verdict=SWAPPED, rank=rank(SWAPPED, None))
        yield Grounded(key=one, verdict=swapped, path=((one, None),))


def _nearness(rules: Rules, target: Target, component: Key) -> tuple[bool, Key]:
    """Runtimes first: they give the value that hosts are asked for."""
    given = rules.provisions.given(component, target.key)
    return all(one.role != RUNTIME for one in given), component
