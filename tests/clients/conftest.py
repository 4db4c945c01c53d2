"""Clients of other people, from their registry, and a server of ours that they talk to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.houses import copy_of, make_template
from tests.server_process import served

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = ROOT / ".tools" / "clients"
_PINNED = ("package.json", "package-lock.json", ".npmrc")
Run = Callable[..., str]


@pytest.fixture(scope="session")
def clients() -> Path:
    """A folder with the clients installed exactly as the lock file says, kept between runs."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm: these clients are JavaScript packages")
    TOOLS.mkdir(parents=True, exist_ok=True)
    wanted = b"".join((HERE / name).read_bytes() for name in _PINNED)
    mark = TOOLS / "installed"
    if not mark.exists() or mark.read_bytes() != wanted:
        for name in _PINNED:
            shutil.copy(HERE / name, TOOLS / name)
        subprocess.run(["npm", "ci"], cwd=TOOLS, check=True, capture_output=True, timeout=500)
        mark.write_bytes(wanted)
    return TOOLS


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the demo estate, as `lineage serve` starts it."""
    folder = tmp_path_factory.mktemp("served")
    file = copy_of(make_template(tmp_path_factory.mktemp("template")), folder)
    with served(str(file)) as (url, _):
        yield url


@pytest.fixture
def run(clients: Path, server: str, tmp_path: Path) -> Run:
    """Run one of the scripts beside this file, in a folder of its own; what it printed."""

    def start(script: str, *arguments: str) -> str:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        (work / "node_modules").unlink(missing_ok=True)
        (work / "node_modules").symlink_to(clients / "node_modules")
        (work / "package.json").write_text('{"type": "module"}')
        shutil.copy(HERE / script, work / script)
        done = subprocess.run(
            ["node", script, f"{server}/graphql", *arguments], cwd=work, check=False,
            capture_output=True, text=True, timeout=550,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    return start
