"""One affected component as a value of an answer: verdict, evidence, path and way out."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph.engine import Place
from lineage.model.identity import Key, identify
from lineage.record.view import View
from lineage.verdict.estate import Judged, Outcome
from lineage.verdict.outcome import THE_ASSEMBLY, Evidence, Fix
from lineage.verdict.tainted import EXPOSED
from lineage.vocabulary.changes import VERDICTS
from queries.saying import sayings

_Said = dict[tuple[int, ...], tuple[str, ...]]
"""Streams by the statements that they make, within one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """What speaks for a verdict.

    ``requirement`` is the declared text ("" any version; null where it is no line), ``on`` the
    key it is about, ``holds`` yes, no, cannot_compare or null (nothing to compare), ``bound`` the
    piece of an artefact or name that binds, ``claimed_by`` the streams that say it, best first.
    ``against`` is the other line where only two together cannot be met.
    """

    requirement: str | None
    on: str
    holds: str | None
    bound: str | None
    claimed_by: tuple[str, ...]
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """A component on the way from the change, and the edge that leads to it (null at the start)."""

    key: str
    edge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixMove:
    """A member that a fix moves along; ``to`` only where its line pins one version."""

    key: str
    from_version: str | None
    to: str | None
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixForbids:
    """An unbroken member, or the assembly itself, that forbids a fix, and its line."""

    key: str
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """What would help: ``action`` replace, extra, build or upgrade; the key, its version, a note.

    ``version`` is the smallest step that is known to help, ``newest`` the key of the newest known
    release that does; ``fitting`` of ``known`` releases do. That release is no solution yet:
    ``moves`` is what it moves along, ``forbidden_by`` the unbroken members that forbid it.
    """

    action: str
    key: str
    version: str | None
    note: str
    newest: str | None = None
    fitting: int | None = None
    known: int | None = None
    moves: tuple[FixMove, ...] = ()
    forbidden_by: tuple[FixForbids, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A verdict on one component in one assembly, or everywhere (assembly null).

    ``name`` carries the extra where the verdict rests on it alone. ``because`` has the deciding
    evidence first. ``path`` leads from what changes to the component, ``paths`` are that and the
    next shortest ones (null: not asked). ``known_releases`` is of
    how many known releases of what would have to move it speaks (null: not asked).
    """

    key: str
    kind: str
    name: str
    version: str | None
    verdict: str
    reason: str | None
    assembly: str | None
    because: tuple[Because, ...]
    path: tuple[PathStep, ...]
    fix: WayOut | None
    known_releases: int | None = None
    runs_on: tuple[str, ...] = ()
    deployment_environment: str | None = None
    paths: tuple[tuple[PathStep, ...], ...] | None = None


def affected_of(outcome: Outcome, view: View) -> tuple[Affected, ...]:
    """Every item, worst first.

    Inside a verdict what most others wait on comes first, then the order of the reason codes,
    then the key and the assembly.
    """
    waiting = _waiting(outcome)
    ordered = sorted(
        outcome.judged.items(),
        key=lambda item: (
            item[1].verdict.rank[0],
            -waiting.get(item[0], 0),
            item[1].verdict.rank[1],
            item[0][0],
            item[0][1] or "",
        ),
    )
    said: _Said = {}
    return tuple(_item(judged, view, said) for _, judged in ordered)


def _waiting(outcome: Outcome) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for (_, assembly), judged in outcome.judged.items():
        for key in judged.verdict.waits_for:
            found[key, assembly] = found.get((key, assembly), 0) + 1
    return found


def _item(judged: Judged, view: View, said: _Said) -> Affected:
    node = view.nodes.get(judged.component)
    verdict = judged.verdict
    name = node.name if node else str(judged.component)
    assert verdict.verdict in VERDICTS
    return Affected(
        key=judged.component,
        kind=node.kind if node else identify(judged.component).kind,
        name=f"{name}[{verdict.extra}]" if verdict.extra else name,
        version=node.version if node else None,
        verdict=verdict.verdict,
        reason=verdict.reason,
        assembly=judged.assembly,
        because=tuple(_because(one, view, said) for one in verdict.because),
        path=tuple(PathStep(key=key, edge=edge) for key, edge in judged.path),
        fix=_way_out(verdict.fix, judged.assembly or judged.component),
        known_releases=verdict.known,
        runs_on=runs_on(judged.component, view) if verdict.verdict == EXPOSED else (),
        deployment_environment=_environment(judged, view),
    )


def runs_on(component: Key, view: View) -> tuple[str, ...]:
    """What a component is stated to run on, by key."""
    return tuple(
        dict.fromkeys(
            edge.upstream
            for edge in view.edges
            if edge.kind == "runs_on" and edge.downstream == component
        )
    )


def _environment(judged: Judged, view: View) -> str | None:
    if judged.verdict.verdict != EXPOSED:
        return None
    value = view.first(judged.component, "deployment_environment")
    return str(value.value) if value and value.state == "value" else None


def _because(evidence: Evidence, view: View, said: _Said) -> Because:
    return Because(
        requirement=evidence.requirement,
        on=evidence.on,
        holds=evidence.holds.value if evidence.holds else None,
        bound=evidence.bound,
        claimed_by=_streams(view, evidence.statements, said),
        against=evidence.against,
    )


def _streams(view: View, statements: tuple[int, ...], said: _Said) -> tuple[str, ...]:
    if statements not in said:
        said[statements] = tuple(dict.fromkeys(one.stream for one in sayings(view, statements)))
    return said[statements]


def _way_out(fix: Fix | None, assembly: Key) -> WayOut | None:
    if fix is None:
        return None
    return WayOut(
        action=fix.action,
        key=Key(fix.key),
        version=fix.version,
        note=fix.note,
        newest=fix.newest,
        fitting=fix.fitting,
        known=fix.known,
        moves=tuple(
            FixMove(key=one.key, from_version=one.source, to=one.to, requirement=one.requirement)
            for one in fix.moves
        ),
        forbidden_by=tuple(
            FixForbids(
                key=assembly if one.key == THE_ASSEMBLY else one.key, requirement=one.requirement
            )
            for one in fix.forbidden_by
        ),
    )
