"""Which server, and with which token: from the environment, never from the command line."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

from lineage.errors import SettingInvalidError


class ServerSettings(BaseSettings):
    """A server to ask instead of a database.

    ``url`` is where it is (http or https); ``token`` what it knows this program by, or
    ``token_file`` the file whose first line is that.
    """

    model_config = SettingsConfigDict(env_prefix="LINEAGE_", extra="ignore", frozen=True)

    url: str = ""
    token: str = ""
    token_file: str = ""

    def secret(self) -> str | None:
        """The token; None where none is named. SettingInvalidError."""
        if self.token and self.token_file:
            raise SettingInvalidError(
                name="LINEAGE_TOKEN", reason="LINEAGE_TOKEN_FILE is set as well; only one may be"
            )
        found, name = self.token, "LINEAGE_TOKEN"
        if self.token_file:
            name = "LINEAGE_TOKEN_FILE"
            try:
                found = Path(self.token_file).read_text(encoding="utf-8").partition("\n")[0]
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is no text"
                raise SettingInvalidError(
                    name=name, reason=f"{self.token_file}: {reason}"
                ) from None
            if not found.strip():
                raise SettingInvalidError(name=name, reason=f"{self.token_file} is empty")
        found = found.strip()
        if found and not (found.isascii() and found.isprintable() and " " not in found):
            raise SettingInvalidError(name=name, reason="it holds what no token does")
        return found or None


def checked_url(url: str, name: str = "--url") -> str:
    """The address without a slash at its end; SettingInvalidError for what is none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise SettingInvalidError(name=name, reason=f"'{url}': {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        reason = f"'{url}' is no address such as https://lineage.example"
        raise SettingInvalidError(name=name, reason=reason)
    if parts.username or parts.password or parts.query or parts.fragment:
        reason = "only an address; a token goes into LINEAGE_TOKEN or LINEAGE_TOKEN_FILE"
        raise SettingInvalidError(name=name, reason=reason)
    return url.strip().rstrip("/")


def is_address(text: str) -> bool:
    """Whether a text is meant as the address of a server, not of a database."""
    return text.strip().lower().startswith(("http:", "https:"))
