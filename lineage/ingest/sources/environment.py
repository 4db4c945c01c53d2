"""An installed environment as a document that can be kept and sent: format ``environment``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from lineage.ingest.sources.installed import SECONDS, installed
from lineage.ingest.sources.interpreter import interpreter_of

SUFFIX = ".environment.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A document and the file name it should go by (NAME.environment.json)."""

    name: str
    content: bytes


def scan(place: Path | None = None, *, tool: str = "lineage", seconds: float = SECONDS) -> Scan:
    """The document of the environment at ``place``: an interpreter or a virtual environment.

    Equal environments give equal bytes: no time, no folder of this machine, everything sorted.
    Raises EnvironmentUnreadableError (place, reason). After ``seconds`` what is not yet inspected
    is left out, and said to be ``partial``.
    """
    interpreter = interpreter_of(place)
    document = {
        "format": "lineage.environment",
        "version": "1",
        "tool": tool,
        "environment": dict(interpreter.markers),
        "installed": list(installed(interpreter, seconds=seconds)),
    }
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    return Scan(name=f"{interpreter.name}{SUFFIX}", content=content + b"\n")
