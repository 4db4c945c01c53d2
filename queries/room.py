"""What a question inside one assembly sees: the assembly, and what it brings along.

A member that has an assembly of its own brings those contents along where its dependencies are
unknown in the outer one (design section 4, Nested assemblies): a release that holds an image is
asked about what is in the image, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from lineage.model.identity import Key
from lineage.record.view import View


def room_of(view: View, keys: Iterable[Key]) -> list[Key]:
    """The assemblies among the keys and, to any depth, those that they bring along."""
    found: dict[Key, None] = {}
    ahead = [key for key in keys if key in view.assemblies]
    while ahead:
        key = ahead.pop()
        if key in found:
            continue
        found[key] = None
        ahead += [
            member.component
            for member in view.assemblies[key].content.members.values()
            if member.unknown and member.component in view.assemblies
        ]
    return list(found)
