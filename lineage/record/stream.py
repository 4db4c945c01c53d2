"""Streams and slots: what a document is filed under, and what a later one replaces (section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from re import escape, fullmatch

from lineage.errors import StreamForbiddenError, StreamInvalidError
from lineage.model.identity import Key, family_of

PUBLIC_TENANT = "public"
PUBLIC_PREFIX = "public:"
_LONGEST = 500  # letters; an index row of PostgreSQL ends at 2,700 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """What a stream was told once: None where the installation's own choice holds."""

    namespace: str | None = None
    lenient: bool | None = None
    retired: bool = False


def default_stream(format_name: str, subject: Key) -> str:
    """The stream of a document that names none: FORMAT/FAMILY of its subject."""
    name = f"{format_name}/{family_of(subject)}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 33]}~{blake2b(name.encode(), digest_size=16).hexdigest()}"


def assembly_slot(format_name: str, subject: Key, part: str) -> str:
    """The slot of a BOM or lock file: reader, subject at its version, part ("" for none)."""
    return f"{format_name} {subject}" + (f" {part}" if part else "")


def checked_stream(name: str) -> str:
    """A name people may give; StreamInvalidError for one that is empty, too long or taken."""
    if not name.strip() or len(name) > _LONGEST or not name.isprintable():
        raise StreamInvalidError(stream=name[:80], reason="a name is 1 to 500 printable letters")
    if name.startswith(PUBLIC_PREFIX):
        raise StreamInvalidError(stream=name, reason="names of public streams cannot be taken")
    return name


def matches(pattern: str, text: str) -> bool:
    """Whether a text is of a pattern, in which ``*`` is any letters."""
    return fullmatch(".*".join(map(escape, pattern.split("*"))), text) is not None


def permit(stream: str, patterns: tuple[str, ...]) -> None:
    """StreamForbiddenError unless a pattern matches (``*`` is any letters); () permits all."""
    if patterns and not any(matches(pattern, stream) for pattern in patterns):
        raise StreamForbiddenError(stream=stream, allowed=", ".join(patterns))
