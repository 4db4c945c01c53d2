"""Whether services come from Docker, and what happens where there is none at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from typing import NoReturn

import pytest


@cache
def docker_answers() -> bool:
    """Whether a Docker engine can be used, or has to be (LINEAGE_TEST_SERVICES=docker)."""
    if os.environ.get("LINEAGE_TEST_SERVICES") == "docker":
        return True
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def missing(reason: str) -> NoReturn:
    """Skip; in CI nothing may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
