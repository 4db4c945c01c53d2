"""A writer in a process of its own: overlapping documents, as fast as they go, for some seconds.

``python -m tests.record.storm URL SEED SECONDS`` prints a line for every receipt: revision, digest,
whether it was no news.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

import orjson

from lineage.record.store import Record
from lineage.record.submission import Submission
from tests.record.estates import submission

_SLOTS, _PACKAGES, _MEMBERS = 12, 900, 120


def documents(seed: int) -> Iterator[Submission]:
    """Documents of a dozen services that share their packages; other writers send the same ones."""
    chance = random.Random(seed)
    while True:
        name = f"service{chance.randrange(_SLOTS)}"
        members = chance.sample(range(_PACKAGES), chance.randrange(3, _MEMBERS))
        yield submission(name, {number: chance.randrange(3) for number in members})


def again(content: bytes, **said: object) -> Submission:
    """The document of these bytes."""
    name, versions = orjson.loads(content)
    return submission(name, dict(versions), **said)


def main(url: str, seed: int, seconds: float) -> None:
    """Write until the time is over; whatever goes wrong ends the process with a trace."""
    with Record.open(url) as record:
        deadline = time.monotonic() + seconds
        for sent in documents(seed):
            if time.monotonic() >= deadline:
                break
            receipt = record.append(sent)
            sys.stdout.write(f"{receipt.revision} {receipt.digest} {int(receipt.unchanged)}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
