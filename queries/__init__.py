"""The questions people ask: one file each.

>>> import lineage, queries                                             # doctest: +SKIP
>>> from queries.impact import Impact                                   # doctest: +SKIP
>>> with lineage.open("lineage.sqlite") as handle:                      # doctest: +SKIP
...     queries.ask(handle, Impact(key="service:acme/chat")).headline
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from lineage.opening import Opened
    from queries.question import Question


def ask(handle: Opened, question: Question) -> Any:
    """The answer to a question: an instance of the question's own ``Answer`` type.

    A question that names no revision is asked at the newest one, of the handle's tenant. Raises
    what the question raises, and TypeError for something that is no question.
    """
    from queries.asking import ask_opened

    return ask_opened(handle, question)


def narrow(
    handle: Opened, answer: Any, *, where: Any = None, order_by: tuple[str, ...] = ()
) -> Any:
    """The answer with the rows that pass, in order; all else in it stays as it was.

    ``where`` and ``order_by`` are those of every list. Raises WhereInvalidError, and TypeError for
    an answer whose rows cannot be narrowed.
    """
    from queries.asking import handle_of
    from queries.narrowed import Sifting, narrowed

    at = handle.at(as_of=answer.revision, scope=answer.scope, stream=answer.stream)
    sifting = Sifting(where=where, order_by=order_by)
    return narrowed(answer, sifting, at, handle_of(handle))


def to_pandas(answer: Any, field: str | None = None) -> pd.DataFrame:
    """The rows of an answer as a table of pandas, a column for each field of a row.

    ``field`` names the list; without it it is the one that CSV holds. What is nested stays as plain
    lists and dicts. Raises ModuleNotFoundError where pandas is not installed, ValueError for a
    field that is no list of rows.
    """
    from queries.frame import frame

    return frame(answer, field)
