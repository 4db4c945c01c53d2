"""A Python interpreter and its folders: asked for its marker environment, or read from its venv."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lineage.errors import EnvironmentUnreadableError
from lineage.ingest.python.environment import VARIABLES

SECONDS = 60
_CONFIG = "pyvenv.cfg"
_CONFIG_LIMIT = 65536
# Isolated (-I): neither the working folder nor variables nor the user's own packages count.
_ASK = """
import json, os, platform, sys
v = sys.implementation.version
number = "%d.%d.%d" % (v.major, v.minor, v.micro)
if v.releaselevel != "final":
    number += v.releaselevel[0] + str(v.serial)
print()
print(json.dumps({"prefix": sys.prefix, "path": sys.path, "markers": {
    "implementation_name": sys.implementation.name, "implementation_version": number,
    "os_name": os.name, "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(), "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": platform.python_version(),
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": sys.platform}}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An environment: a name for people, its root, its folders in order, its markers (PEP 508).

    ``markers`` lacks what nobody could say (an environment whose interpreter does not run here).
    """

    name: str
    prefix: Path
    path: tuple[Path, ...]
    markers: Mapping[str, str]


def interpreter_of(place: Path | None) -> Interpreter:
    """The interpreter at ``place``: an executable, a virtual environment, None for this one.

    Raises EnvironmentUnreadableError (place, reason) where there is none, or it does not answer.
    """
    if place is None:
        if not sys.executable:
            raise EnvironmentUnreadableError(place="this program", reason="has no interpreter")
        return _asked(Path(sys.executable))
    if place.is_dir():
        for inside in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
            if os.access(place / inside, os.X_OK):
                try:
                    return _asked(place / inside)
                except EnvironmentUnreadableError:
                    if not (place / _CONFIG).is_file():
                        raise
        return _configured(place)
    if not place.is_file():
        raise EnvironmentUnreadableError(place=str(place), reason="is not there")
    return _asked(place)


def _asked(executable: Path) -> Interpreter:
    """What the interpreter says of itself; a link is not followed, it is the environment."""
    place = str(executable)
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter that somebody named
            [os.path.abspath(executable), "-I", "-c", _ASK],  # noqa: PTH100
            capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        reason = f"does not answer within {SECONDS} seconds"
        raise EnvironmentUnreadableError(place=place, reason=reason) from None
    except OSError as error:
        reason = f"does not start: {error.strerror}"
        raise EnvironmentUnreadableError(place=place, reason=reason) from None
    try:
        # Start-up files of the environment may print, too.
        said = json.loads(done.stdout.decode("utf-8", "replace").strip().splitlines()[-1])
        prefix = Path(said["prefix"])
        return Interpreter(
            name=_name(prefix),
            prefix=prefix,
            path=tuple(Path(one) for one in said["path"] if one),
            markers={name: str(said["markers"][name]) for name in VARIABLES},
        )
    except (ValueError, LookupError, TypeError):
        reason = "is no Python interpreter, or a broken one"
        raise EnvironmentUnreadableError(place=place, reason=reason) from None


def _configured(folder: Path) -> Interpreter:
    """A virtual environment whose interpreter does not run here, by its own files."""
    config = _config(folder)
    if not config:
        reason = f"is no virtual environment: no {_CONFIG}, no interpreter"
        raise EnvironmentUnreadableError(place=str(folder), reason=reason)
    version = (config.get("version_info") or config.get("version") or "").split(".")
    numbers = [part for part in version[:3] if part.isdigit()]
    markers = {}
    if len(numbers) >= 2:
        markers["python_version"] = ".".join(numbers[:2])
    if len(numbers) == 3:
        markers["python_full_version"] = ".".join(numbers)
    if config.get("implementation"):
        markers["platform_python_implementation"] = config["implementation"]
        markers["implementation_name"] = config["implementation"].lower()
    folders = [*sorted(folder.glob("lib*/python*/site-packages")), folder / "Lib/site-packages"]
    found = tuple(dict.fromkeys(one.resolve() for one in folders if one.is_dir()))
    if not found:
        reason = "has no folder site-packages"
        raise EnvironmentUnreadableError(place=str(folder), reason=reason)
    return Interpreter(name=_name(folder), prefix=folder, path=found, markers=markers)


def _config(folder: Path) -> dict[str, str]:
    try:
        with (folder / _CONFIG).open("rb") as file:
            text = file.read(_CONFIG_LIMIT).decode("utf-8", "replace")
    except OSError:
        return {}
    lines = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip().lower(): value.strip().strip("'\"") for name, _, value in lines}


def _name(folder: Path) -> str:
    """What people call it: its prompt, else its folder (of a hidden one the folder around it)."""
    prompt = _config(folder).get("prompt", "")
    if prompt and prompt != ".":
        return prompt
    name = folder.resolve().name
    return folder.resolve().parent.name if name.startswith(".") else name
