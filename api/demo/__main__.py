"""`make demo`: from nothing to a served answer, in the words a person would type.

The estate is copied into ``.demo/estate``, the database is ``.demo/lineage.sqlite``; a second run
starts anew. Every command is printed before it runs, so that it can be typed again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

FOLDER = Path(".demo")
SESSION: tuple[tuple[str, str], ...] = (
    ("An empty database; names without a namespace are ours.", "lineage init --namespace demo"),
    ("The host fleet, as bills of materials.", "lineage ingest estate/hosts"),
    (
        "What is installed in the image of the chat service, from pip's own report.",
        "lineage ingest estate/chat-api.pip.json --subject container:demo/chat-api@1.2",
    ),
    (
        "The chat service: its model, the model's ancestors and data, its host.",
        "lineage ingest estate/chat.cdx.json --subject service:demo/chat@1.2",
    ),
    (
        "Two more services, each with the environment it resolved.",
        "lineage ingest estate/search.* --subject service:demo/search@4.0",
    ),
    (
        "",
        "lineage ingest estate/vision.* --subject service:demo/vision@0.7",
    ),
    ("Somebody answers for the chat service.", "lineage set service:demo/chat owner='Chat team'"),
    ("What breaks if CUDA 12 is upgraded to 13?",
     "lineage impact capability:cuda --from 12 --to 13"),
    ("As people ask it, for the newest known line, by service and owner.",
     'lineage impact "CUDA 12" --portfolio'),
    ("Where does the served model come from?",
     "lineage provenance pkg:huggingface/demo/chat-7b-awq"),
)  # fmt: skip
QUERY = """{
  impact(key: "capability:cuda", from: "12", to: "13") {
    ... on ImpactAnswer {
      headline
      affected(first: 5) { edges { node { key verdict reason assembly } } }
    }
  }
}"""


def main(arguments: Sequence[str]) -> int:
    """Run the session; with ``--no-serve`` stop after it. Returns the exit code."""
    prepare(FOLDER)
    for words, command in SESSION:
        if words:
            _say(f"\n# {words}")
        _say(f"$ {command}")
        code = run(command, FOLDER)
        if code:
            _say(f"demo: `{command}` ended with exit code {code}")
            return code
    _say("\n# The same in GraphQL; paste it at http://127.0.0.1:8000/graphql")
    _say(QUERY)
    if "--no-serve" in arguments:
        _say("\n# `make demo` without SERVE=0 serves it now.")
        return 0
    _say("\n$ lineage serve")
    return run("lineage serve", FOLDER)


def prepare(folder: Path) -> None:
    """A fresh folder with a copy of the estate and no database."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with as_file(files("api.demo").joinpath("estate")) as estate:
        shutil.copytree(estate, folder / "estate")


def run(command: str, folder: Path, *, quiet: bool = False) -> int:
    """Run one `lineage` command in the folder, on the folder's database."""
    program, *words = (name for word in shlex.split(command) for name in spread(word, folder))
    environment = {**os.environ, "LINEAGE_DB": "sqlite:///lineage.sqlite"}
    call = [sys.executable, "-m", "api.cli", *words] if program == "lineage" else [program, *words]
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(Path.cwd()), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    try:
        return subprocess.run(  # noqa: S603 - the session above, nobody's input
            call,
            cwd=folder,
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL if quiet else None,
        ).returncode
    except KeyboardInterrupt:
        return 0


def spread(word: str, folder: Path) -> list[str]:
    """File names for a pattern, as a shell would give them."""
    if "*" not in word:
        return [word]
    return sorted(str(path.relative_to(folder)) for path in folder.glob(word)) or [word]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
