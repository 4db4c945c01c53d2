"""`place`: whether an assembly, and what it brings along, may stand on a host (rule 5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from lineage.graph.engine import Engine, Place
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.verdict.across import Across
from lineage.verdict.estate import Outcome
from lineage.verdict.host import Host
from lineage.verdict.judge import Judgement, Rules
from lineage.verdict.outcome import BREAKS, Verdict, breaks
from lineage.verdict.span import Span
from lineage.verdict.target import COMPONENT, Target

PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The change as it was understood, and what came of it."""

    target: Target
    outcome: Outcome = field(default_factory=Outcome)


def place(rules: Rules, engine: Engine, at: At, keys: Collection[Key], host: Host) -> Placement:
    """The outcome of placing these assemblies, with all they bring along, on a host."""
    view, hosted = rules.pack.view, rules.hosted
    outcome = Outcome()
    brought = hosted.hosts.brought(keys)
    for key in brought:
        assembly = view.assemblies[key]
        members = assembly.content.members
        stands = rules.footings.of(assembly)[:1]
        models: dict[Place, Verdict] = {}
        for stand in stands:
            models |= rules.compiled.placed(assembly, stand.footing, host)
        inside = {model: one for (model, within), one in models.items() if within == key}
        outcome.judgements[key] = Judgement(
            reached=True, provided=True, verdicts=inside, members=len(members),
            unknown_dependencies=sum(1 for one in members.values() if one.unknown),
        )  # fmt: skip
        for spot, verdict in models.items():
            outcome.put(spot, verdict, ((host.key, None), (spot[0], verdict.edge)))
        for stand in stands:
            footing = stand.footing
            leans = rules.leaning(assembly.content, footing.environment, changed=False)
            stood = hosted.now(assembly, footing, leans, (host,))
            outcome.conditions[key] = stood.conditions
            if stood.verdict is not None:
                outcome.put((key, None), stood.verdict, ((host.key, None), (key, "runs_on")))
    broken = [key for key in brought if _is_broken(outcome, key)]
    for one in Across(view, engine, at, PLACE).carried(broken):
        before = outcome.judged.get(one.origin)
        if one.place[1] is not None or before is None or not one.steps:
            continue
        outcome.put(one.place, *one.verdict(before.path, BREAKS, "CARRIES"))
    return Placement(target=_target(keys, host), outcome=outcome)


def _is_broken(outcome: Outcome, key: Key) -> bool:
    judged = outcome.judged.get((key, None))
    return judged is not None and breaks(judged.verdict)


def _target(keys: Collection[Key], host: Host) -> Target:
    found = identify(min(keys))
    return Target(
        kind=PLACE, layer=COMPONENT, key=found.key, scheme="opaque", source=Span("", "opaque"),
        to=Span(host.key, "opaque"), named_source=False, asked=found.key,
    )  # fmt: skip
