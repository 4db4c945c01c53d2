"""What a query may cost: depth, fields, aliases and rows, in one pass over the document.

Each fragment is measured once, however often it is spread, so a document that is small cannot
keep the server busy. The document is held to the limits before it is validated, because the rule
on overlapping fields compares every pair of fields with one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from api.graphql.scan import PAIRS
from lineage.errors import BudgetExceededError

# Rows of a list whose length nobody said; a connection's `first` says it.
_PAGES = {"edges", "nodes"}
_TOP = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one operation may ask for; ``repeats`` are pairs of fields with one name."""

    depth: int
    fields: int
    aliases: int
    cost: int
    repeats: int = 1 << 62


@dataclass(frozen=True, slots=True)
class Measure:
    """One selection set: levels below it, fields in it with fragments spread out, aliases, cost."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    cost: int = 0


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Hold every definition of a parsed document to the limits; cost is asked later.

    Validation looks at all of them, whichever operation is meant. BudgetExceededError.
    """
    fragments = _fragments(document)
    meter = _Meter(fragments, {}, 1)
    repeats = 0
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            continue
        found = meter.selection(node.selection_set)
        _hold(found, limits, ("depth", "fields", "aliases"))
        # Only now: what is spread out here is no more than the fields that are allowed.
        repeats += _repeats(node.selection_set, fragments, limits.repeats, found.fields)
        if repeats > limits.repeats:
            raise BudgetExceededError(cost=f"{repeats} or more", limit=limits.repeats, what=PAIRS)


def check_cost(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
    default_page: int,
) -> Measure:
    """The measure of a valid operation; BudgetExceededError names what is too much of it."""
    defaults = {
        node.variable.name.value: node.default_value.value
        for node in operation.variable_definitions or ()
        if isinstance(node.default_value, IntValueNode)
    }
    meter = _Meter(_fragments(document), {**defaults, **variables}, default_page)
    found = meter.selection(operation.selection_set)
    _hold(found, limits, ("depth", "fields", "aliases", "cost"))
    return found


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _hold(found: Measure, limits: Limits, names: Iterable[str]) -> None:
    for what in names:
        asked, limit = getattr(found, what), getattr(limits, what)
        if asked > limit:
            raise BudgetExceededError(cost=asked, limit=limit, what=what)


def _repeats(
    selection: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    limit: int,
    most: int,
) -> int:
    """Pairs of fields with one name in a selection set and below; ends above ``limit``.

    Selection sets of fields with one name are united, as validation compares them all. More than
    ``most`` fields are a fragment that spreads itself, which validation names.
    """
    count, fields, left = 0, 0, [[selection]]
    while left and count <= limit and fields <= most:
        below: dict[str, list[SelectionSetNode]] = {}
        times: Counter[str] = Counter()
        for node in _spread(left.pop(), fragments):
            fields += 1
            name = (node.alias or node.name).value
            times[name] += 1
            if node.selection_set:
                below.setdefault(name, []).append(node.selection_set)
        count += sum(n * (n - 1) // 2 for n in times.values())
        left += below.values()
    return count


def _spread(
    selections: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of selection sets, fragments spread out, each fragment once."""
    seen: set[str] = set()
    left = list(reversed(selections))
    while left:
        for node in left.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                left.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if (fragment := fragments.get(node.name.value)) is not None:
                    left.append(fragment.selection_set)


class _Meter:
    def __init__(
        self,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        default_page: int,
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._default_page = default_page
        self._measured: dict[str, Measure] = {}

    def selection(self, selection: SelectionSetNode | None) -> Measure:
        depth = fields = aliases = cost = 0
        for node in selection.selections if selection else ():
            part = self._part(node)
            depth = max(depth, part.depth)
            fields += part.fields
            aliases += part.aliases
            cost += part.cost
        return Measure(depth, min(fields, _TOP), min(aliases, _TOP), min(cost, _TOP))

    def _part(self, node: Any) -> Measure:
        if isinstance(node, FieldNode):
            return self._field(node)
        if isinstance(node, InlineFragmentNode):
            return self.selection(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        return Measure()

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = Measure()  # a cycle (invalid anyway) measures nothing
            fragment = self._fragments.get(name)
            self._measured[name] = self.selection(fragment.selection_set if fragment else None)
        return self._measured[name]

    def _field(self, node: FieldNode) -> Measure:
        inner = self.selection(node.selection_set)
        rows = self._rows(node) if node.selection_set else 1
        return Measure(
            inner.depth + 1,
            inner.fields + 1,
            inner.aliases + (node.alias is not None),
            1 + inner.cost * rows,
        )

    def _rows(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                return max(1, self._number(argument.value))
        paged = any(
            isinstance(child, FieldNode) and child.name.value in _PAGES
            for child in (node.selection_set.selections if node.selection_set else ())
        )
        return self._default_page if paged else 1

    def _number(self, value: Any) -> int:
        if isinstance(value, IntValueNode):
            return int(value.value)
        if isinstance(value, VariableNode):
            found = self._variables.get(value.name.value, self._default_page)
            try:
                return int(found) if found is not None else self._default_page
            except (TypeError, ValueError):
                return self._default_page
        return self._default_page
