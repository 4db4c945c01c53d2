"""What something asks of the hosts it stands on, and what one host says to it (rule 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.verdict.outcome import BREAKS, SURVIVES, UNKNOWN, Evidence, Fix
from lineage.versions.scheme import Answer

MINIMUM, FLOOR, FULL = "minimum", "floor", "full"

Given = Mapping[Key, tuple[str, ...]]
"""Values by capability, inside the thing that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What asks something of a host: a component, or a capability at a value.

    ``value`` is the value of ``key`` where that is a capability, else None. ``beside`` are the
    values that stand beside it (``given`` of a row), its own first. ``build`` and ``platform``
    choose among rows about GPU code, "" where they are not known. ``lines`` are its own lines on
    what hosts give: capability, range, statement (0: none). ``why`` says whose line brings along
    what asks, "" where it is there already.
    """

    key: Key
    value: str | None = None
    by: Key | None = None
    beside: Given | None = None
    build: str = ""
    platform: str = ""
    lines: tuple[tuple[Key, str, int], ...] = ()
    why: str = ""

    @property
    def asker(self) -> Key:
        """Who is named for it: what comes along, else the component or capability itself."""
        return self.by if self.why and self.by else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCondition:
    """One thing asked of one host, and whether it holds there; host "" where none is known.

    ``why`` is the line that brings along what asks (``because``), "" where it is there already.
    """

    capability: Key
    requirement: str
    kind: str
    holds: Answer
    host: Key
    because: Key
    value: str | None
    statements: tuple[int, ...] = ()
    why: str = ""

    @property
    def verdict(self) -> str:
        """What it alone would say of the assembly."""
        if self.holds is Answer.CANNOT_COMPARE:
            return UNKNOWN
        return BREAKS if self.holds is Answer.NO and self.kind != FULL else SURVIVES

    @property
    def reason(self) -> str | None:
        """The reason code that goes with it; None where nothing more is to be said."""
        if self.holds is Answer.CANNOT_COMPARE:
            return "TARGET"
        if self.holds is Answer.NO:
            return "MINOR_VERSION" if self.kind == FULL else "HOST"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one host says to one need. ``weak``: a minimum holds, nobody states full support.

    ``helps`` marks a need for which there are forward packages; ``fix`` is the one for this host.
    ``notes`` are the caveats that go with it, in the words of their rows (``bound``).
    """

    verdict: str
    reason: str
    evidence: Evidence
    need: Key
    host: Key
    fix: Fix | None = None
    weak: bool = False
    helps: bool = False
    notes: tuple[Evidence, ...] = ()
