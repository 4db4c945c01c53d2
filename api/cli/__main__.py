"""``python -m api.cli``: the same as ``lineage``."""

from api.cli import main

main()
