"""Secrets that must be readable again, those of hooks and of what they fetch with (design 12).

None is kept as it is. A *reference* names where it stands: ``env:NAME`` (a variable of the
process), ``file:PATH`` (the first line of a file), or it is ``sealed:1:...``: encrypted with the
key file of the installation (AES-256-GCM), and bound to what it is a secret of.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from lineage.errors import LineageError, SettingInvalidError

_SEALED = "sealed:1:"
_NONCE = 12  # bytes, of AES-GCM
_KEY = 32


class SecretUnreadableError(LineageError):
    """The secret {reference} cannot be read: {reason}."""

    code = "SECRET_UNREADABLE"


def read_secret(reference: str, key_file: Path | None, of: str) -> str:
    """The secret that a reference names; SecretUnreadableError, SettingInvalidError (key file).

    ``of`` is what it was sealed as a secret of.
    """
    scheme, _, place = reference.partition(":")
    read = _SCHEMES.get(scheme)
    if read is None:
        raise SecretUnreadableError(reference=shown(reference), reason=f"it is none of {KINDS}")
    return read(place, key_file, of)


def seal(secret: str, key_file: Path | None, of: str) -> str:
    """The reference that holds a secret, sealed; SettingInvalidError without a key file."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    packed = AESGCM(_key(key_file)).encrypt(nonce, secret.encode(), of.encode())
    return _SEALED + base64.b64encode(nonce + packed).decode()


def is_reference(text: str) -> bool:
    """Whether a text names a secret that stands elsewhere."""
    scheme, _, place = text.partition(":")
    return scheme in ("env", "file") and bool(place)


def shown(reference: str) -> str:
    """What people may see of a reference."""
    return reference if is_reference(reference) else reference.partition(":")[0]


def _of_variable(name: str, _key_file: Path | None, _of: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SecretUnreadableError(reference=f"env:{name}", reason="the variable is not set")
    return value


def _of_file(place: str, _key_file: Path | None, _of: str) -> str:
    told = f"file:{place}"
    try:
        value = Path(place).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = f"the file cannot be read ({type(error).__name__})"
        raise SecretUnreadableError(reference=told, reason=reason) from None
    if not value:
        raise SecretUnreadableError(reference=told, reason="its first line is empty")
    return value


def _of_seal(text: str, key_file: Path | None, of: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = _key(key_file)
    try:
        packed = base64.b64decode(text.partition(":")[2], validate=True)
        return AESGCM(key).decrypt(packed[:_NONCE], packed[_NONCE:], of.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError):
        reason = "it was sealed with another key file, or as the secret of something else"
        raise SecretUnreadableError(reference="sealed", reason=reason) from None


def _key(file: Path | None) -> bytes:
    name = "LINEAGE_KEY_FILE"
    how = "`openssl rand -base64 32` prints what belongs into it"
    if file is None:
        reason = f"a secret cannot be sealed without a key file; {how}"
        raise SettingInvalidError(name=name, reason=reason)
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except OSError as error:
        reason = f"the file cannot be read ({type(error).__name__}); {how}"
        raise SettingInvalidError(name=name, reason=reason) from None
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        raise SettingInvalidError(name=name, reason=f"it holds no base64 of {_KEY} bytes; {how}")
    return key


_SCHEMES: Mapping[str, Callable[[str, Path | None, str], str]] = MappingProxyType(
    {"env": _of_variable, "file": _of_file, "sealed": _of_seal}
)
KINDS = ", ".join(_SCHEMES)
