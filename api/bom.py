"""A bill of materials of what somebody names."""

from __future__ import annotations

from lineage.export.cyclonedx import Export, export
from lineage.model.revision import At
from queries.naming import look
from queries.question import Handle


def bom_of(handle: Handle, text: str, at: At) -> Export:
    """The CycloneDX document of the component that the text means.

    Raises KeyUnknownError, KeyAmbiguousError, KeyMalformedError.
    """
    seen = look(text, at, handle.views)
    return export(seen.view, seen.named.key)
