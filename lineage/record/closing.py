"""Closing a slot: what it held is said no longer, and stays in the past."""

from __future__ import annotations

from dataclasses import replace

from lineage.model.document import Receipt
from lineage.record.history import Kept
from lineage.record.store import Record
from lineage.record.submission import Submission

NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The digest of no bytes: the newest document of a slot that was closed by hand."""


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


def retire_stream(
    record: Record, name: str, *, tenant: str, principal: str = "", client: str = ""
) -> tuple[Receipt, ...] | None:
    """Close every slot of a stream (its branch is gone, say) and mark it as retired.

    None where there is no such stream. A later document brings its own slot back.
    """
    kept = [one for one in record.history(tenant).newest(streams=name) if one.stream == name]
    if not kept:
        return None
    receipts = tuple(
        close_slot(record, one, tenant=tenant, principal=principal, client=client) for one in kept
    )
    options = record.stream_options(name, tenant)
    record.set_stream(name, replace(options, retired=True), tenant)
    return receipts
