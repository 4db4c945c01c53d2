"""Findings to verdicts, and round by round to what leans on something that breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lineage.model.identity import Key
from lineage.verdict.candidate import Candidates, Round
from lineage.verdict.leaning import Lean, Leaning
from lineage.verdict.moving import Moved, Moving
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
    rank,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is found about a member by itself (rules 1 and 2), and the verdict of that alone.

    ``kept`` is what it was made of, kept alive with it.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict | None
    kept: tuple[object, ...] = ()


def with_more(own: Own | None, findings: Iterable[Finding]) -> Own:
    """The same with more found behind it."""
    found = (*(own.findings if own else ()), *findings)
    return Own(findings=found, verdict=settle(found))


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
    waits = [one.evidence.on for one in found if one.reason in ("WAITS", "PINNED")]
    return Verdict(
        verdict=first.verdict,
        reason=first.reason,
        because=tuple(one.evidence for one in found),
        fix=next((one.fix for one in found if one.fix), None),
        extra=extra,
        waits_for=tuple(dict.fromkeys(waits)),
        parent=first.evidence.on,
        edge=first.evidence.edge or None,
        rank=best,
        known=next((one.known for one in found if one.known is not None), None),
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
    own: Mapping[Key, Own],
    start: Round,
    candidates: Candidates,
    moving: Moving | None,
    carry: Collection[str],
) -> tuple[dict[Key, Verdict], Moved | None]:
    """The verdicts of one assembly's members, and what the change brings along there.

    Rules 1 and 2 are in ``own``; rules 3 and 4 are asked again, round by round, of what is
    broken by then. Only BREAKS spreads, over runtime leans; over others it is a NOTICE. What nests
    (``carry``) something broken breaks. Rounds end when no new member breaks. What is swapped
    takes no other verdict.
    """
    fixed = dict.fromkeys(start.gone, _SWAPPED)
    settled: dict[Key, Verdict] = dict(fixed)
    for key, one in own.items():
        if one.verdict is not None and key not in fixed:
            settled[key] = one.verdict
    now, verdicts = start, settled
    moved: Moved | None = None
    first = True
    while True:
        broken = {key for key, one in verdicts.items() if one.verdict == BREAKS}
        if not first and broken <= now.broken:
            break
        first = False
        now = replace(now, broken=now.broken | broken, verdicts=verdicts)
        more: dict[Key, list[Finding]] = {}
        if moving is not None:
            moved = moving.along(now, moved)
            if moved.wishes or now.moving:
                now = replace(now, moving=moved.wishes)
            for key, some in moved.findings.items():
                if key not in fixed:
                    more.setdefault(key, []).extend(some)
        for key, found in _spread(now, candidates, carry, fixed) if now.broken else ():
            more.setdefault(key, []).append(found)
        verdicts = {**settled, **_again(own, more)} if more else settled
    if not now.broken:
        return verdicts, moved
    now = replace(now, verdicts=verdicts)
    freed = candidates.freed(sorted(now.broken & verdicts.keys()), now)
    return {**verdicts, **freed}, moved


def _again(own: Mapping[Key, Own], more: Mapping[Key, list[Finding]]) -> dict[Key, Verdict]:
    """The verdicts of members of which a round found more."""
    found = {}
    for key, some in more.items():
        verdict = settle((*own[key].findings, *some) if key in own else some)
        if verdict is not None:
            found[key] = verdict
    return found


def _spread(
    now: Round, candidates: Candidates, carry: Collection[str], fixed: Collection[Key]
) -> Iterable[tuple[Key, Finding]]:
    """What breaks by what is broken by now: by a lean on it, or by nesting it."""
    yield from _leaning(now, candidates, fixed)
    for edge in now.leans.others:
        if edge.kind in carry and edge.upstream in now.broken and edge.downstream not in fixed:
            evidence = Evidence(on=edge.upstream, edge=edge.kind, statements=edge.statements)
            yield (
                edge.downstream,
                Finding(verdict=BREAKS, reason="CARRIES", evidence=evidence),
            )


def _leaning(
    now: Round, candidates: Candidates, fixed: Collection[Key]
) -> Iterable[tuple[Key, Finding]]:
    for lean in _on(now.broken, now.leans):
        if lean.downstream in fixed or lean.downstream not in now.content.members:
            continue
        found = candidates.judge(lean, now)
        if not lean.runtime:
            found = Finding(verdict=NOTICE, reason=None, evidence=found.evidence)
        yield lean.downstream, found


def _both(finding: Finding) -> bool:
    return finding.reason == "SHIPS_BOTH"


def _on(broken: Iterable[Key], leans: Leaning) -> list[Lean]:
    return [lean for key in sorted(broken) for lean in leans.up.get(key, ())]


_SWAPPED = Verdict(verdict=SWAPPED, rank=rank(SWAPPED, None))
