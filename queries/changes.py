"""Changes: what each revision opened and closed, oldest first, after a revision that was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lineage.model.claim import Statement
from lineage.record.cut import Cut, Leaf
from lineage.record.past import Past
from lineage.record.turn import Turn, Turned
from queries.claim_row import Claimed, claimed
from queries.leafing import Leafed, Leafing, leafed
from queries.question import Handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Leafing):
    """The question: revisions after ``after`` (a place: its number). The next page begins there.

    ``claims`` lists the claims themselves; without it they are counted.
    """

    claims: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotChange:
    """What a revision did to what one slot says of one assembly (null: what holds everywhere).

    ``opened`` and ``closed`` count claims; ``claims_opened`` and ``claims_closed`` are the claims,
    null where they were not asked for.
    """

    stream: str
    slot: str
    assembly: str | None
    opened: int
    closed: int
    claims_opened: tuple[Claimed, ...] | None
    claims_closed: tuple[Claimed, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionChange:
    """A revision: the submission that made it, and what that opened and closed.

    A revision that changes nothing (the same claims in other bytes) opens and closes 0.
    """

    number: int
    at: datetime
    submission: str
    stream: str
    slot: str
    subject: str
    format: str
    principal: str
    opened: int
    closed: int
    slots: tuple[SlotChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Leafed):
    """The revisions, oldest first; ``revision`` is the newest that was seen.

    ``total`` counts all revisions there are, whatever the page.
    """

    KEYS: ClassVar[tuple[str, ...]] = ("number",)

    rows: tuple[RevisionChange, ...]


def answer(question: Changes, handle: Handle) -> Answer:
    """What revisions did; RevisionUnknownError, ArgumentInvalidError (a page)."""
    tenant, listed = question.at.tenant, question.claims

    def read(past: Past, upto: int, cut: Cut) -> Leaf[RevisionChange]:
        leaf = past.turns(tenant, upto, cut)
        turned = [one for turn in leaf.rows for one in turn.turned] if listed else []
        numbers = {n for one in turned for n in (*one.opened, *one.closed)}
        said = past.statements(tenant, numbers) if listed else {}
        return Leaf(
            rows=tuple(_row(turn, said, listed=listed) for turn in leaf.rows),
            total=leaf.total, has_next=leaf.has_next, has_previous=leaf.has_previous,
        )  # fmt: skip

    return Answer(**leafed(question, handle, read))


def _row(turn: Turn, said: Mapping[int, Statement], *, listed: bool) -> RevisionChange:
    sent = turn.submission
    return RevisionChange(
        number=sent.revision,
        at=sent.at,
        submission=sent.id,
        stream=sent.stream,
        slot=sent.slot,
        subject=sent.subject,
        format=sent.format,
        principal=sent.principal,
        opened=sum(len(one.opened) for one in turn.turned),
        closed=sum(len(one.closed) for one in turn.turned),
        slots=tuple(_slot(one, said, listed=listed) for one in turn.turned),
    )


def _slot(one: Turned, said: Mapping[int, Statement], *, listed: bool) -> SlotChange:
    def claims(numbers: tuple[int, ...]) -> tuple[Claimed, ...] | None:
        return tuple(claimed(n, said[n]) for n in numbers) if listed else None

    return SlotChange(
        stream=one.stream,
        slot=one.slot,
        assembly=one.assembly,
        opened=len(one.opened),
        closed=len(one.closed),
        claims_opened=claims(one.opened),
        claims_closed=claims(one.closed),
    )
