"""What comes along with a change: what enters, leaves and moves, assembly by assembly."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.verdict.estate import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """A component that a new release asks for and that is not there yet."""

    key: str
    requirement: str
    assembly: str | None
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A component that nobody asks for any more after the change."""

    key: str
    assembly: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A component that has to move along, with the version where one is pinned."""

    key: str
    version: str | None
    requirement: str
    assembly: str | None
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """All of it, sorted by assembly and key."""

    enter: tuple[Entering, ...]
    leave: tuple[Leaving, ...]
    move: tuple[Moving, ...]


def along_of(outcome: Outcome) -> Along:
    """What the judged assemblies say of it."""
    enter: list[Entering] = []
    leave: list[Leaving] = []
    move: list[Moving] = []
    for assembly, judgement in sorted(outcome.judgements.items()):
        moved = judgement.moved
        if moved is None:
            continue
        enter += (
            Entering(
                key=one.key, requirement=one.requirement, assembly=assembly, asked_by=one.asked_by
            )
            for one in sorted(moved.enter, key=lambda one: (one.key, one.asked_by))
        )
        leave += (Leaving(key=Key(key), assembly=assembly) for key in moved.leave)
        move += (
            Moving(
                key=one.key, version=one.version, requirement=one.requirement,
                assembly=assembly, asked_by=one.asked_by,
            )
            for one in sorted(moved.move, key=lambda one: (one.key, one.asked_by))
        )  # fmt: skip
    return Along(enter=tuple(enter), leave=tuple(leave), move=tuple(move))
