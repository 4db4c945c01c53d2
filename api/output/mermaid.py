"""Mermaid, for Markdown pages that draw: edges point upstream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.output.drawing import drawing


def write(answer: Any) -> Iterator[str]:
    """The flowchart, one line per component and per edge."""
    drawn = drawing(answer)
    names = {key: f"n{number}" for number, key in enumerate(drawn.nodes)}
    yield "flowchart LR\n"
    for key, label in drawn.nodes.items():
        mark = drawn.marks.get(key)
        text = f"{_text(label)}<br/>{mark}" if mark else _text(label)
        yield f'  {names[key]}["{text}"]\n'
    for downstream, kind, upstream in drawn.edges:
        arrow = f"-->|{_text(kind)}|" if kind else "-->"
        yield f"  {names[downstream]} {arrow} {names[upstream]}\n"


def _text(text: str) -> str:
    return (
        text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace("|", "#124;")
    )
