"""A command run twice: through a server, and on a database like that of the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from tests.cli.serving import serving
from tests.houses import copy_of

Both = Callable[..., tuple[Result, Result]]
CHAT = "service:demo/chat@1.2"
ADMINISTRATION = [
    ["init"], ["db", "upgrade"], ["db", "current"], ["db", "check"], ["doctor"], ["reread"],
    ["serve", "--port", "0"], ["knowledge", "list"], ["knowledge", "learn", "x.json"],
    ["token", "list"], ["tenant", "list"], ["inbox", "list"], ["hook", "list"], ["stream", "list"],
]  # fmt: skip
"""Commands that work on the database itself."""


@contextmanager
def two_ways(template: Path, folder: Path, schema: Any, **more: object) -> Iterator[Both]:
    """Run a command both ways: through a server, and on a database like that of the server."""
    other = folder / "other"
    other.mkdir()
    there, here = copy_of(template, folder), copy_of(template, other)
    with serving(there, schema, at_least_wait=0.2, **more) as url:
        yield lambda *words: (
            run(*words, "--url", url), run(*words, "--db", f"sqlite:///{here}"),
        )  # fmt: skip


def run(*words: str) -> Result:
    """A command, in this process."""
    from api.cli.program import app

    return CliRunner().invoke(app, [str(word) for word in words])


def masked(text: str) -> str:
    """What is written, without what differs from one database to another."""
    text = re.sub(r'"(id|chain|at)": "[^"]*"', r'"\1": "-"', text)
    text = re.sub(r'""(id|chain|at)"":""[^"]*""', r'""\1"":""-""', text)
    return re.sub(r'"(id|chain|at)":"[^"]*"', r'"\1":"-"', text)
