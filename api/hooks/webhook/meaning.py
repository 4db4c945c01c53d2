"""What a delivery means: nothing for us, a stream that is gone, or documents that are to be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lineage.model.document import Upload

if TYPE_CHECKING:
    from api.hooks.webhook.payload import Payload
    from api.hooks.webhook.remote import Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """Nothing is made of it, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that may hold documents. ``path`` is where it lies below the hook's API address.

    ``packed`` is whether it is a zip archive; ``size`` its bytes, None where nobody says it;
    ``gone`` why it cannot be had ("" where it can). ``content`` is there where it came along.
    """

    name: str
    path: str = ""
    packed: bool = False
    size: int | None = None
    gone: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where documents lie, and what is said of each: an upload without its bytes.

    Until ``settled`` finding none means that they may still come; None where they would be there.
    """

    upload: Upload
    sources: tuple[Source, ...]
    settled: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """There are documents for a stream: ``listing`` asks the sender's API which.

    ``at`` is when it happened, None where the sender does not say.
    """

    stream: str
    listing: Callable[[Remote], Listing]
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """The branch of a stream is gone; ``is_there`` asks the sender's API whether it came back."""

    stream: str
    is_there: Callable[[Remote], bool] | None = None
    at: datetime | None = None


Meaning = Unwanted | Wanted | Retired
Read = Callable[["Payload", str], Meaning]
"""Reads a payload; the text is the address of the server, such as ``https://github.com``."""
