"""Which failures pass by themselves: a database that is away, a lock that is held, a full disk."""

from __future__ import annotations

import sqlalchemy as sa

_PASSING = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.TimeoutError,
    sa.exc.ResourceClosedError,
    OSError,
    MemoryError,
)


def is_passing(error: BaseException) -> bool:
    """Whether it may go well when it is tried again, with nothing changed."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    # The driver's own, where a statement ran on its cursor.
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, _PASSING) or bool(names & {"OperationalError", "InterfaceError"})
