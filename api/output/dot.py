"""DOT, for Graphviz: edges point upstream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.output.drawing import drawing


def write(answer: Any) -> Iterator[str]:
    """The digraph, one line per component and per edge."""
    drawn = drawing(answer)
    yield "digraph lineage {\n  rankdir=LR;\n  node [shape=box, fontname=sans-serif];\n"
    for key, label in drawn.nodes.items():
        mark = drawn.marks.get(key)
        text = f"{label}\\n{mark}" if mark else label
        yield f"  {_quoted(key)} [label={_quoted(text, lines=True)}];\n"
    for downstream, kind, upstream in drawn.edges:
        yield f"  {_quoted(downstream)} -> {_quoted(upstream)} [label={_quoted(kind)}];\n"
    yield "}\n"


def _quoted(text: str, *, lines: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + (escaped.replace("\\\\n", "\\n") if lines else escaped) + '"'
