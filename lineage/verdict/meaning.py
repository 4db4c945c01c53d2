"""What a change means in a view: which layer it is, what moves, from where to where (section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lineage.errors import ChangeInvalidError, KeyUnknownError
from lineage.model.change import Change
from lineage.model.identity import Identity, Key, at_version, identify
from lineage.verdict.held import contents_of
from lineage.verdict.pack import Capability, Pack, Successor
from lineage.verdict.provision import RUNTIME, Provisions
from lineage.verdict.requirement import line
from lineage.verdict.span import Span, head, numbers
from lineage.verdict.subject import known
from lineage.verdict.target import (
    ADD,
    CAPABILITY,
    COMPONENT,
    FAMILY,
    REPLACE,
    Target,
    greatest,
    known_values,
)
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.vocabulary.changes import CHANGES

_ADDED = "pkg:pypi/requirement"


def resolve(change: Change, pack: Pack, provisions: Provisions) -> Target:
    """What the change means in this view.

    Raises ChangeInvalidError for a kind that is not built or a target it cannot take,
    KeyUnknownError where nothing is known of the key.
    """
    row = CHANGES.get(change.kind)
    if not row.built:
        raise ChangeInvalidError(reason=f"the change '{change.kind}' is not built yet")
    if change.to is not None and not row.argument:
        raise ChangeInvalidError(reason=f"'{change.kind}' takes no target ({change.to})")
    if change.to is not None and not change.to.strip():
        raise ChangeInvalidError(reason="the target is empty")
    if change.kind == ADD:
        return addition(change, pack)
    if change.kind == REPLACE:
        return replacement(change, pack, provisions)
    return _resolved(_plain(change), pack, provisions)


def _resolved(change: Change, pack: Pack, provisions: Provisions) -> Target:
    found = identify(change.key)
    shown = pack.view.shown(found.key)
    if shown != found.key:
        found = identify(shown)
    if found.kind == CAPABILITY:
        return _of_capability(change, found, pack, provisions)
    family = pack.view.shown(found.family)
    if not _is_known(found, family, pack):
        raise KeyUnknownError(text=change.key, revision=pack.view.revision.number)
    return _of_family(change, found, family, pack, provisions)


def addition(change: Change, pack: Pack) -> Target:
    """A requirement that is added to an assembly: the members outside of it move."""
    if change.to is None:
        raise ChangeInvalidError(reason="'add' needs the requirement that is added (--to)")
    found = line(change.to, identify(_ADDED))
    about = known(found[0]) if found else None
    if found is None or about is None or about.version:
        raise ChangeInvalidError(reason=f"'{change.to}' is no requirement")
    family, wish = pack.view.shown(about.family), found[1]
    if wish.raw and scheme(wish.scheme).bounded(wish.raw) is None and wish.scheme != "opaque":
        raise ChangeInvalidError(reason=f"'{wish.raw}' is no range of {wish.scheme} versions")
    return Target(
        kind=change.kind, layer=FAMILY, key=family, scheme=wish.scheme,
        source=Span("", wish.scheme), to=Span(wish.raw, wish.scheme), named_source=False,
        asked=change.key, extras=wish.extras,
    )  # fmt: skip


def replacement(change: Change, pack: Pack, provisions: Provisions) -> Target:
    """What another component takes the place of."""
    if change.to is None:
        raise ChangeInvalidError(reason="'replace' needs what takes its place (--to KEY)")
    by = known(change.to.strip())
    if by is None:
        raise ChangeInvalidError(reason=f"'{change.to}' is no key of a component")
    target = _resolved(replace(change, to=None), pack, provisions)
    if (target.layer == CAPABILITY) != (by.kind == CAPABILITY):
        raise ChangeInvalidError(
            reason="a capability is replaced by a capability, a component by a component"
        )
    if by.kind == CAPABILITY and not _named(pack.view.shown(by.family), pack):
        raise KeyUnknownError(text=change.to, revision=pack.view.revision.number)
    other = known(pack.view.shown(by.key))
    assert other is not None
    return replace(
        target, to=None, assumed=False, open_ended=False, by=pack.view.shown(other.family),
        by_version=other.version,
    )  # fmt: skip


def _plain(change: Change) -> Change:
    """The change with ``13.x`` and ``13.*`` written as the prefix that they are."""
    to = change.to.strip() if change.to is not None else None
    source = change.from_range.strip() if change.from_range is not None else None
    if to is not None and to.endswith((".x", ".*")):
        to = to[:-2]
    return replace(change, to=to, from_range=source or None)


def _checked(change: Change, name: str) -> None:
    """Refuse a range or a target that the scheme cannot read."""
    order = scheme(name)
    if name == "opaque":
        return
    if change.from_range is not None and order.bounded(change.from_range) is None:
        raise ChangeInvalidError(reason=f"'{change.from_range}' is no range of {name} versions")
    if change.to is not None and order.compare(change.to, change.to) is None:
        raise ChangeInvalidError(reason=f"'{change.to}' is no {name} version")


def _is_known(found: Identity, family: Key, pack: Pack) -> bool:
    view = pack.view
    left_out = view.left_out
    if found.key in view.nodes or family in view.families or family in left_out.uncounted:
        return True
    if found.version:
        return False
    return family in pack.releases or any(n.family == family for n in view.nodes.values())


def _of_capability(change: Change, found: Identity, pack: Pack, provisions: Provisions) -> Target:
    key = found.family
    if key not in pack.capabilities and not _named(key, pack):
        raise KeyUnknownError(text=change.key, revision=pack.view.revision.number)
    rule = pack.rule(key)
    _checked(change, rule.scheme)
    source = change.from_range or found.version
    span = Span(source or "", rule.scheme)
    to: Span | None = None
    assumed, open_ended = False, False
    values: tuple[str, ...] = ()
    if change.kind != "remove":
        values = known_values(key, pack, provisions)
        to, assumed, open_ended = _line(change, rule, source, values)
    return Target(
        kind=change.kind, layer=CAPABILITY, key=key, scheme=rule.scheme, source=span, to=to,
        assumed=assumed, open_ended=open_ended, named_source=source is not None, capability=rule,
        asked=change.key, newest=greatest(values, rule.scheme), unheard=_is_unheard(to, values),
    )  # fmt: skip


def _is_unheard(to: Span | None, values: Iterable[str]) -> bool:
    """Whether no known value is in a target that names one."""
    if to is None or not to.bare:
        return False
    return not any(to.touches(one) for one in values)


def _is_past(source: str | None, newest: str) -> bool:
    """Whether what is there now, as it is named, is later than all that is known."""
    here, there = numbers((source or "").lstrip("=")), numbers(newest)
    size = min(len(here), len(there))
    return here[:size] > there[:size]


def _named(key: Key, pack: Pack) -> bool:
    if key in pack.view.families or key in pack.view.nodes:
        return True
    return any(
        pack.capability(str(fact.value["capability"])) == key
        for rows in pack.view.facts.values()
        for fact in rows
        if fact.value.get("capability")
    )


def _line(
    change: Change, rule: Capability, source: str | None, values: Iterable[str]
) -> tuple[Span, bool, bool]:
    """The named target, else the newest known line: a major where the contract is by major."""
    if change.to is not None:
        return Span(change.to.strip(), rule.scheme), False, False
    newest = greatest(values, rule.scheme)
    if newest is None:
        return Span("", rule.scheme), True, True
    line = head(newest, 1) if rule.contract == "major" else newest
    if source is not None and (_is_past(source, line) or Span(source, rule.scheme).meets(line)):
        return Span(f">{newest}", rule.scheme), True, True
    return Span(line, rule.scheme), True, False


def _of_family(
    change: Change, found: Identity, family: Key, pack: Pack, provisions: Provisions
) -> Target:
    _checked(change, found.scheme)
    source: str | None = change.from_range
    if source is None and found.version:
        source = found.version if found.scheme == "opaque" else f"=={found.version}"
    name = found.scheme
    if change.to is not None:
        capability = _is_capability(change, family, pack, provisions)
        if capability:
            return capability
    to: Span | None = None
    assumed, open_ended, newest = False, False, None
    if change.kind != "remove":
        newest = greatest(pack.versions(family), name)
        if change.to is not None:
            to = Span(change.to.strip(), name)
        else:
            assumed = True
            present = found.version or newest
            open_ended = newest is None or (
                Span(source, name).contains(newest) is Answer.YES or _is_past(source, newest)
                if source
                else _is_everywhere(newest, family, pack)
            )
            to = Span(f">{present}" if present and open_ended else newest or "", name)
    return Target(
        kind=change.kind, layer=COMPONENT if found.version else FAMILY, key=family, scheme=name,
        source=Span(source or "", name), to=to, assumed=assumed, open_ended=open_ended,
        named_source=source is not None, capability=_own_capability(family, pack, provisions),
        asked=change.key, newest=newest, unheard=_is_unheard(to, pack.versions(family)),
    )  # fmt: skip


def _is_everywhere(newest: str, family: Key, pack: Pack) -> bool:
    """Whether every assembly that holds the family holds that release: nothing newer is known."""
    view = pack.view
    versions = {key: view.nodes[key].version for key in view.families.get(family, ())
                if key in view.nodes}  # fmt: skip
    contents = contents_of(view)
    held = {
        version
        for key, version in versions.items()
        if any(key in content.members for content in contents)
    }
    return held == {newest}


def _own_capability(family: Key, pack: Pack, provisions: Provisions) -> Capability | None:
    """The capability whose value the family's version is (role runtime); None if there is none."""
    for version in pack.versions(family) or ("0",):
        for one in provisions.of(at_version(family, version)):
            if one.role == RUNTIME and one.rule == "version":
                return pack.rule(one.capability)
    return None


