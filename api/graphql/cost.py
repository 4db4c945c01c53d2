"""What a query may cost: depth, fields, aliases and rows, in one pass over the document.

Each fragment is measured once, however often it is spread, so a document that is small cannot
keep the server busy. Introspection passes: it has its own rule, which graphql-core checks.
"""

from __future__ import annotations

from collections.abc import Mapping
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

from lineage.errors import BudgetExceededError

# Rows of a list whose length nobody said; a connection's `first` says it.
_PAGES = {"edges", "nodes"}
_TOP = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one operation may ask for."""

    depth: int
    fields: int
    aliases: int
    cost: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One selection set: levels below it, fields in it with fragments spread out, aliases, cost."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    cost: int = 0


def check_cost(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
    default_page: int,
) -> Measure:
    """The measure of a valid operation; BudgetExceededError names what is too much of it."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    defaults = {
        node.variable.name.value: node.default_value.value
        for node in operation.variable_definitions or ()
        if isinstance(node.default_value, IntValueNode)
    }
    meter = _Meter(fragments, {**defaults, **variables}, default_page)
    found = meter.selection(operation.selection_set)
    for what in ("depth", "fields", "aliases", "cost"):
        asked, limit = getattr(found, what), getattr(limits, what)
        if asked > limit:
            raise BudgetExceededError(cost=asked, limit=limit, what=what)
    return found


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
        name = node.name.value
        if name.startswith("__"):
            return Measure()
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
            if argument.name.value == "first":
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
