"""What people claim by hand: set, join, separate, attest; a type for each, one place to do it.

The command line, REST and GraphQL make one of these; what a name means is resolved here, where the
record is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from api.ingested import Ingested, Ingestion, row_of

if TYPE_CHECKING:
    from api.house import House
    from lineage.model.document import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidValue:
    """A value of a property; ``state`` none, unknown, withheld or not_applicable instead of one."""

    name: str
    value: Any = None
    state: str = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Claim properties of a component: what is set comes first. A document for each."""

    key: str
    values: tuple[SaidValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Say that two keys are one thing."""

    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Separating:
    """Take a join back; what documents claim themselves stays."""

    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attesting:
    """Vouch for a property of a component.

    ``evidence`` is an address or a file's name and digest, ``expires`` the last day on which it
    counts (ISO 8601).
    """

    key: str
    name: str
    evidence: str
    expires: str
    value: Any = None
    state: str = "value"


Act = Setting | Joining | Separating | Attesting
ACTS: Mapping[str, type[Act]] = MappingProxyType(
    {"set": Setting, "join": Joining, "separate": Separating, "attest": Attesting}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who does it, where a token does not say so, and with which program."""

    principal: str
    client: str


def perform(house: House, act: Act, author: Author) -> Ingestion:
    """Do it: a row with a receipt for each document.

    Raises RightMissingError, KeyUnknownError, KeyAmbiguousError, KeyMalformedError,
    DocumentRefusedError, StreamForbiddenError. A setting of several values is not one transaction:
    what stands before the one that is refused is recorded.
    """
    rows = _PERFORM[type(act)](house, act, _said(house, author))
    return Ingestion(revision=house.head().number, documents=rows)


def _said(house: House, author: Author) -> dict[str, str]:
    from lineage.record.token import Right

    house.principal.require(Right.INGEST)
    return {
        "principal": house.principal.name or author.principal,
        "client": author.client,
        "tenant": house.settings.tenant,
    }


def _set(house: House, act: Setting, said: dict[str, str]) -> tuple[Ingested, ...]:
    from lineage import flow

    subject = known(house, act.key)
    found: list[tuple[str, Receipt]] = []
    for one in act.values:
        receipt = flow.set_property(
            house.record, subject, one.name, one.value, state=one.state, **said
        )
        found.append((f"{subject} {one.name}", receipt))
    return tuple(row_of(title, receipt) for title, receipt in found)


def _join(house: House, act: Joining, said: dict[str, str]) -> tuple[Ingested, ...]:
    from lineage import flow

    return (_paired(house, act, said, flow.join),)


def _separate(house: House, act: Separating, said: dict[str, str]) -> tuple[Ingested, ...]:
    from lineage import flow

    return (_paired(house, act, said, flow.separate),)


def _paired(
    house: House, act: Joining | Separating, said: dict[str, str], write: Callable[..., Receipt]
) -> Ingested:
    one, other = (plain_key(house, text) for text in (act.one, act.other))
    return row_of(f"{one} {other}", write(house.record, one, other, **said))


def _attest(house: House, act: Attesting, said: dict[str, str]) -> tuple[Ingested, ...]:
    from lineage import flow

    subject = known(house, act.key)
    receipt = flow.attest(
        house.record, subject, act.name, act.value, state=act.state, evidence=act.evidence,
        expires=act.expires, **said,
    )  # fmt: skip
    return (row_of(f"{subject} {act.name}", receipt),)


_PERFORM: Mapping[type[Act], Callable[[House, Any, dict[str, str]], tuple[Ingested, ...]]] = (
    MappingProxyType({Setting: _set, Joining: _join, Separating: _separate, Attesting: _attest})
)


def known(house: House, text: str) -> str:
    """The component that is meant; without a version the family, of what is an assembly."""
    from queries.naming import look

    seen = look(text, house.at(), house.handle.views, takes_family=True)
    if not seen.named.family or _written(text) == seen.named.key:
        return seen.named.key
    held = {*seen.view.assemblies, *seen.view.left_out.archived}
    if held.intersection(seen.named.keys):
        return seen.named.key
    return look(text, house.at(), house.handle.views).named.key


def plain_key(house: House, text: str) -> str:
    """A key as it is written: of joined keys not the shown one. Else what the name means."""
    from queries.naming import look

    found = look(text, house.at(), house.handle.views).named.key
    return _written(text) or found


def _written(text: str) -> str | None:
    """The key that the text is; None for a name."""
    from lineage.errors import KeyMalformedError, VocabularyError
    from lineage.model.identity import identify

    try:
        return identify(text).key
    except (KeyMalformedError, VocabularyError):
        return None
