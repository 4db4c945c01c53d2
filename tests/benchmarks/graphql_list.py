"""What a GraphQL list of 100 and of 1,000 components takes over HTTP, beside the executor alone.

Eight fields a row, on loopback, with one connection that stays open. Next to each figure stands
what graphql-core alone takes for as many rows of as many plain attributes in the same minute: that
is the floor, and the ratio is what does not depend on the machine.
"""

from __future__ import annotations

import gc
import http.client
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import orjson
from graphql import build_schema, execute_sync, parse

from lineage.model.document import Upload
from tests.cli.serving import serving
from tests.houses import open_at

FIELDS = ("id", "key", "kind", "name", "version", "licence", "owner", "heldBy")
QUERY = (
    f"query($n: Int) {{ components(first: $n) {{ totalCount nodes {{ {' '.join(FIELDS)} }} }} }}"
)
PLAIN = """
type Query { totalCount: Int!, nodes: [Component!]! }
interface Component {
  id: ID!, key: String!, kind: Kind!, name: String!, version: String, licence: String,
  owner: String, heldBy: Int!
}
type Row implements Component {
  id: ID!, key: String!, kind: Kind!, name: String!, version: String, licence: String,
  owner: String, heldBy: Int!
}
enum Kind { FRAMEWORK }
"""


def filled(file: Path, count: int) -> None:
    """A database with one service that has so many packages."""
    pinned = "".join(f"package-{at:05d}==1.{at % 7}\n" for at in range(count))
    house = open_at(file, create=True)
    content = orjson.dumps(
        {
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "metadata": {"component": {
                "type": "application", "name": "shop", "version": "1", "bom-ref": "shop",
            }},
            "components": [
                {
                    "type": "library", "name": line.partition("==")[0],
                    "version": line.partition("==")[2],
                    "purl": f"pkg:pypi/{line.replace('==', '@')}",
                    "licenses": [{"license": {"id": "MIT"}}],
                }
                for line in pinned.splitlines()
            ],
        }
    )  # fmt: skip
    house.receive(Upload(content=content, name="shop.cdx.json"))
    house.record.close()


def floor(count: int) -> Callable[[], Any]:
    """What answers the same question of plain objects: graphql-core, and JSON."""
    schema = build_schema(PLAIN)
    schema.type_map["Component"].resolve_type = lambda *_: "Row"  # type: ignore[union-attr]
    rows = [
        SimpleNamespace(
            id=f"id-{at}", key=f"pkg:pypi/package-{at}@1.0", kind="FRAMEWORK",
            name=f"package-{at}", version="1.0", licence="MIT", owner=None, heldBy=1,
        )
        for at in range(count)
    ]  # fmt: skip
    root = SimpleNamespace(totalCount=count, nodes=rows)
    document = parse(f"{{ totalCount nodes {{ {' '.join(FIELDS)} }} }}")
    return lambda: orjson.dumps(execute_sync(schema, document, root).data)


def over_http(address: str, count: int) -> Callable[[], Any]:
    """What asks the server for so many rows; AssertionError where it answers fewer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    body = orjson.dumps({"query": QUERY, "variables": {"n": count}})

    def ask() -> Any:
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        return connection.getresponse().read()

    found = orjson.loads(ask())
    assert len(found["data"]["components"]["nodes"]) == count, found
    return ask


def times(*works: Callable[[], Any], rounds: int) -> list[list[float]]:
    """Milliseconds of each, in turn, so that a busy minute is everybody's."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, own in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            own.append((time.perf_counter() - start) * 1000)
    return taken


def main(rounds: int = 40) -> int:
    """Print the median and the best of each; exit code 0."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lineage.db"
        filled(file, 1_200)
        with serving(file) as address:
            for count in (100, 1_000):
                ask, alone = over_http(address, count), floor(count)
                gc.collect()
                gc.freeze()
                ours, theirs = times(ask, alone, rounds=rounds)
                median, least = statistics.median(ours), statistics.median(theirs)
                print(
                    f"{count:5,} rows of {len(FIELDS)} fields over HTTP: p50 {median:5.1f} ms, best"
                    f" {min(ours):5.1f}; graphql-core alone p50 {least:5.1f}, best"
                    f" {min(theirs):5.1f}; ratio {median / least:.2f}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
