"""Random histories with properties in them, and a record of them that views are carried along."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from lineage.errors import RevisionUnknownError
from lineage.model.claim import Component, Property, Statement, property_of
from lineage.model.identity import Key, identify
from lineage.model.revision import At, Revision
from lineage.record.snapshot import Snapshot
from lineage.record.view import View
from lineage.record.views import RecordViews
from tests.snapshots import edge, pointer, revision_of
from tests.strategies.estates import PACKAGES, SUBJECTS, THINGS, Estate, Push, estate

KEYS = (*PACKAGES, *SUBJECTS, *THINGS)
OWNERS = ("core", "search", "ml")
LICENCES = ("MIT", "Apache-2.0", "MIT OR GPL-2.0-only", "GPL-3.0-only")
TAGS = ("gpu", "edge", "pii")
_PRECEDENCES = ("document", "document", "set", "manifest", "tenant-pack", "public-pack")


@dataclass(frozen=True, kw_only=True)
class History(Estate):
    """An estate whose slots have a precedence of their own."""

    precedences: tuple[tuple[str, str], ...] = ()

    def snapshot(self, revision: int) -> Snapshot:
        """What is alive after that many pushes."""
        found = super().snapshot(revision)
        wanted = dict(self.precedences)
        slots = {
            place: replace(slot, precedence=wanted.get(place[1], slot.precedence))
            for place, slot in found.slots.items()
        }
        return replace(found, slots=slots)


def history(seed: int, extra: int = 5) -> History:
    """The estate of a seed, with documents about properties pushed in between and again."""
    rng, made = random.Random(seed), estate(seed)
    pushes = list(made.pushes)
    slots: dict[str, str] = {}
    for number in range(extra):
        slot = f"said {rng.randrange(max(2, extra // 2))}"
        slots.setdefault(slot, rng.choice(_PRECEDENCES))
        said = tuple(_said(rng) for _ in range(rng.randint(1, 8)))
        push = Push(stream=f"people/{slot}", slot=slot, subject=None, world=said)
        pushes.insert(rng.randint(0, len(pushes)), push)
        if rng.random() < 0.5:
            own = rng.choice([one for one in pushes if one.subject])
            again = replace(own, inside=own.inside[: max(1, len(own.inside) - number)])
            pushes.append(again)
    return History(seed=seed, pushes=tuple(pushes), precedences=tuple(slots.items()))


def _said(rng: random.Random) -> Statement:
    key = rng.choice(KEYS)
    about = identify(key).family if rng.random() < 0.3 else key
    draw = rng.random()
    if draw < 0.1:
        identity = identify(key)
        return Component(Key(key), identity.kind, rng.choice(("renamed", identity.name)), None)
    if draw < 0.15:
        return edge(rng.choice(SUBJECTS[:4]), "calls", rng.choice(SUBJECTS[:4]))
    if draw < 0.2:
        return pointer(identify(key).family, "stable", key)
    if draw < 0.25:
        return edge(rng.choice(SUBJECTS[:4]), "serves", SUBJECTS[8])
    return _value(rng, about)


def _value(rng: random.Random, about: str) -> Property:
    name = rng.choice(
        ("licence", "owner", "owner", "tag", "tag", "criticality", "energy", "alias", "score",
         "deployment_environment", "lifecycle")
    )  # fmt: skip
    if rng.random() < 0.1:
        return property_of(Key(about), name, None, rng.choice(("none", "unknown")))
    values: dict[str, Any] = {
        "licence": {"raw": (text := rng.choice(LICENCES)), "expression": text},
        "owner": rng.choice(OWNERS),
        "tag": rng.choice(TAGS),
        "criticality": rng.choice(("high", "low")),
        "energy": {"value": rng.choice((0.1, 0.2, 3.5)), "unit": rng.choice(("kWh", "kWh", "BTU"))},
        "alias": rng.choice(("Bertha", "AA-tool")),
        "score": rng.choice((1, 2.5, "good")),
        "deployment_environment": rng.choice(("prod", "staging")),
        "lifecycle": rng.choice(("deployed", "retired")),
    }
    return property_of(Key(about), name, values[name])


class Snapshots:
    """A record of a history: ``newest`` moves on as its documents arrive."""

    def __init__(self, made: Estate) -> None:
        self.made = made
        self.newest = 1

    def snapshot(self, tenant: str = "default", revision: int | None = None) -> Snapshot:
        """What is alive at a revision."""
        number = self.newest if revision is None else revision
        if not 0 < number <= self.newest:
            raise RevisionUnknownError(wanted=number, newest=self.newest)
        return self.made.snapshot(number)

    def head(self, tenant: str = "default") -> Revision:
        """The newest revision; that of public knowledge never moves."""
        return revision_of(self.newest if tenant == "default" else 0)


class Kept:
    """Views of one record, the same object each time, for whoever walks them."""

    def __init__(self, record: Snapshots) -> None:
        self._views = RecordViews(record, kept=64)

    def view(self, at: At) -> View:
        """The view at a revision."""
        return self._views.view(at)
