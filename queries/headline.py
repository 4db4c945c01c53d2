"""The headline of an impact answer: one or two sentences, as a colleague would say them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lineage.model.identity import Key, identify
from lineage.record.view import View
from lineage.verdict.estate import Outcome
from lineage.verdict.provision import Provisions
from lineage.verdict.span import head
from lineage.verdict.target import CAPABILITY, Target
from lineage.verdict.warning import two_majors
from lineage.vocabulary.nodes import NODES
from queries.affected import Affected
from queries.asked import title_of

_NAMED = 3
_VERBS = {
    "upgrade": "Upgrading", "remove": "Removing", "replace": "Replacing", "add": "Adding",
}  # fmt: skip


def headline_of(target: Target, affected: Sequence[Affected], outcome: Outcome, view: View) -> str:
    """What breaks and where, what carries it, and what could not be said."""
    broken = [one for one in affected if one.verdict == "BREAKS"]
    members = [one for one in broken if one.assembly is not None and one.reason != "CARRIES"]
    carriers = [one for one in broken if one.assembly is None]
    what = subject_of(target, view)
    reached = [key for key, one in outcome.judgements.items() if one.reached]
    if not outcome.judgements and not affected:
        return f"{what}: nobody has looked, no assembly is recorded here; that is not 'nothing'."
    if not affected:
        open_ = target.assumed and not target.named_source
        there = ", or all of it is there already" if open_ else ""
        return (
            f"{what} reaches nothing that is recorded here{there}{_unseen(outcome, view, target)}."
        )
    if broken:
        total = sum(outcome.judgements[key].members for key in reached)
        text = f"{what} breaks "
        if members:
            text += f"{len(members)} of {total} members in {_kinds(reached, view)}"
            carriers = [one for one in carriers if Key(one.key) not in reached]
        if carriers:
            text += " and with them " if members else ""
            text += _kinds([Key(one.key) for one in carriers], view)
        first = next((one for one in broken if one.reason != "CARRIES"), broken[0])
        text += f"; first {first.name}" if len(broken) > 1 else f": {first.name}"
        waiting = [one for one in affected if one.reason == "WAITS"]
        text += f", and {len(waiting)} wait for what breaks" if waiting else ""
    else:
        text = f"{what} breaks nothing that is known" + (
            f" in {_kinds(reached, view)}" if reached else ""
        )
    return text + _rest(affected) + _unseen(outcome, view, target) + "."


def step_of(target: Target, affected: Iterable[Affected]) -> str:
    """What a step inside the present line breaks, in one sentence."""
    names = dict.fromkeys(
        one.name for one in affected if one.verdict == "BREAKS" and one.reason != "CARRIES"
    )
    to = target.to.text if target.to else ""
    what = _some(list(names)) if names else "nothing that is known"
    return f"A step inside {target.source.text} (to {to}) breaks {what}."


def no_step_of(target: Target, present: Sequence[str]) -> str:
    """Why there is no other step inside the present line; "" where that was not asked.

    ``present`` are the first numbers of what moves.
    """
    if target.kind != "upgrade" or not target.assumed or target.open_ended or not present:
        return ""
    assert target.to is not None
    if head(target.to.text, 1) in present:
        return f" That is a step inside {head(target.to.text, 1)}."
    return f" Inside {present[-1]} nothing newer is known."


def subject_of(target: Target, view: View) -> str:
    """The change in words: what is done to what, from where, to where."""
    name = named(target.key, view)
    text = f"{_VERBS.get(target.kind, target.kind)} {name}"
    if target.kind == "add":
        return f"{text}{target.to.text if target.to else ''}"
    source = target.source.text.removeprefix("==")
    text += f" {source}" if source else ""
    if target.by is not None:
        text += f" by {named(target.by, view)} {target.by_version or ''}".rstrip()
    if target.to is not None:
        if target.open_ended:
            text += " beyond what is known"
            text += (
                f" (the newest known is {target.newest}, nothing is assumed)"
                if target.newest
                else ""
            )
        else:
            text += f" to {target.to.text}"
            text += " (assumed: the newest known line)" if target.assumed else ""
            text += _unheard(target, name)
    return text


def _unheard(target: Target, name: str) -> str:
    """That nobody knows the target that was named; "" where somebody does."""
    if not target.unheard or target.to is None:
        return ""
    newest = f", the newest known is {target.newest}" if target.newest else ""
    return f" (nobody here knows {name} {target.to.text}{newest})"


def named(key: Key, view: View) -> str:
    """What people call it: the title of a capability, else the name of the component."""
    node = view.nodes.get(key)
    return title_of(key, view) or (node.name if node else identify(key).name)


def warnings_of(
    target: Target, outcome: Outcome, view: View, provisions: Provisions
) -> tuple[str, ...]:
    """What was inconsistent before: two majors of the capability in one assembly."""
    if target.layer != CAPABILITY:
        return ()
    name = named(target.key, view)
    found = []
    for key, judgement in outcome.judgements.items():
        if not judgement.reached:
            continue
        sides = [
            f"{name} {major} ({_some([identify(one).name for one in members])})"
            for major, members in two_majors(view.assemblies[key], target.key, provisions)
        ]
        if sides:
            found.append(f"{key} already holds {' beside '.join(sides)}")
    return tuple(found)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _kinds(keys: Iterable[Key], view: View) -> str:
    counted = Counter(view.nodes[key].kind for key in dict.fromkeys(keys) if key in view.nodes)
    parts = [
        f"{count} {kind if count == 1 else NODES.get(kind).plural}"
        for kind, count in sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    ]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def _rest(affected: Iterable[Affected]) -> str:
    counted = Counter(one.verdict for one in affected)
    words = {
        "REBUILD": "need another build",
        "REVALIDATE": "should be validated again",
        "UNDECLARED": "declare no upper bound",
    }
    parts = [f"{counted[name]} {text}" for name, text in words.items() if counted[name]]
    unknown = sum(1 for one in affected if one.verdict == "UNKNOWN" and one.reason != "WAITS")
    if unknown:
        parts.insert(0, f"{unknown} cannot be judged")
    return f" ({', '.join(parts)})" if parts else ""


def _unseen(outcome: Outcome, view: View, target: Target) -> str:
    """What nobody looked at, so that silence is never taken for safety."""
    unknown = sum(one.unknown_dependencies for one in outcome.judgements.values())
    unprovided = sum(1 for one in outcome.judgements.values() if not one.provided)
    parts = []
    if unknown:
        whose = "1 member" if unknown == 1 else f"{unknown} members"
        parts.append(f"the dependencies of {whose} are unknown")
    if unprovided and target.layer == CAPABILITY:
        where = "1 assembly" if unprovided == 1 else f"{unprovided} assemblies"
        parts.append(f"in {where} nobody is known to provide it")
    if target.key in view.left_out.uncounted:
        parts.append("no version of it counts here")
    return "; " + ", ".join(parts) if parts else ""
