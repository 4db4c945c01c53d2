"""A submission as rows: everything that can be computed before the transaction begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lineage.errors import KeyMalformedError
from lineage.model.claim import (
    Claim,
    Component,
    Edge,
    Member,
    OfComponent,
    OfFamily,
    OfPattern,
    Pointer,
    Property,
    Statement,
)
from lineage.model.encoding import bodies_of
from lineage.model.identity import Identity, identify
from lineage.record.claim_set import Ids, sorted_ids
from lineage.record.digest import Stamp

WORLD = 0
MEMBER = ord("m")  # the letter of a member in its canonical bytes
_INDEXED = 600  # letters; an index row of PostgreSQL ends at 2,700 bytes


@dataclass(slots=True)
class Prepared:
    """Rows of one submission without the tenant; ``sets`` by assembly id, ids sorted.

    ``statements`` are (id, check, kind, subject, body) of what this process has not yet written.
    """

    sets: dict[int, Ids] = field(default_factory=dict)
    members: int = 0
    statements: list[tuple[int, int, str, int, bytes]] = field(default_factory=list)
    assemblies: list[tuple[int, str]] = field(default_factory=list)
    families: dict[int, tuple[int, str, str, str]] = field(default_factory=dict)
    aliases: set[tuple[str, str]] = field(default_factory=set)


def prepare(claims: Iterable[Claim], stamp: Stamp, known: Mapping[bytes, int]) -> Prepared:
    """Encode and digest the claims; statements whose body is ``known`` are not written again."""
    found = Prepared()
    places: dict[str | None, list[int]] = {}
    members: set[int] = set()
    fresh: dict[int, tuple[int, int, str, int, bytes]] = {}
    about: dict[str, int] = {}
    where: str | None = None
    place = places.setdefault(where, [])
    for claim, body in zip(claims, bodies_of(claims), strict=True):
        number = known.get(body)
        if number is None:
            number, check = stamp.statement(body)
            if number not in fresh:
                statement = claim.statement
                _name(statement, stamp, found)
                text = subject_text(statement)
                subject = about.get(text)
                if subject is None:
                    subject = about[text] = stamp.name("key", text)
                fresh[number] = (number, check, chr(body[2]), subject, body)
        if claim.assembly != where:
            where = claim.assembly
            place = places.setdefault(where, [])
        place.append(number)
        if body[2] == MEMBER:
            members.add(number)
    ids = {
        _place(assembly, stamp, found): numbers for assembly, numbers in places.items() if numbers
    }
    found.sets = {where: sorted_ids(numbers) for where, numbers in sorted(ids.items())}
    found.members = len(members)
    found.statements = [fresh[number] for number in sorted(fresh)]
    found.assemblies.sort()
    return found


def _place(assembly: str | None, stamp: Stamp, found: Prepared) -> int:
    if assembly is None:
        return WORLD
    where = stamp.name("assembly", assembly)
    found.assemblies.append((where, assembly))
    return where


def subject_text(statement: Statement) -> str:
    """The key text under which a statement is found; "" where the assembly is the subject."""
    if isinstance(statement, Component):
        return statement.key
    if isinstance(statement, Member):
        return statement.component
    if isinstance(statement, Pointer):
        return statement.family
    about = statement.subject if isinstance(statement, Property) else statement.downstream
    if isinstance(about, OfComponent):
        return about.key
    match about:
        case OfFamily(family):
            return family
        case OfPattern(pattern):
            return pattern
    return ""


def folded(text: str) -> str:
    """A name as it is compared: lower case, one way to write a separator."""
    return text.strip().lower().replace("_", "-").replace("\0", "")


def _alias(text: str, key: str, found: Prepared) -> None:
    """An alias, unless it is longer than an index of PostgreSQL can hold."""
    if text and len(text) + len(key) <= _INDEXED:
        found.aliases.add((text, key))


def _name(statement: Statement, stamp: Stamp, found: Prepared) -> None:
    """Rows that lead from what people type to the key."""
    if isinstance(statement, Property):
        _name_property(statement, stamp, found)
    elif isinstance(statement, Edge):
        if statement.kind == "same_as" and isinstance(statement.downstream, OfComponent):
            _family(statement.downstream.key, stamp, found)
            _family(statement.upstream, stamp, found)
        elif isinstance(statement.downstream, OfFamily):
            _family(statement.downstream.family, stamp, found)
    elif isinstance(statement, Component):
        identity = _family(statement.key, stamp, found)
        name = folded(statement.name) if statement.name else ""
        if identity and name and name != folded(identity.name):
            _alias(name, identity.family, found)
    elif isinstance(statement, Pointer):
        _family(statement.family, stamp, found)


def _name_property(claim: Property, stamp: Stamp, found: Prepared) -> None:
    if isinstance(claim.subject, OfFamily):
        _family(claim.subject.family, stamp, found)
    elif claim.name == "alias" and claim.state == "value":
        text = claim.decoded()
        if isinstance(text, str) and isinstance(claim.subject, OfComponent):
            _alias(folded(text), claim.subject.key, found)


def _family(key: str, stamp: Stamp, found: Prepared) -> Identity | None:
    try:
        identity = identify(key)
    except KeyMalformedError:
        return None  # readers make keys; a hand-made one stays findable by its text alone
    number = stamp.name("key", identity.family)
    if number not in found.families:
        name = folded(identity.name)[:_INDEXED]
        found.families[number] = (number, identity.family, identity.kind, name)
        if identity.namespace:
            _alias(folded(f"{identity.namespace}/{identity.name}"), identity.family, found)
    return identity
