"""What the resolvers of one request share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.house import House


@dataclass(slots=True, kw_only=True)
class Placed:
    """How an answer of this request came about.

    ``asked`` is a digest of the field and its arguments, ``as_of`` whether asOf was given.
    """

    asked: str
    question: Any
    as_of: bool


@dataclass(slots=True, kw_only=True)
class Context:
    """One request; ``client`` is the program that sent it.

    ``placed`` remembers of each answer (by identity) how it was asked.
    """

    house: House
    client: str = ""
    placed: dict[int, Placed] = field(default_factory=dict)
