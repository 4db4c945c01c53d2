"""Large documents without the cyclic collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 1_000_000  # bytes


@contextmanager
def undisturbed(size: int) -> Iterator[None]:
    """Without the cyclic collector while a large document grows a heap that has no cycles.

    Its full passes over that heap cost a third of the time of a 12 MB document. Of several that
    are at work at a time the first one switches, for all of them.
    """
    if size < LARGE or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # All that was made counts as young, and the next allocation would look at each of it;
            # so it is set aside as old. A heap that somebody froze has to stay frozen.
            gc.freeze()
            gc.unfreeze()
        gc.enable()
