"""Difference: what two revisions, two documents or two assemblies say differently, typed.

The two sides are compared as sets of claims. Members and components stand opposite their like,
else another version of their family; what only one side has is added or removed. On request each
change of a version is followed to what it breaks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar

from lineage.errors import ArgumentInvalidError, RevisionUnknownError
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View
from queries.changed import CHANGES, Changed
from queries.consequence import Consequence, Consequences, consequences_of
from queries.contrast import Side, between, opposite
from queries.naming import look
from queries.question import Handle, past_of

_GREATEST = 2**31 - 1
KINDS = ("revision", "document", "assembly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The question. ``of`` is revision, document or assembly (null: told from the texts).

    A revision is a number or a time (ISO 8601), a document the id of a receipt or a digest, an
    assembly a key or a name. ``consequence`` follows the changed versions to what they break.
    """

    OF_RECORD: ClassVar[bool] = True

    before: str
    after: str
    of: str | None = None
    consequence: bool = False
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceSide:
    """One side as it was understood: what was compared, and the revision it was seen at."""

    text: str
    key: str | None
    revision: int
    pack_revision: int
    submission: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCount:
    """How many differences there are of a type."""

    type: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceCompleteness:
    """How sure the answer is: what was left out on either side, or is known on neither.

    ``unknown_dependencies`` counts the members, on the side that has more of them, of which nobody
    says what they lean on; ``archived``, ``uncounted`` and ``unresolved`` likewise.
    """

    complete: bool
    truncated_by: str | None
    unknown_dependencies: int
    archived: int
    uncounted: int
    unresolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The differences, by type, then assembly. ``consequences`` is null where not asked."""

    ROWS: ClassVar[str] = "changes"

    headline: str
    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    of: str
    before: DifferenceSide
    after: DifferenceSide
    completeness: DifferenceCompleteness
    counts: tuple[ChangeCount, ...]
    consequences: tuple[Consequence, ...] | None
    consequences_left: int
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A side with the assembly that it is about (None: all that the view has)."""

    told: DifferenceSide
    view: View
    at: At
    key: Key | None = None

    def side(self) -> Side:
        return Side(view=self.view, assemblies=self.view.assemblies)


def answer(question: Difference, handle: Handle) -> Answer:
    """The differences between the two sides.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError (an assembly, a document),
    RevisionUnknownError, ArgumentInvalidError (no such sort, sides of different sorts).
    """
    of = _sort(question)
    see = {"revision": _revision, "document": _document, "assembly": _assembly}[of]
    before, after = (see(text, question.at, handle) for text in (question.before, question.after))
    if before.key is not None and after.key is not None:
        rows = opposite(before.side(), after.side(), before.key, after.key)
    else:
        rows = between(before.side(), after.side())
    counts = Counter(row.type for row in rows)
    follow = Consequences(None, 0)
    if question.consequence:
        follow = consequences_of(rows, before.view, before.at, handle, of=of)
    completeness = _completeness(before, after)
    return Answer(
        headline=_headline(of, before, after, counts),
        revision=after.view.revision.number,
        pack_revision=after.view.pack_revision,
        scope=question.at.scope.value,
        stream=question.at.stream,
        of=of,
        before=before.told,
        after=after.told,
        completeness=completeness,
        counts=tuple(ChangeCount(type=name, count=counts[name]) for name in CHANGES),
        consequences=follow.rows,
        consequences_left=follow.left,
        changes=rows,
    )


def _sort(question: Difference) -> str:
    """What is compared, as it was said or as both texts look."""
    if question.of is not None:
        if question.of not in KINDS:
            raise ArgumentInvalidError(name="of", reason=f"it is one of {', '.join(KINDS)}")
        return question.of
    sorts = {_looks(question.before), _looks(question.after)}
    if len(sorts) > 1:
        reason = "one side looks like {}, the other like {}: say of what"
        raise ArgumentInvalidError(
            name="of",
            reason=reason.format(
                *(f"{'an' if one[0] == 'a' else 'a'} {one}" for one in sorted(sorts))
            ),
        )
    return sorts.pop()


def _looks(text: str) -> str:
    bare = text.removeprefix("sha256:")
    if len(bare) in (24, 64) and all(letter in "0123456789abcdef" for letter in bare):
        return "document"
    if text.isdecimal() or _moment(text) is not None:
        return "revision"
    return "assembly"


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _revision(text: str, at: At, handle: Handle) -> _Seen:
    if text.isdecimal():
        number = int(text)
        if number > _GREATEST:
            newest = handle.views.view(replace(at, revision=None)).revision.number
            raise RevisionUnknownError(wanted=text, newest=newest)
    else:
        moment = _moment(text)
        if moment is None:
            raise ArgumentInvalidError(name="of", reason=f"'{text}' is no revision and no time")
        number = past_of(handle).revision_at(at.tenant, moment)
    place = replace(at, revision=number)
    view = handle.views.view(place)
    return _Seen(told=_told(text, None, view, None), view=view, at=place)


def _document(text: str, at: At, handle: Handle) -> _Seen:
    found = past_of(handle).document(at.tenant, text)
    key = Key(found.submission.subject)
    told = _told(text, key, found.view, found.submission.id)
    return _Seen(told=told, view=found.view, at=at)


def _assembly(text: str, at: At, handle: Handle) -> _Seen:
    seen = look(text, at, handle.views)
    held = [key for key in seen.named.keys if key in seen.view.assemblies]
    if not held:
        raise ArgumentInvalidError(name="of", reason=f"'{seen.named.key}' is no assembly")
    if len(held) > 1:
        raise ArgumentInvalidError(
            name="of", reason=f"'{seen.named.key}' has {len(held)} versions: {', '.join(held)}"
        )
    told = _told(text, held[0], seen.view, None)
    return _Seen(told=told, view=seen.view, at=seen.at, key=held[0])


def _told(text: str, key: Key | None, view: View, submission: str | None) -> DifferenceSide:
    return DifferenceSide(
        text=text,
        key=key,
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        submission=submission,
    )


def _completeness(before: _Seen, after: _Seen) -> DifferenceCompleteness:
    unknown = max(_unknown(before), _unknown(after))
    left = [one.view.left_out for one in (before, after)]
    return DifferenceCompleteness(
        complete=not unknown and not any(one.unresolved for one in left),
        truncated_by=None,
        unknown_dependencies=unknown,
        archived=max(len(one.archived) for one in left),
        uncounted=max(len(one.uncounted) for one in left),
        unresolved=max(one.unresolved for one in left),
    )


def _unknown(seen: _Seen) -> int:
    keys = [seen.key] if seen.key is not None else list(seen.view.assemblies)
    contents = {seen.view.assemblies[key].content.digest: key for key in keys}
    return sum(
        member.unknown
        for key in contents.values()
        for member in seen.view.assemblies[key].content.members.values()
    )


def _headline(of: str, before: _Seen, after: _Seen, counts: Counter[str]) -> str:
    one, other = (side.told.key or f"{of} {side.told.text}" for side in (before, after))
    if of == "document":
        one, other = (f"document {side.told.text}" for side in (before, after))
    if not counts:
        return f"{one} and {other} say the same."
    words = {"version": "of another version", "requirement": "of requirements",
             "licence": "of licences", "digest": "of digests", "derivation": "of derivation",
             "completeness": "of completeness", "property": "of other values"}  # fmt: skip
    parts = [f"{counts[name]} {words.get(name, name)}" for name in CHANGES if counts[name]]
    total = sum(counts.values())
    count = "One difference" if total == 1 else f"{total} differences"
    return f"{count} from {one} to {other}: {', '.join(parts)}."
