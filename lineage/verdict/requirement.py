"""Requirement lines as rows and people write them: whom they name, and the wish."""

from __future__ import annotations

import re

from lineage.ingest.python.line import line_of
from lineage.model.claim import Requirement
from lineage.model.identity import Identity, Key
from lineage.verdict.subject import known

_HEAD = re.compile(r"^((?:[a-z]+:)?pkg:[^\s@<>=!~^,;]+|[^\s<>=!~^,;\[]+)\s*(.*)$")
_PYTHON = "pkg:pypi/"


def line(text: str, about: Identity) -> tuple[Key, Requirement] | None:
    """A requirement as written, of a release of that kind of package: whom it names, the wish.

    None where nobody is named.
    """
    if about.family.startswith(_PYTHON) and not text.lstrip().startswith("pkg:"):
        try:
            parsed = line_of(text)
        except ValueError:
            pass
        else:
            return parsed.family, parsed.requirement
    head, _, marker = text.partition(";")
    match = _HEAD.match(head.strip())
    if match is None:
        return None
    name, raw = match.groups()
    family = name if ":" in name else f"{about.family.removesuffix(about.name)}{name.lower()}"
    found = known(family)
    if found is None:
        return None
    wish = Requirement(
        raw=raw.strip().strip("()"), scheme=found.scheme, marker=marker.strip() or None
    )
    return found.family, wish
