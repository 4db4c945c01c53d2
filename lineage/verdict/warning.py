"""Rule 6: two majors of one capability inside one assembly are a warning, not a break."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model.identity import Key
from lineage.record.view import Assembly
from lineage.verdict.provision import BINDINGS, Provisions
from lineage.verdict.span import head, numbers


def two_majors(
    assembly: Assembly, capability: Key, provisions: Provisions
) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Each major of the capability that members give, with the members; only if there are two."""
    found: dict[str, list[Key]] = {}
    for member in provisions.giving(assembly.content):
        for one in provisions.given(member, capability):
            if one.role != BINDINGS and numbers(one.value):
                found.setdefault(head(one.value, 1), []).append(member)
    if len(found) > 1:
        for major, members in sorted(found.items()):
            yield major, tuple(sorted(members))
