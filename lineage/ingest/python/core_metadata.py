"""Core metadata as it lies in a wheel or an installation: METADATA and WHEEL as tables."""

from __future__ import annotations

from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from packaging.metadata import parse_email
from packaging.tags import InvalidTag, parse_tag

SIZE_LIMIT = 16 * 1024 * 1024
_SINGLE = (
    "name", "version", "summary", "home_page", "license", "license_expression", "requires_python",
)  # fmt: skip
_TAGS = 512
_TAG_LENGTH = 200  # a compressed tag is a product of its parts


def metadata_table(content: bytes) -> dict[str, Any]:
    """METADATA in its JSON form (PEP 566), as far as a reader uses it; no description.

    Raises ValueError, whose text is the reason, for bytes that are no metadata at all.
    """
    if len(content) > SIZE_LIMIT:
        raise ValueError(f"has {len(content)} bytes, more than the {SIZE_LIMIT} that are read")
    try:
        raw, _ = parse_email(content)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise ValueError(f"is no metadata: {type(error).__name__}") from None
    stated: Mapping[str, Any] = raw
    table: dict[str, Any] = {name: stated[name] for name in _SINGLE if stated.get(name)}
    for name, plural in (
        ("requires_dist", "requires_dist"),
        ("provides_extra", "provides_extra"),
        ("classifier", "classifiers"),
    ):
        if stated.get(plural):
            table[name] = [str(one) for one in stated[plural]]
    urls = stated.get("project_urls")
    if urls:
        table["project_url"] = [f"{label}, {address}" for label, address in urls.items()]
    return table


def wheel_table(content: bytes) -> dict[str, Any]:
    """WHEEL as a table: tags (expanded, sorted), build, generator, purelib; empty for rubbish."""
    message = BytesParser(policy=compat32).parsebytes(content[:SIZE_LIMIT], headersonly=True)
    tags: set[str] = set()
    for text in message.get_all("Tag", [])[:_TAGS]:
        try:
            tags |= {str(tag) for tag in parse_tag(str(text).strip()[:_TAG_LENGTH])}
        except (InvalidTag, ValueError):
            continue
    table: dict[str, Any] = {
        "tags": sorted(tags),
        "build": str(message.get("Build", "")).strip(),
        "generator": str(message.get("Generator", "")).strip(),
    }
    purelib = str(message.get("Root-Is-Purelib", "")).strip().lower()
    if purelib in ("true", "false"):
        table["purelib"] = purelib == "true"
    return {name: part for name, part in table.items() if part not in ("", [])}
