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
    telling = _Telling(view)
    return tuple(telling.item(judged) for _, judged in ordered)


def _waiting(outcome: Outcome) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for (_, assembly), judged in outcome.judged.items():
        for key in judged.verdict.waits_for:
            found[key, assembly] = found.get((key, assembly), 0) + 1
    return found


class _Telling:
    """Tells verdicts as items of one answer; what they have in common is told once.

    Evidence and fixes are told apart by identity: the outcome keeps them.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._reasons: dict[int, Because] = {}
        self._steps: dict[tuple[Key, str | None], PathStep] = {}
        self._ways: dict[int, WayOut] = {}
        self._streams: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._hosts: dict[Key, dict[Key, None]] | None = None

    def item(self, judged: Judged) -> Affected:
        """One verdict as an item."""
        node = self._view.nodes.get(judged.component)
        verdict = judged.verdict
        name = node.name if node else str(judged.component)
        assert verdict.verdict in VERDICTS
        exposed = verdict.verdict == EXPOSED
        return Affected(
            key=judged.component,
            kind=node.kind if node else identify(judged.component).kind,
            name=f"{name}[{verdict.extra}]" if verdict.extra else name,
            version=node.version if node else None,
            verdict=verdict.verdict,
            reason=verdict.reason,
            assembly=judged.assembly,
            because=tuple(map(self._because, verdict.because)),
            path=tuple(map(self._step, judged.path)),
            fix=self._way_out(verdict.fix, judged.assembly or judged.component),
            known_releases=verdict.known,
            runs_on=self._runs_on(judged.component) if exposed else (),
            deployment_environment=self._environment(judged.component) if exposed else None,
        )

    def _because(self, evidence: Evidence) -> Because:
        found = self._reasons.get(id(evidence))
        if found is None:
            found = self._reasons[id(evidence)] = Because(
                requirement=evidence.requirement,
                on=evidence.on,
                holds=evidence.holds.value if evidence.holds else None,
                bound=evidence.bound,
                claimed_by=self._claimed_by(evidence.statements),
                against=evidence.against,
            )
        return found

    def _claimed_by(self, statements: tuple[int, ...]) -> tuple[str, ...]:
        if statements not in self._streams:
            said = (one.stream for one in sayings(self._view, statements))
            self._streams[statements] = tuple(dict.fromkeys(said))
        return self._streams[statements]

    def _step(self, step: tuple[Key, str | None]) -> PathStep:
        found = self._steps.get(step)
        if found is None:
            found = self._steps[step] = PathStep(key=step[0], edge=step[1])
        return found

    def _way_out(self, fix: Fix | None, assembly: Key) -> WayOut | None:
        if fix is None:
            return None
        if any(one.key == THE_ASSEMBLY for one in fix.forbidden_by):
            return _way_out(fix, assembly)
        found = self._ways.get(id(fix))
        if found is None:
            found = self._ways[id(fix)] = _way_out(fix, assembly)
        return found

    def _runs_on(self, component: Key) -> tuple[str, ...]:
        """What a component is stated to run on, by key."""
        if self._hosts is None:
            self._hosts = {}
            for edge in self._view.edges:
                if edge.kind == "runs_on":
                    self._hosts.setdefault(edge.downstream, {})[edge.upstream] = None
        return tuple(self._hosts.get(component, ()))

    def _environment(self, component: Key) -> str | None:
        value = self._view.first(component, "deployment_environment")
        return str(value.value) if value and value.state == "value" else None


def _way_out(fix: Fix, assembly: Key) -> WayOut:
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
