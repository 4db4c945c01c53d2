"""Impact: what breaks if something changes, with a verdict and its evidence for each component.

The change is understood first (which layer it is, from where, to where), every assembly is judged
by the rules, and what breaks is carried outward over the edges that the change table names.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import ClassVar

from lineage.errors import ChangeInvalidError
from lineage.graph.engine import Engine
from lineage.ingest.collector import undisturbed
from lineage.model.change import Change
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View
from lineage.verdict.estate import Estate, Outcome
from lineage.verdict.judge import Rules
from lineage.verdict.step import inside, lines
from lineage.verdict.target import ADD, Target
from queries.affected import Affected, affected_of
from queries.along import Entering, Leaving, Moving, along_of
from queries.announcement import announced, hosts_of
from queries.asked import title_of, worded
from queries.first import Firsts
from queries.headline import headline_of, no_step_of, step_of, warnings_of
from queries.judged import judged
from queries.kept import PerView
from queries.naming import Named, look
from queries.narrowed import BESIDE, Narrowed
from queries.narrowing import Narrowing
from queries.portfolio import PortfolioRow, portfolio_of
from queries.question import Handle
from queries.room import room_of
from queries.ruling import RULES
from queries.tally import (
    CountBy,
    Counts,
    ImpactCompleteness,
    completeness_of,
    counts_by,
    counts_of,
)
from queries.ways import check, with_ways

_KEPT_ANSWERS = 8
_JUDGED = 1024  # bytes, about, that an answer allocates for a member of an assembly


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The question. ``change`` is a row of CHANGES; ``assembly`` narrows it to that one.

    ``owner`` and ``deployment_environment`` narrow it to what belongs to that owner, there: what
    is said of a thing or of what contains, serves or runs on it. ``paths`` asks for so many ways
    to each item (1 to 20).

    ``key`` is a key or a name, or a name with a version or range behind it ("Zeta 3"), which then
    is ``from_range``.

    ``from_range`` is a range of the key's scheme, a bare number its prefix; ``to`` the target (13
    is any 13.x). Without a target it is the newest known line, and the answer says so.
    """

    key: str
    change: str = "upgrade"
    from_range: str | None = None
    to: str | None = None
    assembly: str | None = None
    owner: str | None = None
    deployment_environment: str | None = None
    paths: int | None = None
    at: At = field(default_factory=At)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChange:
    """The change as it was understood.

    ``layer`` is capability, family or component; ``assumed`` says that nobody named the target;
    ``to`` is null where nothing newer is known, and where nothing takes its place. ``title`` is
    what people call it, where a row of knowledge says so.
    """

    kind: str
    key: str
    layer: str
    from_range: str | None
    to: str | None
    assumed: bool
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What narrowed the question; null where that did not."""

    assembly: str | None
    owner: str | None = None
    deployment_environment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a host has to provide for the change.

    ``kind`` is minimum, floor, full or runs (GPU code); ``holds`` yes, no or cannot_compare;
    ``given`` what the host has (null: nobody says), ``because`` what asks for it, ``why`` the line
    by which that comes along ("": it is there already).
    """

    capability: str
    requirement: str
    host: str | None
    assembly: str | None
    verdict: str
    reason: str | None
    kind: str = ""
    holds: str = ""
    given: str | None = None
    because: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactAnswer:
    """What breaks, worst first; null fields were not asked.

    ``affected`` has the rows, ``portfolio`` the same by service and cause.
    """

    ROWS: ClassVar[str] = "affected"

    headline: str
    revision: int
    pack_revision: int
    change: AskedChange
    scope: str
    stream: str | None
    within: Within | None
    completeness: ImpactCompleteness
    counts: Counts
    counts_by: tuple[CountBy, ...]
    warnings: tuple[str, ...]
    enter: tuple[Entering, ...] | None
    leave: tuple[Leaving, ...] | None
    move: tuple[Moving, ...] | None
    conditions: tuple[Condition, ...] | None
    affected: tuple[Affected, ...]
    portfolio: tuple[PortfolioRow, ...]
    narrowed: Narrowed | None = field(default=None, metadata=BESIDE)


def answer(question: Impact, handle: Handle) -> ImpactAnswer:
    """What the change reaches.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError (the key or the assembly),
    ChangeInvalidError (a change that is not built, a target it cannot take), VocabularyError (no
    such change), ArgumentInvalidError (an owner or deployment environment that nobody states, a
    number of paths), BudgetExceededError (paths of too many items).
    """
    check(question.paths)
    wording = worded(question.key, question.from_range, question.at, handle.views)
    seen = wording.seen
    view, at, within = seen.view, seen.at, None
    if question.assembly is not None:
        room = look(question.assembly, at, handle.views)
        view, at = room.view, room.at
        within = room_of(view, room.named.keys)
        if not within:
            raise ChangeInvalidError(reason=f"'{room.named.key}' is no assembly")
    key = seen.named.key
    if question.change == ADD and within is None:
        within = [one for one in seen.named.keys if one in view.assemblies]
        if not within:
            raise ChangeInvalidError(reason=f"'{key}' is no assembly to add a requirement to")
    change = Change(kind=question.change, key=key, from_range=wording.from_range, to=question.to)
    place = (
        change, question.assembly, question.owner, question.deployment_environment,
        question.paths, id(handle.engine),
    )  # fmt: skip
    answers = ANSWERS.of(view)
    given = answers.given(place)
    if given is not None:
        return given
    narrowing = None
    if question.owner is not None or question.deployment_environment is not None:
        narrowing = Narrowing(view, question.owner, question.deployment_environment)
        within = narrowing.rooms(within)
    with undisturbed(_JUDGED * sum(len(one.content.members) for one in view.assemblies.values())):
        rules = RULES.of(view)
        made = _answer(question, change, seen.named, rules, handle, at, within, narrowing)
    answers.keep(place, handle.engine, made)
    return made


