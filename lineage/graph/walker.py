"""The port of a walker: integers in, integers out. It knows nothing of keys or assemblies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Taken(Protocol):
    """Codes of edges by position; a walker far away fetches them when they are looked at."""

    def __getitem__(self, position: int, /) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What was visited, in order of depth: parallel arrays.

    ``edge`` is the packed code of the edge taken last (-1 at a start), ``parent`` the position in
    these arrays of the node it came from (-1 at a start).
    """

    node: Ints
    depth: Ints
    edge: Ints | Taken
    parent: Ints
    truncated: bool


class Walker(Protocol):
    """Breadth-first over packed edges; codes below ``free`` cost nothing."""

    def walk(
        self,
        starts: Ints,
        *,
        upstream: bool,
        allowed: npt.NDArray[np.bool_],
        depth: int | None,
        budget: int | None,
        ahead: Ints | None = None,
    ) -> Steps:
        """Everything reachable over allowed edge codes, each node at its smallest depth.

        ``ahead`` is the depth at which each start joins the walk (None: all at 0); a start that
        would join beyond ``depth`` does not. After more than ``budget`` nodes the walk ends with
        the depth that it is in, and says so.
        """
        ...


class Neighbours(Protocol):
    """One hop from a node, looked up node by node."""

    def expect(self, nodes: Ints, *, upstream: bool) -> None:
        """These will be asked for: one far away fetches them together."""
        ...

    def near(self, node: int, *, upstream: bool) -> tuple[Ints, Ints]:
        """Ends and codes of the edges at one node, sorted."""
        ...
