"""Names and keys of Python distributions (names: PEP 503, versions: PEP 440)."""

from __future__ import annotations

from functools import lru_cache

from packaging.utils import InvalidName, canonicalize_name

from lineage.errors import KeyMalformedError
from lineage.model.identity import Key, key_of_purl


@lru_cache(maxsize=65536)
def canonical(name: str) -> str:
    """The name as the packaging index compares it; KeyMalformedError if it can be no name."""
    try:
        return canonicalize_name(name.strip(), validate=True)
    except InvalidName:
        raise KeyMalformedError(text=name, reason="not a name of a Python distribution") from None


@lru_cache(maxsize=65536)
def family_key(name: str) -> Key:
    """The key of a distribution without a version."""
    return key_of_purl(f"pkg:pypi/{canonical(name)}")


@lru_cache(maxsize=65536)
def release_key(name: str, version: str) -> Key:
    """The key of a distribution at a version; a local version is a build and stays out of it."""
    public = version.partition("+")[0].strip()
    if not public:
        raise KeyMalformedError(text=f"{name}=={version}", reason="the version is empty")
    return key_of_purl(f"pkg:pypi/{canonical(name)}@{public}")


def public_version(version: str) -> str:
    """The version without its local part."""
    return version.partition("+")[0].strip().lower()


def local_version(version: str) -> str:
    """The local part of a version: cu128 of 2.9.1+cu128, "" where there is none."""
    return version.partition("+")[2].strip().lower()
