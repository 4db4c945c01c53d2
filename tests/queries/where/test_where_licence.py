"""Licences are asked as expressions: what they are, name, leave as a choice, and what kind."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.value import Said
from queries.where import where_of

CASES: list[tuple[Any, str, bool]] = [
    ("MIT", "MIT", True),
    ("mit", "MIT", True),
    ("MIT", "MIT OR Apache-2.0", False),
    ("Apache-2.0 OR MIT", "MIT OR Apache-2.0", True),
    ({"has": "gpl-3.0-only"}, "MIT AND GPL-3.0-only", True),
    ({"has": "GPL-3.0-only"}, "MIT", False),
    ({"within": ["MIT"]}, "MIT OR GPL-3.0-only", True),
    ({"within": ["MIT"]}, "MIT AND GPL-3.0-only", False),
    ({"within": ["MIT", "Apache-2.0"]}, "MIT AND Apache-2.0", True),
    ({"category": "Copyleft"}, "GPL-3.0-only", True),
    ({"category": "Copyleft"}, "MIT", False),
    ({"category": "unknown"}, "Our own terms, see the wiki", True),
    ({"is": "Our own terms, see the wiki"}, "our own terms, see the wiki", True),
    ({"has": ["MIT"]}, "MIT WITH", False),
]


@pytest.mark.parametrize(("asked", "licence", "holds"), CASES)
def test_a_licence_is_asked_as_an_expression(asked: Any, licence: str, holds: bool) -> None:
    assert _holds(asked, Said("value", licence)) is holds


@pytest.mark.parametrize("value", [None, Said("unknown", None), Said("none", None)])
def test_a_state_is_no_licence(value: Said | None) -> None:
    assert not _holds({"has": "MIT"}, value)
    assert _holds({"exists": False}, value)
    assert _holds(None, value) is (value is None)
    assert _holds({"state": "unknown"}, value) is (value == Said("unknown", None))


def _holds(asked: Any, value: Said | None) -> bool:
    found = where_of({"licence": asked}, "components")

    def of(part: Any) -> bool:
        match part:
            case ask.Column(_, test):
                return bool(test.holds(value))
            case ask.Some(parts):
                return any(of(one) for one in parts)
            case ask.Without(inner):
                return not of(inner)
        raise AssertionError(part)

    return of(found)
