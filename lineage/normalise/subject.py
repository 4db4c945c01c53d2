"""A document that describes one thing, handed in for another (design section 4, Membership)."""

from __future__ import annotations

from lineage.model.claim import Claim, Component, Member
from lineage.model.document import Reading
from lineage.model.identity import Key, identify


def explicit_subject(reading: Reading, subject: Key) -> tuple[Claim, ...]:
    """What an explicit subject adds to a document that has a subject of its own.

    The document's subject becomes the one direct member of ``subject``, whose dependencies stay
    unknown there, so that its contents come along. Nothing where the two are the same, where the
    document has no subject of its own (it describes ``subject`` then), or where it describes no
    assembly (a manifest).
    """
    known = identify(subject)
    if not reading.own_subject or known.key == reading.subject or reading.slot_kind == "file":
        return ()
    return (
        Claim(Component(known.key, known.kind, known.name, known.version)),
        Claim(Member(reading.subject, "direct"), known.key),
    )
