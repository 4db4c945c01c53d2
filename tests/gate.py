"""`make check`: every gate in one run, the tests last; exits 1 if any of them failed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
WORKERS = ("-n", "auto", "--dist", "worksteal")
"""A process for each core; one that has done its part of the tests takes some of another's."""
STEPS = (
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [BIN / "ruff", "check", "--quiet", "."]),
    ("import law", [BIN / "lint-imports", "--no-cache"]),
    ("types", [BIN / "mypy"]),
    (
        "tests",
        [sys.executable, "-m", "pytest", "-q", "-m", "not long", *WORKERS, *sys.argv[1:]],
    ),
)


def main() -> int:
    """Run all gates, even after a failure, and say which failed."""
    failed = []
    for name, command in STEPS:
        started = time.monotonic()
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        code = subprocess.run([str(part) for part in command], check=False).returncode
        sys.stdout.write(f"== {name}: {'ok' if code == 0 else f'FAILED ({code})'}, ")
        sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
        if code:
            failed.append(name)
    if failed:
        sys.stdout.write(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
