"""Statements: what a document says, one fact each, immutable and content-addressed.

Five kinds: component, member, edge, property, pointer. "No dependencies" and "complete" are
properties of a member. A statement never names the assembly it holds in: the claim set does, so
that equal locks share their statements (design sections 3, 4 and 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NewType

import orjson

from lineage.model.identity import Key
from lineage.vocabulary.edges import RUNTIME
from lineage.vocabulary.properties import State

Json = NewType("Json", str)
Directness = Literal["direct", "transitive", "unknown"]
Origin = Literal["declared", "inferred", "observed"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """The wish: raw range text, its version scheme, and the condition under which it counts.

    ``raw`` is the specifier as declared ("" for any). ``marker`` is the whole condition as
    declared; ``extra`` the extra of the downstream that turns the line on (None: always);
    ``extras`` what is asked of the upstream.
    """

    raw: str = ""
    scheme: str = "opaque"
    marker: str | None = None
    extra: str | None = None
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfComponent:
    """The subject is one component at its version."""

    key: Key


@dataclass(frozen=True, slots=True)
class OfFamily:
    """The subject is every version of a family, or those in a range (scheme of the family)."""

    family: Key
    when: str = ""


@dataclass(frozen=True, slots=True)
class OfPattern:
    """The subject is every family whose key matches; or, for marks and sonames, a text pattern."""

    pattern: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class OfAssembly:
    """The subject is the assembly whose claim set holds the statement."""


Subject = OfComponent | OfFamily | OfPattern | OfAssembly


@dataclass(frozen=True, slots=True)
class Component:
    """There is such a component. ``raw_kind`` is the document's own type word."""

    key: Key
    kind: str
    name: str
    version: str | None = None
    raw_kind: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """The component belongs to the assembly that states it."""

    component: Key
    direct: Directness = "unknown"
    requirement: Requirement | None = None
    extras: tuple[str, ...] = ()
    dependency_scope: str = RUNTIME


@dataclass(frozen=True, slots=True)
class Edge:
    """Downstream leans on, or was made from, upstream.

    ``upstream`` is a component key where it was resolved, else a family. ``pointer`` names a
    moving name of that family (tag, alias, branch) that the view resolves at each revision.
    ``attributes`` are sorted (name, value) pairs: traffic_percent, variant, location, state.
    """

    kind: str
    downstream: Subject
    upstream: Key
    requirement: Requirement | None = None
    dependency_scope: str = RUNTIME
    role: str = ""
    origin: Origin = "declared"
    confidence: float | None = None
    completeness: str = ""
    pointer: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A named value of the subject; ``value`` is canonical JSON text, ``null`` unless a value."""

    subject: Subject
    name: str
    value: Json
    state: State = "value"

    def decoded(self) -> Any:
        """The value as plain Python (str, number, bool, list, dict or None)."""
        return orjson.loads(self.value)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A name that moves: ``name`` of ``family`` stands for ``version`` (a component key)."""

    family: Key
    name: str
    version: Key


Statement = Component | Member | Edge | Property | Pointer


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement as a document makes it: in which assembly (None: everywhere), and where.

    ``path`` is the dotted path in the document; it belongs to the submission, never to the set.
    """

    statement: Statement
    assembly: Key | None = None
    path: str = ""


def json_text(value: Any) -> Json:
    """Canonical JSON: sorted keys, no white space; equal values give equal text."""
    return Json(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())


def property_of(subject: Subject | Key, name: str, value: Any, state: State = "value") -> Property:
    """A property of a subject (a bare key means that component)."""
    about = OfComponent(Key(subject)) if isinstance(subject, str) else subject
    return Property(about, name, json_text(value if state == "value" else None), state)
