"""`retract`, `relicense`, `vulnerable` and `end_of_life`: the changes that taint (rule 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lineage.errors import ChangeInvalidError
from lineage.graph.engine import Engine
from lineage.model.change import Change
from lineage.model.identity import Identity, Key, identify
from lineage.model.revision import At
from lineage.normalise.licence import spdx
from lineage.record.view import View
from lineage.verdict.ending import ended, givers, inferred
from lineage.verdict.estate import Outcome
from lineage.verdict.judge import Judgement, Rules
from lineage.verdict.outcome import NOTICE, SWAPPED, Evidence, Verdict, rank
from lineage.verdict.span import Span
from lineage.verdict.taint import Steps, Taint
from lineage.verdict.target import CAPABILITY, COMPONENT, FAMILY, Target
from lineage.verdict.vex import affected, stopped
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

RETRACT, RELICENSE, VULNERABLE = "retract", "relicense", "vulnerable"
END_OF_LIFE = "end_of_life"
TAINTS = frozenset({RETRACT, RELICENSE, VULNERABLE, END_OF_LIFE})
EXPOSED = "EXPOSED"
_RETRACTED = ("dataset", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tainted:
    """The change as it was understood, and what came of it."""

    target: Target
    outcome: Outcome


def tainted(
    rules: Rules,
    engine: Engine,
    at: At,
    change: Change,
    keys: Collection[Key],
    within: Collection[Key] | None = None,
) -> Tainted:
    """What a taint on these components (or on what a vulnerability affects) reaches.

    Raises ChangeInvalidError for a thing that cannot be changed so, a licence that is no SPDX
    expression, a text that is no date, or a range that the scheme cannot read.
    """
    view = rules.pack.view
    found = identify(change.key)
    span = _span(rules, change, found)
    subjects, evidence, halted = _subjects(rules, change, keys, span, within)
    to = _argument(view, change, (*subjects, *keys))
    taint = Taint(view, engine, at, change.kind, stopped=halted, within=within)
    taint.spread(subjects)
    outcome = Outcome()
    said = {
        key: (*_changed(view, change.kind, key, to), *evidence.get(key, ())) for key in subjects
    }
    edges = _statements(view)
    for place, steps in taint.exposed.items():
        swapped = place[0] in said
        if swapped and place[1] is not None:
            continue
        name = SWAPPED if swapped else EXPOSED
        outcome.put(place, _verdict(name, steps, said, edges), _path(steps, change.key, found.kind))
    for place, steps in taint.noticed.items():
        outcome.put(
            place, _verdict(NOTICE, steps, said, edges), _path(steps, change.key, found.kind)
        )
    if change.kind == END_OF_LIFE:
        reached = list(inferred(rules, subjects, within))
        if span is not None:
            reached += ended(rules, found.family, span, within)
        for one in reached:
            if one.place[0] not in said and one.place not in outcome.judged:
                outcome.put(one.place, one.verdict, ((one.on, None), (one.place[0], one.edge)))
    _look(view, outcome, within)
    version = found.version if len(subjects) == 1 and found.version and not span else None
    layer = COMPONENT if version else FAMILY
    return Tainted(
        target=Target(
            kind=change.kind,
            layer=CAPABILITY if span is not None else layer,
            key=found.key if version else found.family,
            scheme=span.scheme if span is not None else found.scheme,
            source=span if span is not None else Span(change.from_range or "", found.scheme),
            to=Span(to, "opaque") if to else None,
            named_source=bool(change.from_range or (span and span.text)),
            asked=found.family if span is not None else change.key,
        ),
        outcome=outcome,
    )


def _span(rules: Rules, change: Change, found: Identity) -> Span | None:
    """The values of a capability that the change is about; None for anything else."""
    if found.kind != CAPABILITY or change.kind == RETRACT:
        return None
    if change.kind == RELICENSE:
        raise ChangeInvalidError(reason=f"'{change.key}' is a capability: it has no licence")
    rule = rules.pack.rule(found.family)
    text = (change.from_range or found.version or "").strip()
    if text and rule.scheme != "opaque" and scheme(rule.scheme).bounded(text) is None:
        raise ChangeInvalidError(reason=f"'{text}' is no range of {rule.scheme} versions")
    return Span(text, rule.scheme)


def _subjects(
    rules: Rules,
    change: Change,
    keys: Collection[Key],
    span: Span | None,
    within: Collection[Key] | None,
) -> tuple[list[Key], Mapping[Key, tuple[Evidence, ...]], frozenset[Key]]:
    """What changes, why that is so, and what a VEX state keeps out of it."""
    view, found = rules.pack.view, identify(change.key)
    if span is not None:
        giving = givers(rules, found.family, span, within)
        halted = stopped(view, giving) if change.kind == VULNERABLE else frozenset()
        return [key for key in giving if key not in halted], {}, halted
    if change.kind == VULNERABLE and found.kind == "vulnerability":
        hit = affected(view, keys)
        return sorted(hit.affected), hit.affected, hit.stopped
    if change.kind == RETRACT and found.kind not in _RETRACTED:
        raise ChangeInvalidError(
            reason=f"only a dataset or a model is retracted; '{change.key}' is a {found.kind}"
        )
    chosen = [key for key in keys if _in_range(view, key, change.from_range)]
    if not chosen:
        raise ChangeInvalidError(
            reason=f"no known version of '{found.family}' is in '{change.from_range}'"
        )
    halted = stopped(view, chosen) if change.kind == VULNERABLE else frozenset()
    return sorted(key for key in chosen if key not in halted), {}, halted


def _in_range(view: View, key: Key, text: str | None) -> bool:
    if not text or not text.strip():
        return True
    found = identify(key)
    name = found.scheme
    if name != "opaque" and scheme(name).bounded(text) is None:
        raise ChangeInvalidError(reason=f"'{text}' is no range of {name} versions")
    node = view.nodes.get(key)
    version = (node.version if node else None) or found.version
    return version is None or Span(text, name).contains(version) is not Answer.NO


def _argument(view: View, change: Change, subjects: Iterable[Key]) -> str:
    """The checked argument: an SPDX expression, a date, or nothing."""
    text = (change.to or "").strip()
    if change.kind == RELICENSE:
        if not text:
            raise ChangeInvalidError(reason="'relicense' needs the new licence (--to EXPRESSION)")
        expression = spdx(text)
        if expression is None:
            raise ChangeInvalidError(reason=f"'{text}' is no SPDX licence expression")
        return expression
    if change.kind != END_OF_LIFE:
        if text:
            raise ChangeInvalidError(reason=f"'{change.kind}' takes no target ({text})")
        return ""
    if not text:
        stated = [view.first(key, "end_of_life") for key in subjects]
        dates = sorted(str(one.value) for one in stated if one and one.state == "value")
        if not dates:
            raise ChangeInvalidError(
                reason="nobody states when it ends: name the day (--to YYYY-MM-DD)"
            )
        text = dates[0]
    try:
        return date.fromisoformat(text[:10] if "T" in text else text).isoformat()
    except ValueError:
        raise ChangeInvalidError(reason=f"'{text}' is no date (YYYY-MM-DD)") from None


def _changed(view: View, kind: str, key: Key, to: str) -> tuple[Evidence, ...]:
    """What changes about a subject, as evidence: old and new licence, or the day it ends."""
    if kind == RELICENSE:
        value = view.first(key, "licence")
        old = _licence(value.value) if value and value.state == "value" else "an unknown licence"
        statements = (value.statement,) if value else ()
        return (Evidence(on=key, requirement=f"{old} -> {to}", edge="licence",
                         statements=statements),)  # fmt: skip
    if kind == END_OF_LIFE:
        value = view.first(key, "end_of_life")
        statements = (value.statement,) if value else ()
        return (Evidence(on=key, requirement=to, edge="end_of_life", statements=statements),)
    return ()


def _licence(value: object) -> str:
    if isinstance(value, Mapping):
        for name in ("expression", "raw", "id", "name"):
            if value.get(name):
                return str(value[name])
    return str(value)


def _statements(view: View) -> dict[tuple[str, Key, Key], tuple[int, ...]]:
    found: dict[tuple[str, Key, Key], tuple[int, ...]] = {}
    for edge in view.edges:
        place = (edge.kind, edge.downstream, edge.upstream)
        found[place] = (*found.get(place, ()), *edge.statements)
    return found


def _verdict(
    name: str,
    steps: Steps,
    said: Mapping[Key, tuple[Evidence, ...]],
    edges: Mapping[tuple[str, Key, Key], tuple[int, ...]],
) -> Verdict:
    """The edge that it came over decides; what changed at its start stands beside it."""
    key, kind = steps[-1]
    parent = steps[-2][0] if len(steps) > 1 else None
    because: tuple[Evidence, ...] = said.get(steps[0][0], ())
    if parent is not None and kind is not None:
        statements = edges.get((kind, key, parent), ())
        because = (Evidence(on=parent, edge=kind, statements=statements), *because)
    return Verdict(
        verdict=name, because=because, parent=parent, edge=kind, rank=rank(name, None)
    )  # fmt: skip


def _path(steps: Steps, asked: Key, kind: str) -> Steps:
    """The way from what was asked about: a vulnerability stands before what it affects."""
    if kind != "vulnerability":
        return steps
    return ((asked, None), (steps[0][0], "affected_by"), *steps[1:])


def _look(view: View, outcome: Outcome, within: Collection[Key] | None) -> None:
    """What was looked at: the members of every assembly, and which of them are touched."""
    touched: dict[Key, dict[Key, Verdict]] = {}
    for (component, assembly), one in outcome.judged.items():
        if assembly is not None:
            touched.setdefault(assembly, {})[component] = one.verdict
    everywhere = {key for key, assembly in outcome.judged if assembly is None}
    for key, room in view.assemblies.items():
        if within is not None and key not in within:
            continue
        members = room.content.members
        verdicts = dict(touched.get(key, {}))
        for member in members:
            if member in everywhere and member not in verdicts:
                verdicts[member] = outcome.judged[member, None].verdict
        outcome.judgements[key] = Judgement(
            reached=bool(verdicts) or (key, None) in outcome.judged,
            provided=True,
            verdicts=verdicts,
            members=len(members),
            unknown_dependencies=sum(1 for one in members.values() if one.unknown),
        )
