"""From a question's change to its outcome: which part of the rules judges which kind of change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lineage.errors import ChangeInvalidError
from lineage.model.change import Change
from lineage.model.identity import Key, at_version, identify
from lineage.model.revision import At
from lineage.verdict.estate import Estate, Outcome
from lineage.verdict.hardware import HARDWARE
from lineage.verdict.host import HOST, Host
from lineage.verdict.judge import Rules
from lineage.verdict.meaning import resolve
from lineage.verdict.place import PLACE, place
from lineage.verdict.subject import known
from lineage.verdict.tainted import TAINTS, tainted
from lineage.verdict.target import CAPABILITY, REPLACE, Target
from queries.asked import worded
from queries.naming import Named, look
from queries.question import Handle


def judged(
    change: Change,
    named: Named,
    rules: Rules,
    handle: Handle,
    at: At,
    within: Collection[Key] | None,
) -> tuple[Target, Outcome]:
    """The change as it was understood, and its outcome in this view.

    Raises ChangeInvalidError where the change cannot be asked of that key or takes no such
    argument, KeyUnknownError where nobody knows the host that is named.
    """
    if change.kind in TAINTS:
        keys = [key for key in named.keys if key in rules.pack.view.nodes]
        spread = tainted(rules, handle.engine, at, change, keys, within)
        return spread.target, spread.outcome
    if change.kind == PLACE:
        keys = [key for key in named.keys if key in rules.pack.view.assemblies]
        if not keys:
            raise ChangeInvalidError(reason=f"'{change.key}' is no assembly to place on a host")
        placed = place(rules, handle.engine, at, keys, _host(change, rules, handle, at))
        return placed.target, placed.outcome
    change = _of_host(_by_key(change, handle, at), rules)
    target = resolve(change, rules.pack, rules.provisions)
    return target, Estate(rules, handle.engine, at, target).judge(within)


def _by_key(change: Change, handle: Handle, at: At) -> Change:
    """A replacement by what people call the other thing, as one by its key."""
    text = (change.to or "").strip()
    if change.kind != REPLACE or not text or known(text) is not None:
        return change
    other = worded(text, None, at, handle.views)
    found = identify(other.seen.named.key)
    version = other.from_range or found.version
    return replace(change, to=at_version(found.family, version) if version else found.family)


def _host(change: Change, rules: Rules, handle: Handle, at: At) -> Host:
    """The host that the argument names, or describes as NAME=VALUE pairs."""
    text = (change.to or "").strip()
    if not text:
        raise ChangeInvalidError(
            reason="'place' needs a host (--to KEY, or --to CAPABILITY=VALUE,gpu=NAME)"
        )
    if "=" in text:
        return rules.hosted.hosts.described(text)
    key = look(text, at, handle.views).named.key
    node = rules.pack.view.nodes.get(key)
    if node is None or node.kind not in (HOST, HARDWARE):
        raise ChangeInvalidError(reason=f"'{text}' is no host")
    return rules.hosted.hosts.host(key)


def _of_host(change: Change, rules: Rules) -> Change:
    """The change of what hosts give, where the component of a host is named that gives it."""
    found = identify(change.key)
    capability = rules.pack.capability(found.name)
    if found.kind == CAPABILITY or not rules.pack.rule(capability).outside:
        return change
    return replace(change, key=capability, from_range=change.from_range or found.version)
