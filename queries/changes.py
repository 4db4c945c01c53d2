"""Changes: what each revision opened and closed, oldest first, after a revision that was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from lineage.model.claim import Statement
from lineage.model.revision import At
from lineage.record.turn import Turn, Turned
from queries.claim_row import Claimed, claimed
from queries.page import cut_of
from queries.question import Handle, past_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The question: revisions after ``after`` (a place: its number). The next page begins there.

    ``claims`` lists the claims themselves; without it they are counted.
    """

    claims: bool = False
    first: int | None = 100
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)


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
class Answer:
    """The revisions, oldest first; ``revision`` is the newest that was seen.

    ``total`` counts all revisions there are, whatever the page.
    """

    ROWS: ClassVar[str] = "rows"
    KEYS: ClassVar[tuple[str, ...]] = ("number",)

    revision: int
    total: int
    has_next: bool
    has_previous: bool
    rows: tuple[RevisionChange, ...]


def answer(question: Changes, handle: Handle) -> Answer:
    """What revisions did; RevisionUnknownError, ArgumentInvalidError (a page)."""
    past = past_of(handle)
    revision = past.revision(question.at.tenant, question.at.revision)
    cut = cut_of(question.first, question.last, question.after, question.before)
    tenant = question.at.tenant
    leaf = past.turns(tenant, revision, cut)
    said: dict[int, Statement] = {}
    if question.claims:
        turned = [one for turn in leaf.rows for one in turn.turned]
        numbers = {n for one in turned for n in (*one.opened, *one.closed)}
        said = dict(past.statements(tenant, numbers))
    return Answer(
        revision=revision,
        total=leaf.total,
        has_next=leaf.has_next,
        has_previous=leaf.has_previous,
        rows=tuple(_row(turn, said, listed=question.claims) for turn in leaf.rows),
    )


def _row(turn: Turn, said: dict[int, Statement], *, listed: bool) -> RevisionChange:
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


def _slot(one: Turned, said: dict[int, Statement], *, listed: bool) -> SlotChange:
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
