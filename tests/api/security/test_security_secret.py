"""Secrets are read from where they stand, and told of without being told."""

from __future__ import annotations

import base64

import pytest

from api.security.secret import (
    SecretUnreadableError,
    is_reference,
    read_secret,
    seal,
    shown,
)
from lineage.errors import SettingInvalidError


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "key"
    file.write_text(base64.b64encode(bytes(range(32))).decode())
    return file


def test_a_reference_is_followed(tmp_path, monkeypatch, key):
    monkeypatch.setenv("A_SECRET", "of the variable")
    place = tmp_path / "secret"
    place.write_text("of the file\nand nothing else\n")
    assert read_secret("env:A_SECRET", None, "x") == "of the variable"
    assert read_secret(f"file:{place}", None, "x") == "of the file"
    sealed = seal("of nobody", key, "hook 1")
    assert read_secret(sealed, key, "hook 1") == "of nobody"
    assert "nobody" not in sealed
    assert seal("of nobody", key, "hook 1") != sealed  # the same twice looks like two


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("env:NOT_SET_ANYWHERE", "the variable is not set"),
        ("file:/nowhere/at/all", "cannot be read"),
        ("file:\0", "cannot be read"),
        ("plain", "none of env, file, sealed"),
        ("vault:x", "none of env, file, sealed"),
        ("sealed:1:AAAA", "another key file"),
        ("sealed:1:%", "another key file"),
        ("sealed:", "another key file"),
    ],
)
def test_what_cannot_be_read_says_why(reference, reason, key):
    with pytest.raises(SecretUnreadableError, match=reason):
        read_secret(reference, key, "hook 1")


def test_a_seal_is_of_one_key_and_one_purpose(tmp_path, key):
    sealed = seal("of nobody", key, "hook 1")
    with pytest.raises(SecretUnreadableError):
        read_secret(sealed, key, "hook 2")
    with pytest.raises(SecretUnreadableError):
        read_secret(sealed[:-4] + "AAA=", key, "hook 1")
    other = tmp_path / "other"
    other.write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(SecretUnreadableError):
        read_secret(sealed, other, "hook 1")
    for text in ("", "short", base64.b64encode(bytes(31)).decode()):
        other.write_text(text)
        with pytest.raises(SettingInvalidError, match="32 bytes"):
            seal("x", other, "hook 1")
    with pytest.raises(SettingInvalidError, match="cannot be read"):
        seal("x", tmp_path / "none", "hook 1")
    with pytest.raises(SettingInvalidError, match="without a key file"):
        read_secret(sealed, None, "hook 1")


def test_nothing_secret_is_shown(key):
    assert shown("env:NAME") == "env:NAME"
    assert shown(seal("of nobody", key, "x")) == "sealed"
    assert not is_reference("env:")
