"""``python -m api.demo.load``: the demo estate into the database of the settings."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from api.demo.__main__ import SESSION, prepare, spread

_LOADS = ("ingest", "set")


def main() -> int:
    """Run what brings something in; the exit code of the first failure."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "demo"
        prepare(folder)
        for _, command in SESSION:
            words = [name for word in shlex.split(command) for name in spread(word, folder)]
            if words[1] not in _LOADS:
                continue
            call = [sys.executable, "-m", "api.cli", *words[1:]]
            paths = [str(Path.cwd()), *filter(None, [os.environ.get("PYTHONPATH")])]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
            code = subprocess.run(call, cwd=folder, env=environment, check=False).returncode  # noqa: S603
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
