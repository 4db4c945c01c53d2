"""The terminal: ``lineage``. Nothing but data goes to stdout."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code (0 ok, 1 error, 2 usage, 3 threshold met)."""
    from api.cli.program import run

    run()
