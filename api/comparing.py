"""Whether two installations give the same answers: a sample of everything that can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from hashlib import sha256
from typing import Any

import orjson

from api.house import House
from api.plain import plain
from api.security.principal import local
from lineage.errors import LineageError
from lineage.model.revision import At, Revision
from lineage.record.tenant import Tenants
from queries.asking import Asked, questions

_KEYS, _REVISIONS, _RECEIPTS = 12, 3, 50
_FILLED = {"key", "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How many answers were compared, and what differed (a question each)."""

    answers: int
    differing: tuple[str, ...]


def compare(
    one: House, other: House, told: Callable[[str], None] = lambda _place: None
) -> Comparison:
    """Ask both houses the same, for every tenant: at the newest revision and at earlier ones.

    ``told`` hears of each place before it is asked about: a big record takes minutes.

    The questions that take nothing or a key or a text, of a sample of components; receipts and
    documents, the newest ones.
    """
    count, differing = 0, []
    names = [tenant.name for tenant in Tenants(one.record.session).all()]
    if names != [tenant.name for tenant in Tenants(other.record.session).all()]:
        differing.append("the tenants")
    for name in names:
        mine, its = one.of(local(name)), other.of(local(name))
        for asked, here, there in _pairs(mine, its, told):
            count += 1
            if here != there:
                differing.append(f"{name}: {asked}")
    return Comparison(answers=count, differing=tuple(differing))


def _pairs(
    mine: House, its: House, told: Callable[[str], None]
) -> Iterator[tuple[str, bytes, bytes]]:
    head = mine.head()
    yield "the newest revision", _text(head), _text(its.head())
    for revision in _sample(range(1, head.number + 1), _REVISIONS):
        told(f"tenant {mine.settings.tenant} at revision {revision}")
        at = At(tenant=mine.settings.tenant, revision=revision)
        keys = _keys(mine, at)
        for name, asked in questions().items():
            for question in _of(asked, at, keys):
                yield f"{name} {question}", _answer(mine, question), _answer(its, question)
    for revision in _sample(range(1, head.number + 1), _RECEIPTS):
        yield f"receipt of revision {revision}", _kept(mine, revision), _kept(its, revision)


def _keys(house: House, at: At) -> Sequence[str]:
    """Keys that are spread evenly, and the same wherever this is asked."""
    known = house.handle.views.view(at).nodes
    return sorted(known, key=lambda key: sha256(key.encode()).digest())[:_KEYS]


def _sample(numbers: Sequence[int], most: int) -> list[int]:
    """The last and others before it, evenly spread."""
    step = max(1, len(numbers) // most)
    return [*numbers[::-1][::step]][:most]


def _of(asked: Asked, at: At, keys: Sequence[str]) -> Iterator[Any]:
    needed = {
        one.name
        for one in fields(asked.question)
        if one.default is MISSING and one.default_factory is MISSING
    }
    if not needed:
        yield asked.question(at=at)
    elif needed <= _FILLED:
        for key in keys:
            texts = {"key": key, "text": key.rpartition("/")[2]}
            yield asked.question(at=at, **{name: texts[name] for name in needed})


def _answer(house: House, question: Any) -> bytes:
    try:
        return _text(house.ask(question))
    except LineageError as error:
        return f"{error.code} {error}".encode()


def _kept(house: House, revision: int) -> bytes:
    kept = house.record.history(house.settings.tenant).submission(revision)
    receipt = house.receipt(kept.id)
    content = house.record.document(receipt.digest, house.settings.tenant)
    return _text(receipt) + sha256(content).digest()


def _text(answer: Revision | Any) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS, default=plain)
