"""A document on its way in, what a reader found in it, and the receipt that comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lineage.model.claim import Claim
from lineage.model.identity import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes that somebody handed in, and what they said about them.

    ``name`` is the file name ("" for an upload without one). ``subject`` is what it is said to be
    about, ``about`` what it is about where it does not say so itself. ``latest`` is the mark: True,
    False or None (not said). ``default`` says that ``branch`` is the default one.
    """

    content: bytes
    name: str = ""
    format: str | None = None
    subject: Key | None = None
    about: Key | None = None
    stream: str | None = None
    part: str = ""
    branch: str | None = None
    default: bool | None = None
    latest: bool | None = None
    lenient: bool = False
    commit: str | None = None
    job: str | None = None
    principal: str = ""
    client: str = ""
    tenant: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What a reader is told beside the bytes.

    ``namespace`` is given to names without one. ``subject`` is what the document describes if it
    has no subject of its own (None: SubjectMissingError then). ``lenient`` keeps what the schema
    forbids, as far as it can be read.
    """

    namespace: str = "local"
    subject: Key | None = None
    lenient: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A part of a document that could not be read: dotted path, reason, the raw part."""

    path: str
    reason: str
    raw: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a document says into one of several slots. ``claims`` () closes that slot.

    With ``closes`` every slot of the stream that begins with ``element`` is closed.
    """

    element: str
    claims: tuple[Claim, ...] = ()
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found in one document.

    ``subject`` is the document's own subject, or the one it was given. ``own_subject`` says
    which. ``slot_kind`` and ``element`` make the slot (design section 7): ``assembly`` for BOMs
    and lock files, ``element`` for one (KEY, NAME), ``file`` for a manifest. ``precedence`` is a
    row of PRECEDENCE. ``facts`` are what belongs to the submission only: serial number,
    timestamp, tool names. A document with several slots has ``parts``, each a slot of its own,
    and no ``claims``; ``time`` is when it was said: what is older than a slot's newest is no news.
    """

    format: str
    version: str
    subject: Key
    own_subject: bool
    claims: tuple[Claim, ...]
    quarantined: tuple[Quarantined, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    slot_kind: str = "assembly"
    element: str = ""
    precedence: str = "document"
    parts: tuple[Part, ...] = ()
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was done with a document. ``unchanged`` means that the slot held these bytes already.

    ``claims`` counts the statements the slot now holds, ``added`` and ``removed`` what this
    revision opened and closed.
    """

    id: str
    revision: int
    chain: str
    at: datetime
    unchanged: bool
    tenant: str
    stream: str
    slot: str
    format: str
    reader_version: str
    subject: Key
    digest: str
    size: int
    claims: int
    added: int
    removed: int
    members: int
    quarantined: tuple[Quarantined, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
