"""Wheels made at test time: a zip archive with metadata and whatever files a test wants in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence


def metadata(name: str, version: str, *lines: str) -> bytes:
    """METADATA; ``lines`` are further fields."""
    head = ("Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines)
    return ("\n".join(head) + "\n\nWhat it is.\n").encode()


def wheel(
    name: str = "lamp",
    version: str = "1.0",
    *,
    lines: Sequence[str] = (),
    tags: Sequence[str] = ("cp312-cp312-manylinux_2_28_x86_64",),
    files: Mapping[str, bytes] | None = None,
    build: str = "",
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The bytes of a wheel, the same for the same arguments."""
    info = f"{name}-{version}.dist-info"
    stated = ["Wheel-Version: 1.0", "Generator: hand (1.0)", "Root-Is-Purelib: false"]
    stated += [f"Tag: {tag}" for tag in tags] + ([f"Build: {build}"] if build else [])
    inside = {
        f"{name}/__init__.py": b"",
        **(files or {}),
        f"{info}/METADATA": metadata(name, version, *lines),
        f"{info}/WHEEL": ("\n".join(stated) + "\n").encode(),
        f"{info}/RECORD": b"",
    }
    return archive(inside, compression=compression)


def archive(inside: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive without times."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as out:
        for path, content in inside.items():
            out.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, compression)
    return target.getvalue()
