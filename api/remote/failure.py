"""What can go wrong between this program and a server."""

from __future__ import annotations

from typing import Any

from lineage.errors import LineageError


class ServerUnreachableError(LineageError):
    """The server at {url} cannot be reached: {reason}."""

    code = "SERVER_UNREACHABLE"


class ServerForeignError(LineageError):
    """{url} answers, but not as a Lineage server does: {reason}."""

    code = "SERVER_FOREIGN"


class ServerReleaseError(LineageError):
    """The server is release {theirs}, this program release {ours}: {reason}."""

    code = "SERVER_RELEASE"


class ServerError(LineageError):
    """What a server said of a request that it refused: its own words, under its own code."""

    def __init__(self, code: str, detail: str, **data: Any) -> None:
        Exception.__init__(self, detail)
        self.data = data
        self._code = code

    @property
    def code(self) -> str:  # type: ignore[override]
        """The server's code."""
        return self._code
