"""What the chain of revisions proves: the digest of a submission and of what it changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The columns of a submission that are sealed, and the holdings it closed and opened.

    ``closed`` are (slot, assembly), ``opened`` (assembly, claim-set digest), both sorted.
    """

    id: str
    revision: int
    tenant: str
    stream: int
    slot: int
    document: bytes
    given: str | None
    part: str
    principal: str
    client: str
    branch: str | None
    is_default: int | None
    latest: int | None
    commit_id: str | None
    job: str | None
    namespace: str
    lenient: int
    reader: str
    reader_version: str
    precedence: str
    facts: str
    closed: tuple[tuple[int, int], ...]
    opened: tuple[tuple[int, bytes], ...]

    def row(self) -> dict[str, Any]:
        """The values that are columns of the submission's row."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(
    field.name for field in fields(Sealed) if field.name not in ("tenant", "closed", "opened")
)


def submission_digest(seal: Sealed) -> bytes:
    """32 bytes over the canonical form of everything that is sealed."""
    text = orjson.dumps(
        [
            *(getattr(seal, name) for name in COLUMNS if name != "document"),
            seal.tenant,
            seal.document.hex(),
            seal.closed,
            [(where, digest.hex()) for where, digest in seal.opened],
        ]
    )
    return blake2b(text, digest_size=32).digest()
