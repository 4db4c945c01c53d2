"""Verdicts on what stands on hosts (rule 5): the worst of all needs on all hosts counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lineage.model.identity import Key
from lineage.verdict.condition import HostCondition, Need
from lineage.verdict.host import Host
from lineage.verdict.outcome import BREAKS, UNKNOWN, Evidence, Finding, Verdict, rank
from lineage.verdict.support import Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """What the hosts say: a verdict (None where nothing is asked of them) and every condition."""

    verdict: Verdict | None
    conditions: tuple[HostCondition, ...]


def stand(
    support: Support,
    needs: Iterable[Need],
    hosts: Sequence[Host],
    assembly: Key,
    only: Key | None = None,
) -> Stood:
    """The verdict on an assembly for its needs on its hosts, the deciding evidence first.

    A fix is given where it helps on every host that is too old. ``only`` narrows it to what is
    asked of that capability, or by it.
    """
    findings: list[Finding] = []
    conditions: list[HostCondition] = []
    for need in needs:
        for host in hosts:
            some, more = support.check(need, host, assembly, only)
            findings += some
            conditions += more
    if not findings:
        return Stood(verdict=None, conditions=tuple(conditions))
    findings.sort(key=lambda one: rank(one.verdict, one.reason))
    first = findings[0]
    broken = [one for one in findings if one.verdict == BREAKS]
    fixes = [one.fix for one in broken]
    fix = fixes[0] if fixes and all(one is not None for one in fixes) else None
    worst = rank(first.verdict, first.reason)
    open_ = [_open(one) for one in conditions if first.verdict not in (BREAKS, UNKNOWN)
             and one.holds.value == "cannot_compare"]  # fmt: skip
    because = dict.fromkeys((*(one.evidence for one in findings), *open_))
    return Stood(
        verdict=Verdict(
            verdict=first.verdict, reason=first.reason, because=tuple(because), fix=fix,
            parent=first.evidence.on, edge="runs_on", rank=worst,
        ),
        conditions=tuple(conditions),
    )  # fmt: skip


def _open(one: HostCondition) -> Evidence:
    """What nobody said of a host that was described in words."""
    return Evidence(
        on=one.host, requirement=one.requirement, holds=one.holds,
        bound=one.capability.partition(":")[2], edge="runs_on", statements=one.statements,
    )  # fmt: skip


def beside(old: Verdict | None, new: Verdict) -> Verdict:
    """A host's verdict with what else speaks against the assembly."""
    if old is None or old.rank[0] != new.rank[0]:
        return new
    return replace(new, because=(*new.because, *old.because))
