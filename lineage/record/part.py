"""A document that speaks into several slots: slot after slot, each by itself (ADR 0008)."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.document import Receipt
from lineage.record.store import Record
from lineage.record.submission import Submission


def append_parts(record: Record, sent: Submission) -> Receipt:
    """Append every part of a submission to its slot; a slot whose claims stay is no news.

    The receipt is that of the last slot where something was news, with the counts of all. What
    was said before the first slot was closed says nothing any more. Raises what
    ``Record.append`` raises; sent again after a failure it goes on where it stopped.
    """
    history = record.history(sent.tenant)
    gone = history.dropped(sent.stream, sent.parts[0].element)
    late = gone is not None and sent.said < gone
    receipts: list[Receipt] = []
    for part in sent.parts[:1] if late else sent.parts:
        closed = history.slots(sent.stream, f"{part.element} ") if part.closes else ()
        for slot in (part.element, *closed):
            one = replace(sent, slot=slot, claims=part.claims, parts=(), anew=True)
            receipts.append(record.append(one))
    news = [receipt for receipt in receipts if not receipt.unchanged]
    return replace(
        (news or receipts)[-1],
        added=sum(receipt.added for receipt in news),
        removed=sum(receipt.removed for receipt in news),
        claims=sum(receipt.claims for receipt in receipts),
    )
