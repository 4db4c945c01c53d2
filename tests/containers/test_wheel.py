"""The wheel is whole: the entry points run from it, as a user that owns nothing but its folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UID = 10001
COPIED = (
    "pyproject.toml", "README.md", "LICENSE", "lineage", "queries", "api", "migrations",
)  # fmt: skip
"""What the Dockerfile copies."""


def _open_to_all(path: Path) -> bool:
    """Whether another user can come to a path."""
    return all(one.stat().st_mode & 0o001 for one in path.parents)


# Root may become the container's user, where that user can come to the interpreter at all.
CHANGES = os.geteuid() == 0 and all(
    _open_to_all(path)
    for path in (Path(sys.executable), Path(sys.executable).resolve(), Path(sys.prefix) / "lib")
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, unpacked where nothing of the sources can be seen."""
    folder = tmp_path_factory.mktemp("wheel")
    folder.chmod(0o755)
    source = folder / "src"
    source.mkdir()
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder)]
    done = subprocess.run(
        [sys.executable, *words, str(source)], capture_output=True, text=True, check=False
    )
    if "No matching distribution" in done.stderr:
        pytest.skip("needs a package index: building a wheel fetches its build backend")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def call(site, home, module, *words, **more):
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(site),
        "PYTHONDONTWRITEBYTECODE": "1", "LINEAGE_DB": f"sqlite:///{home}/l.db",
    } | more.pop("environment", {})  # fmt: skip
    who = {"user": UID, "group": UID, "extra_groups": []} if CHANGES else {}
    code = f"import sys; sys.argv[0] = 'lineage'; from {module} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=home, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **who, **more,
    )  # fmt: skip


@pytest.mark.long
def test_the_entry_points_run_from_the_wheel_as_the_container_runs_them(installed, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for parent in (*list(tmp_path.parents)[:3], tmp_path):
        parent.chmod(parent.stat().st_mode | 0o055)
    if CHANGES:
        os.chown(home, UID, UID)
    init = call(installed, home, "api.cli", "init")
    out, _ = init.communicate(timeout=120)
    assert init.returncode == 0, out
    assert "knowledge pack of" in out
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = call(installed, home, "api.cli", "serve", "--port", str(port))
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            alive = call(installed, home, "api.alive", environment={"LINEAGE_PORT": str(port)})
            alive.communicate(timeout=30)
            if alive.returncode == 0:
                break
            assert serve.poll() is None, serve.stdout.read()
            time.sleep(0.3)
        assert alive.returncode == 0
    finally:
        serve.terminate()
        serve.communicate(timeout=30)
    dead = call(installed, home, "api.alive", environment={"LINEAGE_PORT": str(port)})
    out, _ = dead.communicate(timeout=30)
    assert dead.returncode == 1
    assert "no answer on port" in out
