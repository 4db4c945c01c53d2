"""The normaliser: an ordered tuple of pure functions, a Reading in, a Reading out.

Readers say what a document says; what that means for the graph (kinds by ends, direct members,
where a claim holds) is decided here, once for all formats.
"""

from __future__ import annotations

from collections.abc import Callable

from lineage.model.document import Circumstance, Reading
from lineage.normalise.end import kinds_by_ends
from lineage.normalise.legality import legal_edges
from lineage.normalise.membership import direct_members
from lineage.normalise.order import canonical_order
from lineage.normalise.place import hold_where_they_hold
from lineage.normalise.value import typed_values

Step = Callable[[Reading, Circumstance], Reading]

STEPS: tuple[Step, ...] = (
    hold_where_they_hold,
    legal_edges,
    direct_members,
    kinds_by_ends,
    typed_values,
    canonical_order,
)


def normalise(reading: Reading, circumstance: Circumstance) -> Reading:
    """The reading after every step; normalising twice changes nothing.

    What cannot be kept is in ``quarantined`` with its dotted path; nothing is dropped in silence.
    """
    for step in STEPS:
        reading = step(reading, circumstance)
    return reading
