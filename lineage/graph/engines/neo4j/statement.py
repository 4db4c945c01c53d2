"""The Cypher of the engine: files beside this one, one statement each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=256)
def statement(name: str, types: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> str:
    """The statement of a file, with relationship types and labels put in where it names them.

    Types and labels cannot be parameters if the planner is to use them. They come from the
    vocabulary, never from a document; quoted all the same.
    """
    text = (files(__package__) / "cypher" / f"{name}.cypher").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    return (
        "\n".join(lines)
        .strip()
        .replace("TYPES", "|".join(_quoted(types)))
        .replace("LABELS", ":".join(_quoted(labels)))
    )


def _quoted(names: Iterable[str]) -> list[str]:
    return [f"`{name.replace('`', '``')}`" for name in names]
