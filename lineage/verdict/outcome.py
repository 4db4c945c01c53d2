"""What a judgement says: verdict, reason, the evidence that decides, the way out."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage.model.identity import Key
from lineage.versions.scheme import Answer
from lineage.vocabulary.changes import REASONS, VERDICTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that speaks for a verdict.

    ``requirement`` is the declared text ("" any version, None: it is no line), ``on`` what it is
    about. ``holds`` is None where nothing is compared. ``bound`` is the piece of an artefact or
    name that binds (a soname, a build tag). ``extra`` is the extra of the judged component that
    turns the line on. ``edge`` is the kind of edge to ``on``, ``statements`` those that claim it.
    ``against`` is the other line, where only two together cannot be met.
    """

    on: Key
    requirement: str | None = None
    holds: Answer | None = None
    bound: str | None = None
    extra: str | None = None
    edge: str = ""
    statements: tuple[int, ...] = ()
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a fix moves along: ``to`` is named only where it is pinned."""

    key: Key
    source: str | None
    to: str | None
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbids:
    """An unbroken member that stands in the way of a fix, and the line that says so.

    The key THE_ASSEMBLY stands for what the assembly asks for itself, as a root.
    """

    key: Key
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A way out: ``action`` is replace, extra, build or upgrade; ``key`` what to take.

    ``version`` is the smallest step that is known to help, ``newest`` the newest release that
    does, ``fitting`` and ``known`` how many of how many known releases do. A release that helps
    is no solution: ``moves`` is what it moves along, ``forbidden_by`` which unbroken members
    forbid that.
    """

    action: str
    key: Key
    version: str | None = None
    note: str = ""
    newest: Key | None = None
    fitting: int | None = None
    known: int | None = None
    moves: tuple[Step, ...] = ()
    forbidden_by: tuple[Forbids, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One verdict with one piece of evidence, before the worst one wins.

    ``known`` is of how many known releases it speaks.
    """

    verdict: str
    reason: str | None
    evidence: Evidence
    fix: Fix | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on one component, in one assembly or everywhere.

    ``because`` has the deciding evidence first. ``extra`` is set where the verdict rests only on
    that extra. ``waits_for`` names what must move first (WAITS, PINNED). ``edge`` and ``parent``
    say over which edge, from what, the change came. ``known`` says how many releases of what
    would have to move are known (None: not asked).
    """

    verdict: str
    reason: str | None = None
    because: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    extra: str | None = None
    waits_for: tuple[Key, ...] = ()
    parent: Key | None = None
    edge: str | None = None
    rank: tuple[int, int] = field(default=(99, 0))
    known: int | None = None


def rank(verdict: str, reason: str | None) -> tuple[int, int]:
    """The order of verdicts, worst first, then of their reasons."""
    inside = REASONS.get(reason).rank if reason else 0
    return VERDICTS.get(verdict).rank, inside


def breaks(verdict: Verdict | None) -> bool:
    """Whether others lean on something broken: the only verdict that spreads."""
    return verdict is not None and verdict.verdict == BREAKS


def worse(left: Verdict | None, right: Verdict | None) -> Verdict | None:
    """The worse of two verdicts; the first of two equally bad ones."""
    if left is None or right is None:
        return left or right
    return right if right.rank < left.rank else left


THE_ASSEMBLY = Key("")
"""The assembly that a fix is for: contents are judged once for all that share them."""

BREAKS = "BREAKS"
REBUILD = "REBUILD"
UNKNOWN = "UNKNOWN"
REVALIDATE = "REVALIDATE"
UNDECLARED = "UNDECLARED"
NOTICE = "NOTICE"
SURVIVES = "SURVIVES"
SWAPPED = "SWAPPED"
