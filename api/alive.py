"""``lineage-alive``: whether the server of this machine answers, for health checks."""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

_SECONDS = 2


def main() -> None:
    """Exit with 0 where /healthz answers, else with 1 and a line that says why."""
    port = os.environ.get("LINEAGE_PORT", "8000")
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=_SECONDS):
            return
    except (URLError, OSError, ValueError) as error:
        sys.stderr.write(f"no answer on port {port}: {error}\n")
        raise SystemExit(1) from None
