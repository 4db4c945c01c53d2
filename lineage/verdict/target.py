"""A change that is understood: its layer, what is swapped, from which values, to which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lineage.model.identity import Key, at_version, identify
from lineage.verdict.pack import Capability, Pack
from lineage.verdict.provision import Provisions
from lineage.verdict.span import Span, numbers
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme

CAPABILITY, FAMILY, COMPONENT = "capability", "family", "component"
ADD, REPLACE, REMOVE = "add", "replace", "remove"
_FINAL = re.compile(r"^[vV]?\d+(\.\d+)*(\.?post\d+)?$")
_RELEASE_NUMBERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A change that is understood.

    ``layer`` is capability, family or component (which stands for its family at that version).
    ``to`` is None where the thing is removed. ``assumed`` says that nobody named the target.
    ``open_ended`` marks a target of which nothing newer is known. Without a named range
    (``named_source``) all values move but those that are in the target or past it. ``by`` is the
    family that takes its place (replace), ``extras`` what is asked of it (add). ``newest`` is the
    newest known value, ``unheard`` marks a named target of which nobody knows a release.
    """

    kind: str
    layer: str
    key: Key
    scheme: str
    source: Span
    to: Span | None
    assumed: bool = False
    open_ended: bool = False
    named_source: bool = True
    capability: Capability | None = None
    asked: Key | None = None
    by: Key | None = None
    by_version: str | None = None
    extras: tuple[str, ...] = ()
    newest: str | None = None
    unheard: bool = False

    def moves(self, value: str) -> bool:
        """Whether a value (or version) of the key is one that the change takes away."""
        if self.named_source:
            return self.source.touches(value)
        if self.to is None or self.open_ended:
            return True
        return self.to.contains(value) is not Answer.YES and not self._beyond(value)

    def _beyond(self, value: str) -> bool:
        """Whether a value is past the target already: an upgrade does not bring it back."""
        if self.to is None or self.kind != "upgrade":
            return False
        if self.layer != CAPABILITY:
            return scheme(self.scheme).compare(value, self.to.text) == 1
        wanted, found = numbers(self.to.text), numbers(value)
        size = min(len(wanted), len(found))
        return found[:size] > wanted[:size]

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for equal changes: memos are kept by it."""
        return (
            self.kind, self.layer, self.key, self.source, self.to, self.named_source,
            self.open_ended, self.by, self.by_version, self.extras,
            self.asked if self.kind == "add" else None,
        )  # fmt: skip


def known_values(capability: Key, pack: Pack, provisions: Provisions) -> tuple[str, ...]:
    """Every value of a capability that the graph or the pack speaks of."""
    found: dict[str, None] = {}
    for family, versions in pack.releases.items():
        if pack.rows("provides", family) or (
            versions and pack.rows("provides", at_version(family, versions[0]))
        ):
            for version in versions:
                for one in provisions.given(at_version(family, version), capability):
                    found[one.value] = None
    for name, field in (("succeeds", "major"), ("built_for", "value")):
        for fact in pack.view.facts.get(name, ()):
            value = fact.value.get(field)
            named = str(fact.value.get("capability", ""))
            if value is not None and named and pack.capability(named) == capability:
                found[str(value)] = None
    for fact in pack.view.facts.get("soname", ()):
        if pack.capability(str(fact.value["capability"])) == capability:
            found.update(dict.fromkeys(str(one) for one in fact.value.get("values", ())))
    for key in pack.view.families.get(capability, ()):
        stated = identify(key).version
        if stated:
            found[stated] = None
    return tuple(found)


def greatest(values: Iterable[str], scheme_name: str) -> str | None:
    """The newest of some versions, final ones before others; None where none compares."""
    order = scheme(scheme_name)
    comparable = [one for one in values if order.compare(one, one) == 0]
    finals = [one for one in comparable if _FINAL.match(one)] or comparable
    if scheme_name == "opaque" or not finals:
        return None
    newest = finals[0]
    for one in finals[1:]:
        if order.compare(one, newest) == 1:
            newest = one
    return newest


def release_in(target: Span, versions: Iterable[str]) -> tuple[str, ...]:
    """The releases of a target: the known ones in it, and the one it names if it names one.

    A text with as many numbers as a release has (three, or as the longest known) names one.
    """
    known = tuple(versions)
    if not target.text:
        return ()
    inside = [one for one in known if target.contains(one) is Answer.YES]
    if inside or target.text[0] in "<>=!~^*":
        return tuple(inside)
    longest = max((len(numbers(one)) for one in known), default=_RELEASE_NUMBERS)
    names_one = not target.bare or len(numbers(target.text)) >= min(longest, _RELEASE_NUMBERS)
    return (target.text,) if names_one else ()