def _is_capability(
    change: Change, family: Key, pack: Pack, provisions: Provisions
) -> Target | None:
    """Upgrading a runtime to a value of its successor is upgrading the capability."""
    rule = _own_capability(family, pack, provisions)
    if rule is None or change.to is None or change.kind != "upgrade":
        return None
    to = Span(change.to.strip(), rule.scheme)
    versions = pack.versions(family)
    if any(to.contains(version) is Answer.YES for version in versions):
        return None
    heirs = [one for one in pack.successors(family) if one.capability in (None, rule.key)]
    value = head(change.to.strip(), 2)
    if heirs and not any(_heir_at(one, value, pack, rule) for one in heirs):
        return None
    if not heirs and not _leaves_major(versions, value, rule):
        return None
    majors = {head(version, 1) for version in versions if numbers(version)}
    source = change.from_range or (majors.pop() if len(majors) == 1 else None)
    return Target(
        kind=change.kind, layer=CAPABILITY, key=rule.key, scheme=rule.scheme,
        source=Span(source or "", rule.scheme), to=Span(value, rule.scheme),
        named_source=source is not None, capability=rule, asked=change.key,
    )  # fmt: skip


def _heir_at(heir: Successor, value: str, pack: Pack, rule: Capability) -> bool:
    """Whether the successor gives that value: from its major on, or by a known release."""
    if heir.major is not None:
        major, wanted = numbers(heir.major), numbers(value)[:1]
        if wanted == major[:1] or (heir.onward and wanted > major[:1]):
            return True
    return any(Span(value, rule.scheme).meets(head(v, 2)) for v in pack.versions(heir.family))


def _leaves_major(versions: Iterable[str], value: str, rule: Capability) -> bool:
    majors = {head(version, 1) for version in versions if numbers(version)}
    return rule.contract == "major" and head(value, 1) not in majors and bool(majors)
