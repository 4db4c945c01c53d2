"""`make bench`: every benchmark of this folder, one after another, at a size for a small machine.

A benchmark is a module here with a ``main``; each runs in a process of its own, so that neither
memory nor warm caches of one flatter the next. Name some to run only these.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
SMALL = {
    "catalogue": ["200000", "20000"],
    "ingest": ["400"],
    "month": ["40", "3", "30"],
    "paging": ["20000", "200"],
    "walk": ["50000", "450000"],
}


def benchmarks() -> dict[str, str]:
    """Module names in order, with the first line of what each says of itself."""
    found = {}
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text())
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "main" in names:
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(wanted: list[str]) -> int:
    """Run them; the exit code is 1 if one failed, 2 for a name that is none."""
    known = benchmarks()
    strange = [name for name in wanted if name not in known]
    if strange:
        sys.stderr.write(f"no benchmark: {', '.join(strange)}; there are {', '.join(known)}\n")
        return 2
    failed = 0
    for name in wanted or known:
        sys.stdout.write(f"\n== {name}: {known[name]}\n\n")
        sys.stdout.flush()
        start = time.monotonic()
        call = [sys.executable, "-m", f"tests.benchmarks.{name}", *SMALL.get(name, [])]
        failed += subprocess.run(call, cwd=FOLDER.parents[1], check=False).returncode != 0
        sys.stdout.write(f"\n({time.monotonic() - start:.0f} s)\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
