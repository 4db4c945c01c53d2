"""What a page costs from the first to the last, alone and while documents arrive.

A list of so many rows is paged to its end in two orders; beside each run a document is recorded
and the newest revision looked at between two pages. Printed are medians of process time of a page
in each fifth of the list, and what the last fifth takes beside the first: constant means about 1.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

from api.house import House
from lineage.flow import set_property
from queries.components import Components
from tests.benchmarks.graphql_list import filled
from tests.houses import open_at

_PARTS = 5
ORDERS: tuple[tuple[str, ...], ...] = ((), ("owner", "-name"))


def paged(house: House, order: tuple[str, ...], size: int, *, writing: bool) -> list[float]:
    """Milliseconds of each page, of the revision that was the newest when it began."""
    at, place, took, seen = house.at(), None, [], 0
    while True:
        start = time.process_time()
        page = house.ask(Components(at=at, first=size, after=place, order_by=order))
        took.append((time.process_time() - start) * 1000)
        seen += len(page.rows)
        if not page.has_next:
            assert seen == page.total
            return took
        place = page.places[-1]
        if writing:
            key = page.rows[len(took) % len(page.rows)].key
            set_property(house.record, key, "owner", f"team-{len(took)}")
            house.ask(Components(at=house.at(), first=1))


def main(rows: int = 100_000, size: int = 1_000) -> int:
    """Print what pages take; exit code 0."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lineage.db"
        filled(file, rows)
        house = open_at(file)
        house.ask(Components(at=house.at(), first=1, order_by=ORDERS[-1]))
        gc.collect()
        gc.freeze()
        for order in ORDERS:
            for writing in (False, True):
                took = paged(house, order, size, writing=writing)
                step = max(1, len(took) // _PARTS)
                parts = [statistics.median(took[at : at + step])
                         for at in range(0, step * _PARTS, step)]  # fmt: skip
                said = "  ".join(f"{one:5.2f}" for one in parts)
                name = f"{' '.join(order) or 'by key'}{', documents arriving' if writing else ''}"
                print(
                    f"{name:36} {len(took)} pages of {size}: {said} ms"
                    f"  last by first {parts[-1] / parts[0]:4.2f}  worst {max(took):6.1f}"
                )
        house.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
