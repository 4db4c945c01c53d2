"""JSON: the whole answer as one object, indented; its JSON Schema is in docs/reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from api.plain import plain


def write(answer: Any) -> Iterator[str]:
    """The text of the object."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    yield orjson.dumps(answer, option=option, default=plain).decode() + "\n"
