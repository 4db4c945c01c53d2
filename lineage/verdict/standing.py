"""Verdicts on what stands on hosts (rule 5): the worst of all needs on all hosts counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lineage.model.identity import Key
from lineage.verdict.condition import HostCondition, Need, Said
from lineage.verdict.host import Host
from lineage.verdict.outcome import BREAKS, UNKNOWN, Evidence, Fix, Verdict, breaks, rank, worse
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
    only: Key | None = None,
) -> Stood:
    """The verdict on an assembly for its needs on its hosts, the deciding evidence first.

    A fix is given where it helps on every host that is too old. ``only`` narrows it to what is
    asked of that capability, or by it.
    """
    findings: list[Said] = []
    conditions: list[HostCondition] = []
    for need in needs:
        for host in hosts:
            some, more = support.check(need, host, only)
            findings += some
            conditions += more
    if not findings:
        return Stood(verdict=None, conditions=tuple(conditions))
    findings.sort(key=_badness)
    first = findings[0]
    alike = [one for one in findings if (one.verdict, one.reason) == (first.verdict, first.reason)]
    fix = _fix([one for one in alike if one.verdict == BREAKS or one.helps])
    worst = rank(first.verdict, first.reason)
    open_ = [_open(one) for one in conditions if first.verdict not in (BREAKS, UNKNOWN)
             and one.holds.value == "cannot_compare"]  # fmt: skip
    caveats = (note for one in alike for note in one.notes)
    because = dict.fromkeys((*(one.evidence for one in findings), *caveats, *open_))
    return Stood(
        verdict=Verdict(
            verdict=first.verdict, reason=first.reason, because=tuple(because), fix=fix,
            parent=first.evidence.on, edge="runs_on", rank=worst,
        ),
        conditions=tuple(conditions),
    )  # fmt: skip


_HOW = ("MINOR_VERSION", "BACKWARD", "NATIVE")


def _badness(one: Said) -> tuple[int, bool, int, bool]:
    """Worst first; of what holds, that with caveats; what forward packages help with leads."""
    how = _HOW.index(one.reason) if one.reason in _HOW else len(_HOW)
    return rank(one.verdict, one.reason)[0], one.weak, how, not one.helps


def _fix(broken: Sequence[Said]) -> Fix | None:
    """The forward package, where one helps on every host that does not provide enough.

    It stands for the newer value: what only goes along with that value asks no more.
    """
    found: list[Fix] = []
    for host in dict.fromkeys(one.host for one in broken):
        some = [one for one in broken if one.host == host and one.helps]
        if not some or any(one.fix is None for one in some):
            return None
        found += [one.fix for one in some if one.fix is not None]
    return found[0] if found else None


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


def joined(old: Verdict, new: Verdict) -> Verdict:
    """The worse of two verdicts on one assembly; a host that is too old stays among its reasons.

    ``old`` itself where ``new`` adds nothing.
    """
    first = new if worse(old, new) is new else old
    hosts = (old.reason == _HOST) != (new.reason == _HOST)
    if not (breaks(old) and breaks(new) and hosts):
        return first
    other = old if first is new else new
    because = tuple(dict.fromkeys((*first.because, *other.because)))
    fix = first.fix or other.fix
    if because == first.because and fix == first.fix:
        return first
    return replace(first, because=because, fix=fix)


_HOST = "HOST"
