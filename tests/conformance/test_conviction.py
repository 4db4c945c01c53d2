"""The suite convicts: engines broken on purpose differ from the judge, and it says so."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from lineage.graph.engines.csr import CsrEngine
from lineage.graph.projection import engine as projected
from lineage.graph.projection import projector
from lineage.graph.projection.inside import Inside
from lineage.graph.projection.resolution import Resolution, resolve
from lineage.model.identity import Key
from lineage.record.view import Content
from tests.conformance.agreement import Tally, compare


def merged(content: Content, subject: Key) -> Resolution:
    """Packages merged whatever they were resolved with: the graph everybody builds first."""
    whole = resolve(content, subject)
    plain = {
        one.digest: hashlib.blake2b(one.component.encode(), digest_size=16).digest()
        for one in whole.members
    }
    return replace(
        whole,
        members=tuple(
            replace(
                one,
                digest=plain[one.digest],
                edges=tuple((kind, scope, plain[end]) for kind, scope, end in one.edges),
            )
            for one in whole.members
        ),
        contains=tuple((scope, plain[end]) for scope, end in whole.contains),
    )


def always_open(content: Content, subject: Key) -> Resolution:
    """Members bring their assemblies along although their dependencies are known."""
    whole = resolve(content, subject)
    return replace(whole, members=tuple(replace(one, open=True) for one in whole.members))


def never_open(content: Content, subject: Key) -> Resolution:
    """No member brings its own assembly along."""
    whole = resolve(content, subject)
    return replace(whole, members=tuple(replace(one, open=False) for one in whole.members))


def rootless(content: Content, subject: Key) -> Resolution:
    """Every member hangs at the top."""
    whole = resolve(content, subject)
    return replace(whole, contains=tuple(("runtime", one.digest) for one in whole.members))


def differences() -> list[str]:
    tally = Tally()
    for seed in range(40):
        compare(CsrEngine, seed, tally)
    return tally.differences


@pytest.mark.parametrize("broken", [merged, always_open, never_open, rootless])
def test_convicts_a_wrong_projection(broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "resolve", broken)
    assert len(differences()) > 5


def test_convicts_a_member_that_opens_its_own_assembly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "holds_itself", lambda *_: False)
    assert differences()


def test_convicts_a_start_that_stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    right = projected.walk_inside

    def stays(*args: object) -> Inside:
        return replace(right(*args), leave=None)  # type: ignore[arg-type]

    monkeypatch.setattr(projected, "walk_inside", stays)
    assert differences()


def test_acquits_the_engine_as_it_is() -> None:
    assert differences() == []
