"""What the record is asked to append: one document, read and normalised, and who sent it."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model.claim import Claim
from lineage.model.document import Part, Quarantined
from lineage.model.identity import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One document on its way into the record.

    ``given`` is the explicit subject, None where nobody gave one. ``whole_stream`` closes every
    other slot of the stream (the export of a registry). ``anew`` is a document that was read
    anew: it is news where its claims differ, not where its bytes do.
    ``said`` is when its source says that it was so (ISO 8601, UTC): a slot that was spoken of
    later keeps what it holds. ``parts`` are the slots of a document that has several.
    """

    content: bytes
    stream: str
    slot: str
    subject: Key
    reader: str
    reader_version: str
    claims: tuple[Claim, ...]
    tenant: str = "default"
    name: str = ""
    given: Key | None = None
    part: str = ""
    principal: str = ""
    client: str = ""
    branch: str | None = None
    default: bool | None = None
    latest: bool | None = None
    commit: str | None = None
    job: str | None = None
    namespace: str = ""
    lenient: bool = False
    precedence: str = "document"
    quarantined: tuple[Quarantined, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    whole_stream: bool = False
    anew: bool = False
    said: str = ""
    parts: tuple[Part, ...] = ()
