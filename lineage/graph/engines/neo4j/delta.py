"""What has to be written so that the graph on the server becomes the one of a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph.engines.neo4j.form import Form, Mark, Numbers
from lineage.graph.projection.packing import Ints

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the server has: nodes by range with their ids, and edges between them.

    ``ids`` are in the order of ``names``, range after range; ``down`` and ``up`` are positions in
    it, ``pair`` positions in ``pairs``. Edges may stand there twice.
    """

    names: tuple[tuple[str, ...], ...]
    marks: tuple[Mark, ...]
    ids: Ints = field(repr=False)
    down: Numbers = field(repr=False)
    up: Numbers = field(repr=False)
    pair: Numbers = field(repr=False)
    pairs: tuple[tuple[str, str], ...]


NOTHING = Held(
    names=((), (), (), ()),
    marks=(),
    ids=np.empty(0, dtype=np.int64),
    down=np.empty(0, dtype=np.uint32),
    up=np.empty(0, dtype=np.uint32),
    pair=np.empty(0, dtype=np.uint16),
    pairs=(),
)
"""An empty graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """The steps from what is held to a form.

    ``ids`` has the id of every node of the form, -1 where it has to be made. ``surplus`` are ids
    of nodes that go, with their edges; ``remarked`` numbers of components that show something
    else. ``gone`` are edges that go (down id, up id, position in ``gone_pairs``), ``fresh``
    positions of edges of the form that have to be made.
    """

    form: Form
    ids: Ints = field(repr=False)
    surplus: Ints = field(repr=False)
    remarked: Ints = field(repr=False)
    gone: tuple[Ints, Ints, Numbers] = field(repr=False)
    gone_pairs: tuple[tuple[str, str], ...]
    fresh: Ints = field(repr=False)

    @property
    def rows(self) -> int:
        """How many rows have to be written."""
        made = int((self.ids < 0).sum())
        return made + sum(map(len, (self.surplus, self.remarked, self.gone[0], self.fresh)))


def delta(held: Held, form: Form) -> Delta:
    """The difference between what is held and the form."""
    number = _numbers(held, form)
    ids = np.full(form.projection.nodes, -1, dtype=np.int64)
    kept = number >= 0
    ids[number[kept]] = held.ids[kept]
    known = {pair: code for code, pair in enumerate(form.pairs)}
    codes = np.array([known.get(pair, -1) for pair in held.pairs], dtype=np.int64)
    down, up = number[held.down], number[held.up]
    code = codes[held.pair] if len(held.pair) else np.empty(0, dtype=np.int64)
    # Edges at a node that goes, go with it.
    here = (down >= 0) & (up >= 0)
    found = np.where(here & (code >= 0), _keys(form, down, up, np.maximum(code, 0)), -1)
    present, fresh = _matched(found, _keys(form, form.down, form.up, form.code))
    gone = np.flatnonzero(here & ~present)
    return Delta(
        form=form,
        ids=ids,
        surplus=held.ids[~kept],
        remarked=_remarked(held, form, number),
        gone=(held.ids[held.down[gone]], held.ids[held.up[gone]], held.pair[gone]),
        gone_pairs=held.pairs,
        fresh=np.flatnonzero(fresh),
    )


def held_as(form: Form, ids: Ints) -> Held:
    """A form as it stands on the server, its nodes under these ids."""
    return Held(
        names=form.names,
        marks=form.marks,
        ids=ids,
        down=form.down,
        up=form.up,
        pair=form.code,
        pairs=form.pairs,
    )


def _numbers(held: Held, form: Form) -> Ints:
    """For every held node its number in the form, -1 if it is not there."""
    parts = [
        places(before, names, begin)
        for before, names, begin in zip(held.names, form.names, form.begins[:-1], strict=True)
    ]
    return np.concatenate(parts)


def places(before: Sequence[str], names: Sequence[str], begin: int) -> Ints:
    """The numbers of names that were there before, -1 for one that is gone."""
    # Most stand where they stood: only what is between the same beginning and the same end is
    # looked up.
    shorter = min(len(before), len(names))
    head = next((at for at in range(shorter) if before[at] != names[at]), shorter)
    tail = next(
        (at for at in range(shorter - head) if before[-1 - at] != names[-1 - at]), shorter - head
    )
    stop, end = len(before) - tail, len(names) - tail
    at = {name: begin + place for place, name in enumerate(names[head:end], start=head)}
    middle = np.fromiter((at.get(name, -1) for name in before[head:stop]), np.int64, stop - head)
    return np.concatenate((
        np.arange(begin, begin + head), middle, np.arange(begin + end, begin + len(names)),
    ))  # fmt: skip


def _matched(found: Ints, wanted: Ints) -> tuple[Flags, Flags]:
    """Which of the edges that are found stay, and which of those that are wanted are missing.

    ``wanted`` is sorted, each once. What is found nearly is, which a stable sort makes use of; one
    that is found twice does not stay.
    """
    order = np.argsort(found, kind="stable")
    ranked = found[order]
    again = ranked[1:] == ranked[:-1]
    sound = ranked >= 0
    sound[1:] &= ~again
    sound[:-1] &= ~again
    at = np.searchsorted(wanted, ranked)
    sound &= at < len(wanted)
    sound[sound] = wanted[at[sound]] == ranked[sound]
    present = np.zeros(len(found), dtype=np.bool_)
    present[order] = sound
    missing = np.ones(len(wanted), dtype=np.bool_)
    missing[at[sound]] = False
    return present, missing


def _keys(form: Form, down: Any, up: Any, code: Any) -> Ints:
    nodes, width = form.projection.nodes, len(form.pairs)
    found: Ints = (up.astype(np.int64) * nodes + down) * width + code
    return found


def _remarked(held: Held, form: Form, number: Ints) -> Ints:
    if held.marks is form.marks:
        return np.empty(0, dtype=np.int64)
    return np.array(
        [
            at
            for mark, at in zip(held.marks, number[: len(held.marks)].tolist(), strict=True)
            if at >= 0 and form.marks[at] != mark
        ],
        dtype=np.int64,
    )
