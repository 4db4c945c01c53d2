"""Findings to verdicts, and round by round to what leans on something that breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from lineage.model.identity import Key
from lineage.record.view import Content
from lineage.verdict.candidate import Candidates
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean, Leaning
from lineage.verdict.outcome import (
    BREAKS,
    NOTICE,
    REBUILD,
    SURVIVES,
    SWAPPED,
    UNDECLARED,
    Evidence,
    Finding,
    Verdict,
    breaks,
    rank,
)
from lineage.verdict.target import Target


def settle(findings: Iterable[Finding]) -> Verdict | None:
    """The verdict of some findings: worst wins, its evidence first; None where there are none.

    Support that was proved beats the mere lack of an upper bound, which is no evidence.
    """
    found = list(findings)
    if any(one.verdict == SURVIVES and (one.evidence.bound or _both(one)) for one in found):
        found = [one for one in found if one.verdict != UNDECLARED]
    if not found:
        return None
    found.sort(key=lambda one: rank(one.verdict, one.reason))
    first = found[0]
    best = rank(first.verdict, first.reason)
    deciding = [one for one in found if one.verdict == first.verdict]
    extras = {one.evidence.extra for one in deciding}
    extra = extras.pop() if len(extras) == 1 else None
    waits = [one.evidence.on for one in found if one.reason == "WAITS"]
    return Verdict(
        verdict=first.verdict,
        reason=first.reason,
        because=tuple(one.evidence for one in found),
        fix=next((one.fix for one in found if one.fix), None),
        extra=extra,
        waits_for=tuple(dict.fromkeys(waits)) if first.reason == "WAITS" else (),
        parent=first.evidence.on,
        edge=first.evidence.edge or None,
        rank=best,
    )


def merged(lines: Iterable[Finding], bonds: Sequence[Finding]) -> list[Finding]:
    """Findings of lines and of bonds, one for each line: a bond by what a line names is that line.

    The line keeps its evidence; from the bond it has the fix, and REBUILD where that is known.
    """
    named = {one.evidence.on: one for one in bonds if one.evidence.requirement is not None}
    taken: set[int] = set()
    found = []
    for line in lines:
        bond = named.get(line.evidence.on) if line.verdict == BREAKS else None
        if bond is None:
            found.append(line)
            continue
        taken.add(id(bond))
        if bond.verdict == REBUILD and line.reason == "BOUND":
            found.append(replace(line, verdict=REBUILD, reason=None, fix=bond.fix))
        else:
            found.append(replace(line, fix=line.fix or bond.fix))
    return found + [one for one in bonds if id(one) not in taken]


def spread(
    findings: dict[Key, list[Finding]],
    swapped: Iterable[Key],
    leans: Leaning,
    candidates: Candidates,
    content: Content,
    footing: Footing,
    target: Target,
    carry: Collection[str],
) -> dict[Key, Verdict]:
    """The verdicts of one assembly's members: rules 1 and 2, then rule 3 to a fixpoint.

    Only BREAKS spreads, over runtime leans; over others it is a NOTICE. What nests (``carry``)
    something broken breaks. Rounds end when no new
    member breaks. What is swapped takes no other verdict.
    """
    fixed = {key: Verdict(verdict=SWAPPED, rank=rank(SWAPPED, None)) for key in swapped}
    own = {key: some for key, some in findings.items() if key not in fixed}
    verdicts = _verdicts(own, fixed)
    broken: set[Key] = set()
    while True:
        now = {key for key, one in verdicts.items() if breaks(one)}
        if now <= broken:
            return verdicts
        broken |= now
        more: dict[Key, list[Finding]] = {key: list(some) for key, some in own.items()}
        for lean in _on(broken, leans):
            if lean.downstream in fixed or lean.downstream not in content.members:
                continue
            found = candidates.judge(
                lean, broken=broken, verdicts=verdicts, content=content, footing=footing,
                target=target,
            )  # fmt: skip
            if not lean.runtime:
                found = Finding(verdict=NOTICE, reason=None, evidence=found.evidence)
            more.setdefault(lean.downstream, []).append(found)
        for edge in content.edges:
            if edge.kind in carry and edge.upstream in broken and edge.downstream not in fixed:
                evidence = Evidence(on=edge.upstream, edge=edge.kind, statements=edge.statements)
                found = Finding(verdict=BREAKS, reason="CARRIES", evidence=evidence)
                more.setdefault(edge.downstream, []).append(found)
        verdicts = _verdicts(more, fixed)


def _both(finding: Finding) -> bool:
    return finding.reason == "SHIPS_BOTH"


def _on(broken: Iterable[Key], leans: Leaning) -> list[Lean]:
    return [lean for key in sorted(broken) for lean in leans.up.get(key, ())]


def _verdicts(findings: dict[Key, list[Finding]], fixed: dict[Key, Verdict]) -> dict[Key, Verdict]:
    found = dict(fixed)
    for key, some in findings.items():
        verdict = settle(some)
        if verdict:
            found[key] = verdict
    return found
