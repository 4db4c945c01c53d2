"""Asking: which question there are, and the one door through which any of them is answered.

A question is a file of this folder that has ``answer``; nothing else is registered anywhere.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_type_hints

import queries
from lineage.model.revision import At
from queries.question import Handle, Question

if TYPE_CHECKING:
    from lineage.opening import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that exists: its name, the type that asks it and the type that answers it."""

    name: str
    question: type[Any]
    answer: type[Any]
    answers: Callable[[Any, Handle], Any]
    description: str


@lru_cache(maxsize=1)
def questions() -> dict[str, Asked]:
    """Every question of the house by name, in alphabetical order."""
    found: dict[str, Asked] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(queries.__path__)):
        loaded = import_module(f"queries.{module}")
        answers = getattr(loaded, "answer", None)
        if not callable(answers):
            continue
        hints = get_type_hints(answers)
        answer = hints.pop("return")
        hints.pop("handle", None)
        (question,) = hints.values()
        title = (loaded.__doc__ or "").strip().partition("\n")[0]
        found[module] = Asked(
            name=module, question=question, answer=answer, answers=answers, description=title
        )
    return found


def ask(handle: Handle, question: Question) -> Any:
    """The answer to any question: an instance of the question's own ``Answer`` type.

    Raises what the question raises (KeyUnknownError, ChangeInvalidError, ...), and TypeError for
    something that is no question.
    """
    return asked_of(question).answers(question, handle)


def asked_of(question: Question) -> Asked:
    """What there is to know of a question; TypeError for something that is none."""
    found = _by_type().get(type(question))
    if found is None:
        raise TypeError(f"{type(question).__name__} is no question")
    return found


@lru_cache(maxsize=1)
def _by_type() -> dict[type[Any], Asked]:
    return {asked.question: asked for asked in questions().values()}


def ask_opened(opened: Opened | Handle, question: Question) -> Any:
    """The answer of an opened installation; at its newest revision where none is named."""
    if isinstance(opened, Handle):
        return ask(opened, question)
    at = getattr(question, "at", None)
    if isinstance(at, At) and at.revision is None:
        at = replace(at, tenant=opened.tenant, revision=opened.revision)
        question = replace(question, at=at)  # type: ignore[type-var]
    return ask(handle_of(opened), question)


def handle_of(opened: Opened) -> Handle:
    """What questions are asked of, of an opened installation."""
    return Handle(
        views=opened.views, engine=opened.engine, past=opened.past, catalogues=opened.catalogues
    )
