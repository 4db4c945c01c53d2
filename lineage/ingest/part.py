"""Parts of a JSON document with their dotted paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]


def section(parent: Json, name: str) -> Json:
    """The object under a name, or an empty one."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def objects(value: Any, path: str) -> Iterator[tuple[Json, str]]:
    """The objects of a list that was checked before, with their paths; other entries are none."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield item, f"{path}[{index}]"


def members(value: Any, path: str) -> Iterator[tuple[Json, str]]:
    """The objects of a list that nobody checked, none for None; TypeError for anything else."""
    if value is None:
        return
    if not isinstance(value, list):
        raise TypeError(f"{path} is no list")
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise TypeError(f"{path}[{index}] is no object")
        yield item, f"{path}[{index}]"


def texts(value: Any) -> Iterator[str]:
    """The non-empty texts of a list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str) and item)


def dotted(location: Iterable[str | int]) -> str:
    """``("components", 3, "type")`` as ``components[3].type``; the whole is ``document``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "document"


def shortened(message: str) -> str:
    """A message about a value of the document, which it may quote whole: 300 letters of it."""
    return message if len(message) <= 300 else f"{message[:140]} ... {message[-140:]}"
