"""A wheel that is described where it lies: for files that are too large to be sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson

from lineage.errors import EnvironmentUnreadableError
from lineage.ingest.python.wheel_file import SECONDS, wheel_file
from lineage.ingest.sources.environment import Scan

_SUFFIX = ".json"


def scan_wheel(place: Path, *, tool: str = "lineage", seconds: float = SECONDS) -> Scan:
    """The document (format ``wheel``) of the wheel at ``place``, which is read in pieces.

    Raises EnvironmentUnreadableError (place, reason) where the file cannot be read,
    DocumentRefusedError where it is no wheel.
    """
    try:
        with place.open("rb") as file:
            found = wheel_file(file, format="wheel", seconds=seconds)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvironmentUnreadableError(place=str(place), reason=reason) from None
    document = {
        "format": "lineage.wheel",
        "version": "1",
        "tool": tool,
        "file": place.name,
        "digest": f"sha256:{digest}",
        "size": size,
        "metadata": found.metadata,
        "wheel": found.wheel,
        "evidence": found.evidence,
        "unreadable": [{"path": one.path, "reason": one.reason} for one in found.quarantined],
    }
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    return Scan(name=f"{place.name}{_SUFFIX}", content=content + b"\n")
