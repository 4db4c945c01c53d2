"""What an impact answer says beside its table: first steps, what follows, hosts, what is unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.output.tables.impactline import because, fix, label, may_leave
from api.output.tables.provenance import short
from lineage.model.identity import identify
from lineage.vocabulary.changes import VERDICTS
from queries.affected import Affected
from queries.impact import Condition, ImpactAnswer

_NAMED = 8
_LINES = 12
_LEADERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title and its lines; none where there is nothing to say."""

    title: str
    lines: tuple[str, ...]


def sections(answer: ImpactAnswer) -> tuple[Section, ...]:
    """Everything but the sentence and the table; what to do first comes first."""
    found = (
        Section(title="Do first", lines=tuple(_first(answer))),
        Section(title="What waits", lines=tuple(_waiting(answer.affected))),
        Section(title="What breaks with it", lines=tuple(_carried(answer.affected))),
        Section(title="Survives", lines=tuple(_surviving(answer.affected))),
        Section(title="Caveats", lines=tuple(_caveats(answer.affected))),
        Section(title="Ways", lines=tuple(_ways(answer.affected))),
        Section(title="Hosts", lines=tuple(_hosts(answer.conditions or ()))),
        Section(title="Comes along", lines=tuple(_along(answer))),
        Section(title="Was inconsistent before", lines=answer.warnings),
    )
    return tuple(Section(title=one.title, lines=_short(one.lines)) for one in found)


def _short(lines: tuple[str, ...]) -> tuple[str, ...]:
    more = len(lines) - _LINES
    return (
        (*lines[:_LINES], f"and {more} more like these; --output json has all")
        if more > 0
        else lines
    )


def closing(answer: ImpactAnswer) -> list[str]:
    """What was counted, what nobody looked at, and what the answer was seen at."""
    return [*_counted(answer), *_unseen(answer), _seen(answer)]


def names(found: Sequence[str]) -> str:
    """Some of them by name, the rest as a number."""
    more = len(found) - _NAMED
    if more <= 0:
        return ", ".join(found)
    return f"{', '.join(found[:_NAMED])} and {more} more"


def _first(answer: ImpactAnswer) -> Iterator[str]:
    """The breaks that others wait for, most first; where nothing waits, the first."""
    broken = [one for one in answer.affected if one.verdict == "BREAKS" and one.reason != "CARRIES"]
    if not broken:
        return
    led = Counter(
        (one.because[0].on, one.assembly)
        for one in answer.affected
        if one.reason in ("WAITS", "PINNED") and one.because
    )
    groups: dict[str, list[Affected]] = {}
    for one in broken:
        groups.setdefault(label(one), []).append(one)
    waiting = {name: sum(led[one.key, one.assembly] for one in some)
               for name, some in groups.items()}  # fmt: skip
    ordered = sorted(groups, key=lambda name: (-waiting[name], -len(groups[name])))
    led_by = [name for name in ordered if waiting[name]][:_LEADERS] or ordered[:1]
    for name in led_by:
        some = groups[name]
        places = [short(one.assembly) for one in some if one.assembly]
        text = f"{name} in {names(places)}" if places else name
        text += f" ({because(some[0])})" if because(some[0]) else ""
        text += f"; {many(waiting[name], 'other')} wait for it" if waiting[name] else ""
        ways = dict.fromkeys(fix(one.fix) for one in some if one.fix)
        yield f"{text}. {_way(list(ways))}"


def _way(ways: Sequence[str]) -> str:
    return f"Way out: {' or '.join(ways)}." if ways else "No release is known that frees it."


def _waiting(affected: Iterable[Affected]) -> Iterator[str]:
    groups: dict[str, dict[str, None]] = {}
    for one in affected:
        if one.reason == "WAITS" and one.because:
            groups.setdefault(short(one.because[0].on), {})[label(one)] = None
    for on, found in groups.items():
        yield f"for {on}: {names(list(found))}"


def _carried(affected: Iterable[Affected]) -> Iterator[str]:
    groups: dict[str, dict[str, None]] = {}
    for one in affected:
        if one.verdict == "BREAKS" and one.reason == "CARRIES" and one.assembly is None:
            on = one.because[0].on if one.because else one.key
            groups.setdefault(short(on), {})[label(one)] = None
    for on, found in groups.items():
        yield f"{on} breaks {names(list(found))}"


def _surviving(affected: Iterable[Affected]) -> Iterator[str]:
    found = dict.fromkeys(label(one) for one in affected if one.verdict == "SURVIVES")
    if found:
        yield names(list(found))


def _caveats(affected: Iterable[Affected]) -> Iterator[str]:
    """What goes with an older driver of the same major, as the rows say it, each once."""
    found: dict[str, dict[str, None]] = {}
    for one in affected:
        for why in one.because if one.reason == "MINOR_VERSION" else ():
            if why.bound and why.requirement is None and why.holds is None:
                found.setdefault(why.bound, {})[label(one)] = None
    everybody = {name for whose in found.values() for name in whose}
    for text, whose in found.items():
        yield text if len(everybody) == 1 else f"{text} ({names(list(whose))})"


def _ways(affected: Iterable[Affected]) -> Iterator[str]:
    """Every way to what is told in the table, where more than one was asked for."""
    for one in affected:
        if one.paths is not None and not VERDICTS.get(one.verdict).folded:
            place = f" in {short(one.assembly)}" if one.assembly else ""
            ways = dict.fromkeys(" > ".join(short(step.key) for step in way) for way in one.paths)
            yield f"to {label(one)}{place}: {' | '.join(ways)}"


