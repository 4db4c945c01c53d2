"""Whether services come from Docker, and what happens where there is none at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, NoReturn, TypeVar

import pytest

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

Server = TypeVar("Server", bound="DockerContainer")


@cache
def docker_answers() -> bool:
    """Whether a Docker engine can be used, or has to be (LINEAGE_TEST_SERVICES=docker)."""
    if os.environ.get("LINEAGE_TEST_SERVICES") == "docker":
        return True
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


@contextmanager
def started(make: Callable[[str], Server], image: str) -> Iterator[Server]:
    """A container of that image while it runs; a failure that says in a line why there is none."""
    from docker.errors import DockerException

    with ExitStack() as ending:
        try:
            server = ending.enter_context(make(image))
        except (DockerException, OSError) as error:
            reason = f"no container of {image}: {error}"
            raise pytest.fail.Exception(reason, pytrace=False) from None
        yield server


def missing(reason: str) -> NoReturn:
    """Skip; in CI nothing may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
