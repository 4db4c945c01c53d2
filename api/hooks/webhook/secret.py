"""The secrets of a hook, as they are kept, read and shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from api.hooks.signature import DeliveryRefusedError, new_secret, secret_of
from api.security.secret import SecretUnreadableError, is_reference, read_secret, seal, shown
from lineage.errors import HookInvalidError, LineageError
from lineage.record.hook import Hook

_LOG = logging.getLogger("lineage.hooks")


def purpose(number: str, what: str) -> str:
    """What a sealed secret of a hook is bound to: a row cannot take another's over."""
    return f"hook {number} {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody gave for a secret: where it is, or what it is; nothing where both are None."""

    reference: str | None = None
    text: str | None = None


def kept_secret(
    kind: str, number: str, given: Given, key_file: Path | None
) -> tuple[str, str | None]:
    """A secret as it is kept, and what is to be shown: one that was made here, else None.

    Raises HookInvalidError for what no sender of the kind can use, SettingInvalidError where it
    has to be sealed and there is no key file.
    """
    if given.reference is not None:
        return _checked(given.reference), None
    text = given.text or new_secret()
    try:
        sealed = seal(secret_of(kind, text), key_file, purpose(number, "secret"))
    except DeliveryRefusedError as error:
        raise HookInvalidError(reason=error.data["reason"]) from None
    return sealed, text if given.text is None else None


def kept_credential(number: str, given: Given, key_file: Path | None) -> str | None:
    """A credential as it is kept, None for none; raises what ``kept_secret`` raises."""
    if given.text is not None:
        return seal(given.text, key_file, purpose(number, "credential"))
    return None if given.reference is None else _checked(given.reference)


def _checked(reference: str) -> str:
    if not is_reference(reference):
        # What was given may be the secret itself: it is not repeated.
        reason = "say where the secret is (env:NAME, file:PATH, or - for stdin), not what it is"
        raise HookInvalidError(reason=reason)
    return reference


def secrets_of(hook: Hook, key_file: Path | None) -> tuple[str, ...]:
    """The secrets that deliveries may be made with now.

    One that cannot be read or used is passed over, and logged; SecretUnreadableError or
    SettingInvalidError where none is left.
    """
    found: list[str] = []
    failure: LineageError | None = None
    for reference in hook.secrets():
        try:
            text = read_secret(reference, key_file, purpose(hook.id, "secret"))
            found.append(secret_of(hook.kind, text))
        except DeliveryRefusedError as error:
            failure = SecretUnreadableError(reference="of the hook", reason=error.data["reason"])
        except LineageError as error:
            failure = error
    if failure is not None:
        _LOG.warning("hook %s: %s", hook.id, failure)
        if not found:
            raise failure
    return tuple(found)


def credential_of(hook: Hook, key_file: Path | None) -> str | None:
    """What the hook fetches with, None for nothing; raises what ``read_secret`` raises.

    SecretUnreadableError too for what no header can carry.
    """
    if hook.credential is None:
        return None
    text = read_secret(hook.credential, key_file, purpose(hook.id, "credential"))
    if not text.isascii() or not text.isprintable():
        reason = "a credential is of printable letters of ASCII"
        raise SecretUnreadableError(reference=shown(hook.credential), reason=reason)
    return text
