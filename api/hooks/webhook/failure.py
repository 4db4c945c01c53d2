"""Why something could not be fetched: for good, for now, or in part."""

from __future__ import annotations

from lineage.errors import LineageError, PassingError


class FetchFailedError(LineageError):
    """{address}: {reason}."""

    code = "FETCH_FAILED"


class FetchDelayedError(PassingError):
    """{address}: {reason}."""

    code = "FETCH_DELAYED"


class FetchIncompleteError(LineageError):
    """{taken} documents are accepted; left out: {reason}."""

    code = "FETCH_INCOMPLETE"


def plain(error: LineageError) -> str:
    """A message as part of another one."""
    return str(error).rstrip(".")
