"""The artefact of a distribution: file name, digest, tags, index and build (PEP 427, PEP 440)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from lineage.ingest.python.address import channel_of, file_name
from lineage.ingest.python.name import canonical, local_version

_STRENGTH = ("sha512", "sha384", "sha256", "sha224", "sha1", "md5")
_PREFERRED = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """What a wheel's file name says: ``tags`` expanded and sorted, ``build`` its build tag."""

    name: str
    version: str
    build: str
    tags: tuple[str, ...]


@lru_cache(maxsize=65536)
def wheel_of(file: str) -> Wheel | None:
    """The parts of a wheel's file name; None for a file that is no wheel or is misnamed."""
    try:
        name, version, build, tags = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return None
    return Wheel(
        name=canonical(name),
        version=str(version),
        build="".join(str(part) for part in build),
        tags=tuple(sorted(str(tag) for tag in tags)),
    )


def digest_of(hashes: Mapping[str, Any]) -> str:
    """``algorithm:hex`` of the preferred hash: sha256, else the strongest; "" for none."""
    for algorithm in (_PREFERRED, *_STRENGTH, *sorted(hashes)):
        if isinstance(hashes.get(algorithm), str):
            return f"{algorithm}:{hashes[algorithm].lower()}"
    return ""


def artefact_of(
    *,
    address: str = "",
    file: str = "",
    digest: str = "",
    version: str = "",
    size: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The value of an ``artefact`` property: file, digest, tags, index, build, size; no empty ones.

    ``build`` is the local version of the release, else the build tag of the wheel.
    """
    file = file or (file_name(address) if address else "")
    wheel = wheel_of(file) if file.endswith(".whl") else None
    value: dict[str, Any] = {
        "file": file,
        "digest": digest,
        "tags": list(wheel.tags) if wheel else [],
        "index": channel_of(address, wheel.name if wheel else ""),
        "build": local_version(version) or (wheel.build if wheel else ""),
        "size": size,
        **more,
    }
    return {name: part for name, part in value.items() if part not in ("", None, [], False)}
