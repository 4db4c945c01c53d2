"""Virtual environments made at test time: folders with records of what is installed in them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.wheels import metadata


def venv(folder: Path, *, runnable: bool = False, prompt: str = "") -> Path:
    """An empty environment; its interpreter is a link to this one, where it is to run."""
    number = f"{sys.version_info.major}.{sys.version_info.minor}" if runnable else "3.12"
    packages = folder / "lib" / f"python{number}" / "site-packages"
    packages.mkdir(parents=True)
    base = Path(sys.base_prefix) / "bin"
    config = [f"home = {base}", "implementation = CPython", "version_info = 3.12.4.final.0"]
    config += ["include-system-site-packages = false"]
    config += [f"prompt = {prompt}"] if prompt else []
    (folder / "pyvenv.cfg").write_text("\n".join(config) + "\n")
    if runnable:
        (folder / "bin").mkdir()
        (folder / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    return packages


def install(
    packages: Path,
    name: str,
    version: str,
    *,
    lines: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    tag: str = "py3-none-any",
    requested: bool = False,
    installer: str = "pip",
    record: Sequence[str] = (),
    stated: Mapping[str, bytes] | None = None,
) -> Path:
    """A distribution with its files; ``record`` are further lines of RECORD, ``stated`` files of
    its .dist-info folder. Gives that folder.
    """
    info = packages / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_bytes(metadata(name, version, *lines))
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: hand\nTag: {tag}\n")
    (info / "INSTALLER").write_text(f"{installer}\n")
    if requested:
        (info / "REQUESTED").write_bytes(b"")
    for path, content in (files or {}).items():
        file = packages / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for path, content in (stated or {}).items():
        (info / path).write_bytes(content)
    rows = [f"{path},," for path in (*(files or {}), f"{info.name}/METADATA", *record)]
    (info / "RECORD").write_text("\n".join(rows) + "\n")
    return info
