"""What is claimed first of properties: the value that filters, counts and decides."""

from __future__ import annotations

from lineage.model.identity import Key
from lineage.record.view import View


class Firsts:
    """The first claimed values of one view, each looked up once for one answer."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: dict[tuple[str, str], str | None] = {}

    def of(self, key: str, name: str) -> str | None:
        """The value as text, or what its author said instead; None where nobody claims one."""
        place = (key, name)
        if place not in self._found:
            value = self._view.first(Key(key), name)
            said = None
            if value is not None:
                said = str(value.value) if value.state == "value" else value.state
            self._found[place] = said
        return self._found[place]
