"""What is not among the rows of an answer, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "cannot_compare": "of {} more the filter cannot say",
    "left_to_knowledge": "{} more that only a knowledge pack speaks of: --knowledge",
    "known_only": "{} more components are known to knowledge packs only",
    "unknown_dependencies": "of {} members nobody says what they lean on",
    "unresolved": "{} moving names are stated by nobody",
    "archived": "{} archived assemblies are left out: --scope all",
    "uncounted": "{} families are known of which nothing counts",
}


def left_out(told: object) -> list[str]:
    """A sentence for each count of an answer, or of its completeness, that is not 0."""
    counts = {name: getattr(told, name, 0) for name in SENTENCES}
    return [SENTENCES[name].format(count) for name, count in counts.items() if count]
