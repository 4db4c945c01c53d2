"""What a view says, in a form that two records can be compared by.

Statement ids are keyed by the secret of each installation, and sources name revisions: both are
left out. Where design section 7 lets the newest decide (which of several values comes first), the
values are compared as a set.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from api.demo.__main__ import SESSION
from lineage.flow import receive, set_property
from lineage.model.claim import json_text
from lineage.model.document import Receipt, Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.view import Assembly, View
from lineage.record.views import RecordViews

Step = Callable[[Record], Receipt]


def seen(record: Record, at: At = At()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The content of a record's view, made anew."""
    return content(RecordViews(record).view(at))


def content(view: View) -> dict[str, Any]:
    """Nodes, edges, assemblies with members, values, lines, facts, classes and what is left out."""
    return {
        "nodes": dict(view.nodes),
        "edges": Counter(repr(replace(edge, statements=())) for edge in view.edges),
        "assemblies": {key: _assembly(one) for key, one in view.assemblies.items()},
        "values": {
            key: Counter((one.name, one.state, json_text(one.value)) for one in values)
            for key, values in view.values.items()
            if values
        },
        "lines": {
            key: Counter(repr(replace(line, statement=0)) for line in lines)
            for key, lines in view.lines.items()
        },
        "facts": {
            name: Counter(repr(replace(fact, statement=0)) for fact in facts)
            for name, facts in view.facts.items()
        },
        "canonical": dict(view.canonical),
        "families": dict(view.families),
        "left_out": view.left_out,
    }


def _assembly(one: Assembly) -> dict[str, Any]:
    inside = one.content
    return {
        "members": {key: replace(m, statements=()) for key, m in inside.members.items()},
        "edges": Counter(repr(replace(edge, statements=())) for edge in inside.edges),
        "outer": Counter(repr(replace(edge, statements=())) for edge in inside.outer),
        "properties": Counter(inside.properties),
        "unresolved": inside.unresolved,
        "streams": sorted(one.streams),
    }


def demo_steps() -> list[Step]:
    """The demo's documents and hand-set values, one step each, as its session sends them."""
    steps: list[Step] = []
    with as_file(files("api.demo").joinpath("estate")) as estate:
        for _, command in SESSION:
            match shlex.split(command):
                case ["lineage", "ingest", pattern, *options]:
                    told = dict(zip(options[::2], options[1::2], strict=True))
                    subject = Key(told["--subject"]) if "--subject" in told else None
                    steps += [_ingest(one, subject) for one in _files(estate.parent, pattern)]
                case ["lineage", "set", key, said]:
                    name, _, value = said.partition("=")
                    steps.append(_set(key, name, value))
    return steps


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    return [file for one in found for file in (sorted(one.iterdir()) if one.is_dir() else [one])]


def _ingest(file: Path, subject: Key | None) -> Step:
    upload = Upload(content=file.read_bytes(), name=file.name, subject=subject)
    return lambda record: receive(record, upload)


def _set(key: str, name: str, value: str) -> Step:
    return lambda record: set_property(record, key, name, value)