def _answer(
    question: Impact,
    change: Change,
    named: Named,
    rules: Rules,
    handle: Handle,
    at: At,
    within: Collection[Key] | None,
    narrowing: Narrowing | None,
) -> ImpactAnswer:
    view = rules.pack.view
    placed = replace(at, revision=view.revision.number)
    target, outcome = judged(change, named, rules, handle, placed, within)
    if narrowing is not None:
        outcome = narrowing.outcome(outcome)
    affected = affected_of(outcome, view)
    headline = announced(target, affected, outcome)
    if headline is None:
        text = headline_of(target, affected, outcome, view).removesuffix(".")
        headline = f"{text}{hosts_of(affected)}."
    nearer = inside(target, outcome, rules)
    if nearer is not None:
        step = Estate(rules, handle.engine, placed, nearer).judge(within)
        step = step if narrowing is None else narrowing.outcome(step)
        headline += " " + step_of(nearer, affected_of(step, view))
    else:
        headline += no_step_of(target, lines(target, outcome, rules))
    completeness = completeness_of(outcome, view, target)
    if narrowing is not None:
        headline = narrowing.told(headline, outcome)
        completeness = replace(
            completeness, complete=completeness.complete and bool(outcome.judgements)
        )
    if question.paths is not None:
        affected = with_ways(affected, target.kind, view, handle.engine, placed, question.paths)
    along, firsts = along_of(outcome), Firsts(view)
    return ImpactAnswer(
        headline=headline,
        revision=view.revision.number,
        pack_revision=view.pack_revision,
        change=_asked(target, view),
        scope=view.scope.value,
        stream=view.stream,
        within=_within(question, narrowing),
        completeness=completeness,
        counts=counts_of(affected, outcome),
        counts_by=counts_by(affected, firsts),
        warnings=warnings_of(target, outcome, view, rules.provisions),
        enter=along.enter,
        leave=along.leave,
        move=along.move,
        conditions=conditions_of(outcome),
        affected=affected,
        portfolio=portfolio_of(
            outcome,
            view,
            target,
            rules.footings,
            firsts,
            narrowing.belongs if narrowing else None,
        ),
    )


def conditions_of(outcome: Outcome) -> tuple[Condition, ...]:
    """What the change asks of hosts, host by host; the unmet first."""
    order = ("no", "cannot_compare", "yes")
    found = {
        Condition(
            capability=one.capability,
            requirement=one.requirement,
            host=one.host or None,
            assembly=assembly,
            verdict=one.verdict,
            reason=one.reason,
            kind=one.kind,
            holds=one.holds.value,
            given=one.value,
            because=one.because,
            why=one.why,
        )
        for assembly, some in outcome.conditions.items()
        for one in some
    }
    return tuple(
        sorted(
            found,
            key=lambda one: (
                order.index(one.holds), one.host or "", one.assembly or "", one.capability,
                one.kind, one.because, one.requirement, one.given or "",
            ),
        )
    )  # fmt: skip


def _within(question: Impact, narrowing: Narrowing | None) -> Within | None:
    if question.assembly is None and narrowing is None:
        return None
    return Within(
        assembly=question.assembly,
        owner=narrowing.owner if narrowing else None,
        deployment_environment=narrowing.deployment_environment if narrowing else None,
    )


def _asked(target: Target, view: View) -> AskedChange:
    return AskedChange(
        kind=target.kind,
        key=Key(target.key),
        layer=target.layer,
        from_range=target.source.text if target.named_source else None,
        to=target.to.text if target.to and not target.open_ended else None,
        assumed=target.assumed,
        title=title_of(target.key, view),
    )


class _Answers:
    """The last answers given about one view, each with the engine that it came from."""

    def __init__(self, _: View) -> None:
        self._given: OrderedDict[object, tuple[Engine, ImpactAnswer]] = OrderedDict()
        self._lock = Lock()

    def given(self, place: object) -> ImpactAnswer | None:
        """The answer to a question that was asked before; None where it is not kept."""
        with self._lock:
            found = self._given.get(place)
            if found is None:
                return None
            self._given.move_to_end(place)
            return found[1]

    def keep(self, place: object, engine: Engine, answer: ImpactAnswer) -> None:
        """Keep an answer, with its engine: by whose identity it is found."""
        with self._lock:
            self._given[place] = (engine, answer)
            while len(self._given) > _KEPT_ANSWERS:
                self._given.popitem(last=False)


ANSWERS: PerView[_Answers] = PerView(_Answers)
