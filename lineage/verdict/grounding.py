"""Rule 5 for a whole change: every assembly that stands on hosts, after the change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lineage.model.identity import Key, at_version
from lineage.verdict.condition import HostCondition
from lineage.verdict.judge import Judgement, Rules
from lineage.verdict.outcome import SWAPPED, Verdict, rank
from lineage.verdict.provision import RUNTIME
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
    view, hosted = rules.pack.view, rules.hosted
    for key in keys:
        if key not in judgements:
            continue
        swapped = [one for one, verdict in judgements[key].verdicts.items()
                   if verdict.verdict == SWAPPED]  # fmt: skip
        assembly = view.assemblies[key]
        footing = rules.footings.of(assembly)[0].footing
        needs = hosted.needs.after(assembly, footing, target, swapped)
        along = judgements[key].moved
        if along is not None:
            asked = {(one.key, one.value) for one in needs if not one.lines}
            more = hosted.needs.demanded(assembly, footing, target, along)
            needs += tuple(one for one in more if one.lines or (one.key, one.value) not in asked)
        if needs:
            stood = hosted.after(assembly, needs)
            start = min(swapped, key=lambda one: _nearness(rules, target, one), default=target.key)
            path: Steps = ((start, None), (key, "contains")) if swapped else ((key, None),)
            yield Grounded(key=key, verdict=stood.verdict, path=path, conditions=stood.conditions)


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
