"""The same estate a while later: other versions, other requirements, other values."""

from __future__ import annotations

import random
from dataclasses import replace

from lineage.model.claim import (
    Component,
    Edge,
    Member,
    OfComponent,
    Pointer,
    Property,
    Requirement,
    Statement,
)
from lineage.model.identity import Key, at_version, identify
from tests.snapshots import SnapshotViews, said
from tests.strategies.estates import Estate, Push


def twisted(made: Estate, seed: int) -> tuple[SnapshotViews, int, int]:
    """Views of the estate as it is and as it became; the numbers of both revisions."""
    rng = random.Random(seed)
    keys = sorted({key for push in made.pushes for key in _keys(push)})
    moved = {
        key: at_version(identify(key).family, rng.choice(("3", "2.1", "0.9")))
        for key in keys
        if identify(key).version and rng.random() < 0.25
    }
    pushes = [_push(push, moved, rng) for push in made.pushes if rng.random() < 0.95]
    pushes.append(Push(stream="later", slot="note", subject=None))
    while len(pushes) <= len(made.pushes):
        pushes.append(Push(stream="later", slot=f"note {len(pushes)}", subject=None))
    later = Estate(seed=made.seed, pushes=tuple(pushes))
    one, other = len(made.pushes), len(pushes)
    return SnapshotViews(made.snapshot(one), later.snapshot(other)), one, other


def _keys(push: Push) -> set[Key]:
    found = {push.subject} if push.subject else set()
    for one in push.inside:
        if isinstance(one, Member):
            found.add(one.component)
    return found


def _push(push: Push, moved: dict[Key, Key], rng: random.Random) -> Push:
    inside = [_twist(one, moved, rng) for one in push.inside if rng.random() < 0.97]
    world = [_twist(one, moved, rng) for one in push.world if rng.random() < 0.9]
    if push.subject and rng.random() < 0.3:
        about = moved.get(push.subject, push.subject)
        world += [
            said(about, "licence", rng.choice(("MIT", "Apache-2.0", "BSD-3-Clause"))),
            said(about, "digest", f"sha256:{rng.choice('ab') * 64}"),
            said(about, "owner", rng.choice(("Ann", "Bob"))),
        ]
    return replace(
        push,
        subject=moved.get(push.subject, push.subject) if push.subject else None,
        slot=push.slot,
        inside=tuple(inside),
        world=tuple(world),
    )


def _twist(one: Statement, moved: dict[Key, Key], rng: random.Random) -> Statement:
    match one:
        case Component(key=key):
            return replace(one, key=moved.get(key, key))
        case Member(component=key):
            direct = "direct" if rng.random() < 0.1 else one.direct
            return replace(one, component=moved.get(key, key), direct=direct)
        case Edge(downstream=OfComponent(key), upstream=up):
            wish = one.requirement
            if rng.random() < 0.15:
                wish = Requirement(rng.choice(("<9", ">=1.5")), "pep440")
            return replace(
                one,
                downstream=OfComponent(moved.get(key, key)),
                upstream=moved.get(up, up),
                requirement=wish,
            )
        case Property(subject=OfComponent(key)):
            return replace(one, subject=OfComponent(moved.get(key, key)))
        case Pointer(version=key):
            return replace(one, version=moved.get(key, key))
        case _:
            return one
