"""What is installed in the folders of an environment, as tables for its document.

Sources: the packaging specifications "Recording installed projects" (METADATA, RECORD, INSTALLER,
REQUESTED, WHEEL), "Direct URL origin" (PEP 610) and PEP 710 (provenance_url.json).
"""

from __future__ import annotations

import csv
import io
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from lineage.errors import KeyMalformedError
from lineage.ingest.python.address import file_name, without_credentials
from lineage.ingest.python.core_metadata import SIZE_LIMIT, metadata_table, wheel_table
from lineage.ingest.python.inspection import TEXT, Inspection
from lineage.ingest.python.name import canonical
from lineage.ingest.sources.interpreter import Interpreter

SECONDS = 600.0
# Installers that leave REQUESTED where somebody asked by name; the silence of others says nothing.
_TELLING = ("pip", "uv")
_RECORD_LIMIT = 64 * 1024**2
_SHORT = 4096
_LISTED = 100


def installed(interpreter: Interpreter, *, seconds: float = SECONDS) -> Iterator[dict[str, Any]]:
    """One table for each distribution, in order of name; of several, the one that is imported.

    Fields: ``metadata`` (JSON form, PEP 566), ``requested`` (absent: not said), ``installer``,
    ``direct_url``, ``provenance_url``, ``wheel`` (tags, build), ``evidence``
    (``lineage.ingest.python.inspection``), ``unreadable`` (list of {path, reason}) and ``legacy``
    (true: an egg, whose lines are elsewhere).
    """
    deadline = time.monotonic() + seconds
    for _, folder in sorted(_folders(interpreter).items()):
        yield _table(folder, interpreter.prefix.resolve(), deadline)


def _folders(interpreter: Interpreter) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for place in interpreter.path:
        if not place.is_dir():
            continue
        here = [*place.glob("*.dist-info"), *place.glob("*.egg-info")]
        for folder in sorted(here, key=lambda one: one.name):
            name = folder.name.rpartition(".")[0].partition("-")[0]
            try:
                found.setdefault(canonical(name), folder)
            except KeyMalformedError:
                found.setdefault(folder.name, folder)
    return found


def _table(folder: Path, prefix: Path, deadline: float) -> dict[str, Any]:
    egg = folder.suffix == ".egg-info"
    unreadable: list[dict[str, str]] = []
    place = folder if folder.is_file() else folder / ("PKG-INFO" if egg else "METADATA")
    table: dict[str, Any] = {"metadata": {}}
    try:
        table["metadata"] = metadata_table(_bytes(place, SIZE_LIMIT))
    except (OSError, ValueError) as error:
        unreadable.append({"path": f"{folder.name}/{place.name}", "reason": _reason(error)})
    if egg:
        table["legacy"] = True
    else:
        table |= _stated(folder, unreadable)
        if not _editable(table):
            table |= _inspected(folder, prefix, deadline, unreadable)
    if unreadable:
        more = len(unreadable) - _LISTED
        rest = [{"path": "$", "reason": f"and {more} files more that could not be read"}]
        table["unreadable"] = unreadable[:_LISTED] + (rest if more > 0 else [])
    return table


def _stated(folder: Path, unreadable: list[dict[str, str]]) -> Iterator[tuple[str, Any]]:
    """What the installer wrote down."""
    installer = _text(folder / "INSTALLER")
    if installer:
        yield "installer", installer
    if (folder / "REQUESTED").is_file():
        yield "requested", True
    elif installer in _TELLING:
        yield "requested", False
    if (folder / "WHEEL").is_file():
        try:
            yield "wheel", wheel_table(_bytes(folder / "WHEEL", SIZE_LIMIT))
        except (OSError, ValueError) as error:
            unreadable.append({"path": f"{folder.name}/WHEEL", "reason": _reason(error)})
    for name in ("direct_url", "provenance_url"):
        file = folder / f"{name}.json"
        if file.is_file():
            try:
                yield name, _origin(orjson.loads(_bytes(file, SIZE_LIMIT)))
            except (OSError, ValueError) as error:
                unreadable.append({"path": f"{folder.name}/{file.name}", "reason": _reason(error)})


def _editable(table: Mapping[str, Any]) -> bool:
    """Whether its files are elsewhere, where RECORD does not look."""
    folder = table.get("direct_url", {}).get("dir_info")
    return isinstance(folder, Mapping) and folder.get("editable") is True


def _origin(stated: Any) -> dict[str, Any]:
    """The origin without credentials, and without folders of this machine."""
    if not isinstance(stated, Mapping) or not isinstance(stated.get("url"), str):
        raise ValueError("names no url")
    url = stated["url"]
    if url.lower().startswith("file:"):
        url = "file:///" + ("" if "dir_info" in stated else file_name(url))
    kept = {n: stated[n] for n in ("archive_info", "vcs_info", "dir_info") if n in stated}
    return {**kept, "url": without_credentials(url)}


def _inspected(
    folder: Path, prefix: Path, deadline: float, unreadable: list[dict[str, str]]
) -> Iterator[tuple[str, Any]]:
    """The evidence of the files that RECORD lists; nothing where there is no RECORD."""
    try:
        text = _bytes(folder / "RECORD", _RECORD_LIMIT).decode("utf-8", "replace")
        names = [row[0] for row in csv.reader(io.StringIO(text)) if row]
    except FileNotFoundError:
        return
    except (OSError, ValueError, csv.Error) as error:
        unreadable.append({"path": f"{folder.name}/RECORD", "reason": _reason(error)})
        return
    inspection = Inspection()
    for name in sorted(set(names)):
        if name.lower().endswith(TEXT) or name.endswith(".pyc"):
            continue
        if time.monotonic() > deadline:
            inspection.partial = True
            break
        _look(folder.parent, name, prefix, inspection, deadline)
    yield "evidence", inspection.facts()
    unreadable += [{"path": bad.path, "reason": bad.reason} for bad in inspection.quarantined]


def _look(base: Path, name: str, prefix: Path, inspection: Inspection, deadline: float) -> None:
    """One file that RECORD lists, if it is a regular one inside the environment."""
    try:
        file = (base / name).resolve()
        inside = file.is_relative_to(prefix) or file.is_relative_to(base.resolve())
        if not inside or not stat.S_ISREG(file.stat().st_mode):
            return
        with file.open("rb") as opened:
            inspection.look(str(PurePosixPath(name)), opened, deadline=deadline)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        inspection.set_aside(name, _reason(error))


def _bytes(file: Path, limit: int) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):
        raise ValueError("is no regular file")
    with file.open("rb") as opened:
        content = opened.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"has more than the {limit} bytes that are read")
    return content


def _text(file: Path) -> str:
    try:
        return _bytes(file, _SHORT).decode("utf-8", "replace").strip()
    except (OSError, ValueError):
        return ""


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
