"""Counting an answer: by verdict, kind, owner, deployment environment, depth; completeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.record.view import View
from lineage.verdict.estate import Outcome
from lineage.verdict.target import CAPABILITY, Target
from queries.affected import Affected
from queries.first import Firsts


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many items have each verdict.

    ``untouched`` are members that the change does not reach, ``members`` all that were looked at.
    """

    breaks: int
    rebuild: int
    unknown: int
    revalidate: int
    exposed: int
    undeclared: int
    notice: int
    survives: int
    swapped: int
    untouched: int
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBy:
    """How many items share these values of a dimension (kind, owner, ...); "unknown": unsaid."""

    dimension: str
    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactCompleteness:
    """What the answer could not see, as counts of members and assemblies.

    ``unknown_dependencies`` members of whose dependencies nobody speaks; ``inspected``, ``pure``
    and ``uninspected`` artefacts in the assemblies that the change reaches; ``unprovided``
    assemblies where nobody provides the capability; ``archived`` assemblies left out;
    ``uncounted`` families of which nothing counts; ``unresolved`` pointers that nobody states.
    ``unprovided_in`` names the unprovided assemblies where the change is one of a capability.
    """

    complete: bool
    truncated_by: str | None
    unknown_dependencies: int
    inspected: int
    pure: int
    uninspected: int
    unprovided: int
    archived: int
    uncounted: int
    unresolved: int
    unprovided_in: tuple[str, ...] = ()


def counts_of(affected: Iterable[Affected], outcome: Outcome) -> Counts:
    """Items by verdict, and the members behind them."""
    found = Counter(one.verdict for one in affected)
    judgements = outcome.judgements.values()
    return Counts(
        breaks=found["BREAKS"],
        rebuild=found["REBUILD"],
        unknown=found["UNKNOWN"],
        revalidate=found["REVALIDATE"],
        exposed=found["EXPOSED"],
        undeclared=found["UNDECLARED"],
        notice=found["NOTICE"],
        survives=found["SURVIVES"],
        swapped=found["SWAPPED"],
        untouched=sum(one.untouched for one in judgements),
        members=sum(one.members for one in judgements),
    )


def counts_by(affected: Sequence[Affected], firsts: Firsts) -> tuple[CountBy, ...]:
    """Items by kind, owner, deployment environment and depth."""
    found = {
        "kind": Counter(one.kind for one in affected),
        **{name: _said(affected, name, firsts) for name in ("owner", "deployment_environment")},
        "depth": Counter(str(max(len(one.path) - 1, 0)) for one in affected),
    }
    return tuple(
        CountBy(dimension=name, keys=(key,), count=count)
        for name, counted in found.items()
        for key, count in sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    )


def _said(affected: Sequence[Affected], name: str, firsts: Firsts) -> Counter[str]:
    """Items by what is claimed of the assembly that they are in, else of themselves."""
    rooms = Counter(one.assembly for one in affected)
    silent = {room for room in rooms if room is None or not firsts.of(room, name)}
    found: Counter[str] = Counter()
    for room, count in rooms.items():
        if room is not None and room not in silent:
            found[firsts.of(room, name) or "unknown"] += count
    for key, count in Counter(one.key for one in affected if one.assembly in silent).items():
        found[firsts.of(key, name) or "unknown"] += count
    return found


def completeness_of(outcome: Outcome, view: View, target: Target) -> ImpactCompleteness:
    """What was not seen. Artefacts are counted where the change comes to."""
    reached = [one for one in outcome.judgements.values() if one.reached]
    unknown = sum(one.unknown_dependencies for one in outcome.judgements.values())
    uninspected = sum(one.uninspected for one in reached)
    unprovided = sum(1 for one in outcome.judgements.values() if not one.provided)
    left_out = view.left_out
    blind = unknown or left_out.unresolved
    if target.layer == CAPABILITY:
        blind = blind or uninspected or unprovided
    return ImpactCompleteness(
        complete=not blind and bool(outcome.judgements or outcome.judged),
        truncated_by=None,
        unknown_dependencies=unknown,
        inspected=sum(one.inspected for one in reached),
        pure=sum(one.pure for one in reached),
        uninspected=uninspected,
        unprovided=unprovided,
        archived=len(left_out.archived),
        uncounted=len(left_out.uncounted),
        unresolved=left_out.unresolved,
        unprovided_in=tuple(
            sorted(key for key, one in outcome.judgements.items() if not one.provided)
        ),
    )