def _hosts(conditions: Iterable[Condition]) -> Iterator[str]:
    """Each host and capability once, by its worst condition; what holds is counted."""
    worst: dict[tuple[str, str], Condition] = {}
    for one in conditions:
        place = (one.host or one.assembly or "", one.capability)
        held = worst.get(place)
        if held is None or _rank(one) < _rank(held):
            worst[place] = one
    told: dict[tuple[str, str, str], list[str]] = {}
    for (host, capability), one in sorted(worst.items(), key=lambda row: (_rank(row[1]), row[0])):
        fine = one.verdict == "SURVIVES"
        has = f" ({one.given})" if one.given else ""
        known = one.verdict if one.given or fine else "silent" if one.host else "nowhere"
        known = "caveats" if one.reason == "MINOR_VERSION" else known
        wanted = "" if known == "SURVIVES" else one.requirement
        group = (identify(capability).name, wanted, known)
        told.setdefault(group, []).append((short(host) if host else "somewhere") + has)
    for (name, requirement, verdict), hosts in told.items():
        wanted = f"{name} {requirement or '(any)'} is needed"
        if verdict == "SURVIVES":
            yield f"enough {name} on {names(hosts)}"
        elif verdict == "caveats":
            yield f"{name} of {names(hosts)} serves it with caveats; {requirement} has none"
        elif verdict == "silent":
            yield f"nobody says which {name} is on {names(hosts)}; {wanted}"
        elif verdict == "nowhere":
            yield f"nobody says where {names(hosts)} runs; {wanted}"
        else:
            yield f"{verdict}: {wanted} on {names(hosts)}"


def _rank(one: Condition) -> tuple[int, bool, bool, int, str]:
    return (
        VERDICTS.get(one.verdict).rank, one.reason != "MINOR_VERSION",
        one.kind not in ("minimum", "floor"),
        len(one.requirement), one.requirement,
    )  # fmt: skip


def _along(answer: ImpactAnswer) -> Iterator[str]:
    for word, some in (("enters", answer.enter), ("moves", answer.move), ("leaves", answer.leave)):
        inside: dict[str, dict[str, None]] = {}
        for one in some or ():
            version = getattr(one, "version", None)
            name = short(one.key) + (f" to {version}" if version else "")
            inside.setdefault(one.assembly or "", {})[name] = None
        shared: dict[tuple[str, ...], list[str]] = {}
        for assembly, found in inside.items():
            shared.setdefault(tuple(found), []).append(short(assembly) if assembly else "")
        for some_names, places in shared.items():
            yield f"{word} {names([one for one in places if one])}: {names(some_names)}"
    loose: dict[str, list[str]] = {}
    for item in answer.affected:
        if may_leave(item):
            loose.setdefault(short(item.assembly or ""), []).append(label(item))
    for place, found_names in loose.items():
        yield f"may leave {place}, where not all that asks is known: {names(found_names)}"


def _counted(answer: ImpactAnswer) -> Iterator[str]:
    counts = answer.counts
    inside = [one for one in answer.affected if one.assembly is not None]
    carried = sum(1 for one in inside if one.verdict == "BREAKS" and one.reason == "CARRIES")
    broken = sum(1 for one in inside if one.verdict == "BREAKS") - carried
    around = counts.breaks - broken
    parts = []
    if counts.breaks:
        parts.append(f"{counts.breaks} break ({many(broken, 'member')}, {around} that carry them)"
                     if around else f"{counts.breaks} break")  # fmt: skip
    for number, word in (
        (counts.rebuild, "need another build"), (counts.unknown, "unknown"),
        (counts.revalidate, "to validate again"), (counts.exposed, "exposed"),
        (counts.notice, "to notice"), (counts.survives, "survive"),
        (counts.undeclared, "declare no upper bound"), (counts.swapped, "are swapped"),
    ):  # fmt: skip
        parts += [f"{number} {word}"] if number else []
    folded = any(VERDICTS.get(one.verdict).folded for one in answer.affected)
    hint = "; --all shows each" if folded else ""
    yield f"Counted: {', '.join(parts) or 'nothing is reached'}{hint}."
    yield (
        f"Looked at {counts.members} members in all, {counts.untouched} untouched; the sentence "
        "counts those of the assemblies that are reached."
    )


def _unseen(answer: ImpactAnswer) -> Iterator[str]:
    state = answer.completeness
    what = answer.change.title or identify(answer.change.key).name
    if state.complete:
        yield "Complete: nothing that was looked at is unknown."
    parts = []
    if state.unprovided:
        where = names([short(key) for key in state.unprovided_in])
        parts.append(f"nobody says who provides {what} in {many(state.unprovided, 'assembly')}"
                     f" ({where})")  # fmt: skip
    if state.uninspected:
        seen = state.inspected + state.pure
        parts.append(f"{many(state.uninspected, 'artefact')} were not inspected, {seen} were "
                     f"or are pure")  # fmt: skip
    if state.unknown_dependencies:
        parts.append(f"nobody says what {many(state.unknown_dependencies, 'member')} depend on")
    if state.unresolved:
        parts.append(f"{many(state.unresolved, 'pointer')} lead nowhere")
    if state.uncounted:
        parts.append(f"of {many(state.uncounted, 'family')} no version counts")
    if parts:
        yield f"Not looked at: {'; '.join(parts)}."
    if state.archived:
        yield f"Left out: {many(state.archived, 'archived assembly')} (--scope all takes them)."
    if state.truncated_by:
        yield f"Cut short by {state.truncated_by}."


def many(number: int, word: str) -> str:
    """A number and a noun in its number."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"


def _seen(answer: ImpactAnswer) -> str:
    return f"Seen at revision {answer.revision}, pack {answer.pack_revision}."
