"""The question as people ask it: "Zeta 3" is what is named Zeta, from any 3.

A text is a key or a name first. Only where nothing is named so it is a name followed by a version
or a range. What people call a capability is the ``title`` of its row, beside its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lineage.errors import ChangeInvalidError, KeyMalformedError, KeyUnknownError
from lineage.model.claim import OfComponent
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.view import View, Views
from queries.naming import Seen, look

_KIND = "capability"
_VERSIONED = re.compile(
    r"^(?P<name>\S.*?)(?:\s+(?=[vV]?\d)|\s*(?=[<>=!~^]))(?P<range>[vV<>=!~^\d].*)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What was asked about, and the range that the text itself named (None: it named none)."""

    seen: Seen
    from_range: str | None


def worded(text: str, from_range: str | None, at: At, views: Views) -> Wording:
    """What the text means.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError, and ChangeInvalidError where the
    text names one range and ``from_range`` another.
    """
    try:
        return Wording(seen=_look(text, at, views), from_range=from_range)
    except (KeyUnknownError, KeyMalformedError):
        split = None if text.strip().startswith("pkg:") else _VERSIONED.match(text.strip())
        if split is None:
            raise
    name, own = split["name"], _plain(split["range"])
    if from_range is not None and _plain(from_range) != own:
        raise ChangeInvalidError(
            reason=f"'{text.strip()}' says from {own}, the range says {from_range}"
        )
    return Wording(seen=_look(name, at, views), from_range=own)


def title_of(key: Key, view: View) -> str | None:
    """What people call a capability, as its row says; None where no row says it."""
    for fact in view.facts.get(_KIND, ()):
        if isinstance(fact.subject, OfComponent) and view.shown(fact.subject.key) == key:
            title = fact.value.get("title")
            if isinstance(title, str) and title:
                return title
    return None


def _look(text: str, at: At, views: Views) -> Seen:
    try:
        return look(text, at, views, takes_family=True)
    except KeyUnknownError:
        titled = _titled(text, views.view(at))
        if len(titled) != 1:
            raise
        return look(titled[0], at, views, takes_family=True)


def _titled(text: str, view: View) -> list[Key]:
    wanted = text.strip().lower()
    return list(
        dict.fromkeys(
            view.shown(fact.subject.key)
            for fact in view.facts.get(_KIND, ())
            if isinstance(fact.subject, OfComponent)
            and str(fact.value.get("title") or "").lower() == wanted
        )
    )


def _plain(text: str) -> str:
    """The range without ``v`` and without the ``.x`` of a prefix."""
    found = text.strip()
    if found[:1] in "vV" and found[1:2].isdigit():
        found = found[1:]
    return found[:-2] if found.endswith((".x", ".*")) and found[0].isdigit() else found
