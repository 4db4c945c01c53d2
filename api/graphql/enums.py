"""GraphQL enums from vocabulary tables: names in upper case, values and descriptions the rows'."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import strawberry

from lineage.model.revision import Scope
from lineage.vocabulary.changes import CHANGES, REASONS, VERDICTS
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.nodes import NODES
from lineage.vocabulary.properties import PRECEDENCE, STATES


def enums() -> dict[str, Any]:
    """Every enum by its GraphQL name; built anew, so that a row that was added is in it."""
    return {
        "NodeKind": _of_rows("NodeKind", "What a component is.", NODES),
        "EdgeKind": _of_rows("EdgeKind", "What an edge says; every edge points upstream.", EDGES),
        "ChangeKind": _of_rows("ChangeKind", "A change that people ask about.", CHANGES),
        "Verdict": _of_rows("Verdict", "What a change does, worst first.", VERDICTS),
        "Reason": _of_rows("Reason", "Why a verdict was given.", REASONS),
        "Precedence": _of_rows("Precedence", "Whose value comes first.", PRECEDENCE),
        "State": _enum("State", "What its author said of a value.", [(s, "") for s in STATES]),
        "Scope": _enum(
            "Scope",
            "What a question takes.",
            [
                (Scope.DEFAULT.value, "What counts: deployed, latest, and what they carry."),
                (Scope.ALL.value, "The archived assemblies too."),
            ],
        ),
    }


def _of_rows(name: str, description: str, rows: Iterable[Any]) -> Any:
    return _enum(name, description, [(row.name, row.description) for row in rows])


def _enum(name: str, description: str, values: list[tuple[str, str]]) -> Any:
    members = {
        value.upper().replace("-", "_"): strawberry.enum_value(value, description=text or None)
        for value, text in values
    }
    made = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(made, name=name, description=description)
