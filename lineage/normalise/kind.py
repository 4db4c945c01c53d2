"""The kind of each end of an edge: as the document claims it, else as its key says."""

from __future__ import annotations

from functools import lru_cache

from lineage.model.claim import Component, OfAssembly, OfComponent, OfFamily, Subject
from lineage.model.document import Reading
from lineage.model.identity import Key
from lineage.vocabulary.nodes import PURL_TYPES


@lru_cache(maxsize=65536)
def kind_of_key(key: str) -> str:
    """The kind that a canonical key implies; framework for a purl type without a row."""
    head, _, rest = key.partition(":")
    if head != "pkg":
        return head
    purl_type = rest.partition("/")[0]
    return PURL_TYPES.get(purl_type).kind if purl_type in PURL_TYPES else "framework"


class Kinds:
    """Kinds of what one reading speaks of.

    Where the document claims several kinds of one thing that of its key is taken, else the one
    with the smallest name, whatever their order; the conflict itself stays in the claims.
    """

    def __init__(self, reading: Reading) -> None:
        self._claimed: dict[Key, str] = {}
        for claim in reading.claims:
            said = claim.statement
            if isinstance(said, Component):
                before = self._claimed.get(said.key, said.kind)
                self._claimed[said.key] = _settled(said.key, before, said.kind)

    def of(self, key: Key) -> str:
        """The kind of a component or family."""
        return self._claimed.get(key) or kind_of_key(key)

    def of_subject(self, subject: Subject, assembly: Key) -> str | None:
        """The kind of a statement's subject; None for a pattern, which may be of any kind."""
        match subject:
            case OfComponent(key) | OfFamily(key, _):
                return self.of(key)
            case OfAssembly():
                return self.of(assembly)
            case _:
                return None


def _settled(key: Key, *claimed: str) -> str:
    implied = kind_of_key(key)
    return implied if implied in claimed else min(claimed)
