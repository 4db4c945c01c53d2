"""Lists of an answer that are connections: they go on at the revision of their first page."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, get_args, get_type_hints

import strawberry

from api.graphql.connection import Page, Paging, connection_type, page_of
from api.graphql.context import Context
from api.graphql.cursor import CursorInvalidError, question_digest
from api.graphql.derive import Derivation
from api.graphql.place import Places

_KEPT = 16
_made: OrderedDict[tuple[int, str], tuple[Any, "_Rows"]] = OrderedDict()
_lock = Lock()

# The lists that are paged, and the fields that tell a row of them from every other.
PAGED = {
    "affected": ("verdict", "key", "assembly"),
    "portfolio": ("service", "verdict", "cause"),
}


def paged_fields(answer: type[Any], derivation: Derivation) -> dict[str, Any]:
    """The connection fields of an answer type, by field name; {} where it has none."""
    hints = get_type_hints(answer)
    made = {}
    for name, identifying in PAGED.items():
        if name in hints:
            (row, *_) = get_args(hints[name])
            node = derivation.output(row)
            made[name] = _field(name, identifying, connection_type(node, derivation.name(row)))
    return made


def _field(name: str, identifying: tuple[str, ...], connection: Any) -> Any:
    def resolve(
        root: Any,
        info: Any,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        paging = Paging(first=first, after=after, last=last, before=before)
        return _page(name, identifying, root, info.context, paging)

    resolve.__annotations__["info"] = strawberry.Info
    resolve.__annotations__["root"] = strawberry.Parent[Any]  # type: ignore[misc]
    return strawberry.field(
        resolver=resolve,
        graphql_type=connection,
        description="A page of the list, worst first; 100 rows where `first` is not said.",
    )


def _page(
    name: str, identifying: tuple[str, ...], root: Any, context: Context, paging: Paging
) -> Page:
    paging = paging.checked(context.house.settings.max_page)
    placed = context.placed[id(root)]
    places = Places(house=context.house, asked=question_digest(placed.asked, name))
    span = places.opened(paging)
    answer = root
    if span.held is not None:
        answer = context.house.ask_at(placed.question, span.held.revision)
        span.seen_with(answer.pack_revision)
    rows = rows_of(answer, name, identifying)
    begin = rows.after(span.after) if span.after is not None else 0
    end = rows.before(span.before) if span.before is not None else len(rows.rows)
    if paging.first is not None:
        end = min(end, begin + paging.first)
    elif paging.last is not None:
        begin = max(begin, end - paging.last)
    shown = list(rows.rows[begin : max(begin, end)])
    return page_of(
        shown,
        places.sealer(answer.revision, answer.pack_revision, lambda at: rows.values(shown[at])),
        total=len(rows.rows),
        revision=answer.revision,
        has_next=end < len(rows.rows),
        has_previous=begin > 0,
    )


class _Rows:
    """The rows of an answer's list, found again by the values that tell one from every other."""

    def __init__(self, rows: Sequence[Any], identifying: tuple[str, ...]) -> None:
        self.rows = rows
        self._identifying = identifying
        self._at = {self.values(row): at for at, row in enumerate(rows)}

    def values(self, row: Any) -> tuple[Any, ...]:
        """What tells the row from every other."""
        return tuple(getattr(row, name) for name in self._identifying)

    def after(self, values: tuple[Any, ...]) -> int:
        """Where the rows behind that row begin; CursorInvalidError where it is not there."""
        return self.before(values) + 1

    def before(self, values: tuple[Any, ...]) -> int:
        """Where that row is; CursorInvalidError where it is not there."""
        found = self._at.get(values)
        if found is None:
            raise CursorInvalidError
        return found


def rows_of(answer: Any, name: str, identifying: tuple[str, ...]) -> _Rows:
    """The rows of an answer, made once for all of its pages."""
    with _lock:
        held = _made.get((id(answer), name))
        if held is not None and held[0] is answer:
            _made.move_to_end((id(answer), name))
            return held[1]
    made = _Rows(getattr(answer, name), identifying)
    with _lock:
        _made[id(answer), name] = (answer, made)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made
