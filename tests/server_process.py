"""`lineage serve` in a process of its own, that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def served(db: str, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server over a database, and its process; it is ended with the block."""
    variables = {f"LINEAGE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", "--db", db]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "serving http://" in line, line + process.stderr.read()
        try:
            yield line.split()[1].rstrip("/"), process
        finally:
            process.terminate()
            process.communicate(timeout=60)
