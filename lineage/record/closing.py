"""Closing a slot: what it held is said no longer, and stays in the past."""

from __future__ import annotations

from lineage.model.document import Receipt
from lineage.record.history import Kept
from lineage.record.store import Record
from lineage.record.submission import Submission


def close_slot(
    record: Record, kept: Kept, *, tenant: str, principal: str = "", client: str = ""
) -> Receipt:
    """Close the slot of a kept document, as a revision of its own; StreamForbiddenError.

    The receipt says ``unchanged`` where nothing was left in it.
    """
    sent = Submission(
        content=b"",
        stream=kept.stream,
        slot=kept.slot,
        subject=kept.subject,
        reader=kept.reader,
        reader_version=kept.reader_version,
        claims=(),
        tenant=tenant,
        part=kept.part,
        principal=principal,
        client=client,
        branch=kept.branch,
        default=kept.default,
        latest=kept.latest,
        precedence=kept.precedence,
        namespace=kept.namespace,
        anew=True,
    )
    return record.append(sent)
