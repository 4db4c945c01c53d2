"""What makes two resolved nodes one, and what keeps them apart."""

from __future__ import annotations

import pytest

from lineage.graph.projection.resolution import Resolution, holds_itself, resolve
from lineage.model.claim import Statement
from lineage.model.identity import Key
from lineage.model.revision import At
from tests.snapshots import SnapshotViews, edge, member, said, snapshot

ONE, TWO = Key("service:acme/one@1"), Key("service:acme/two@1")
A, B, C = (Key(f"pkg:pypi/{name}@1") for name in "abc")
PLAIN: list[Statement] = [member(A), member(B), edge(A, "depends_on", B, ">=1")]


def resolved(statements: list[Statement], subject: Key = ONE) -> Resolution:
    views = SnapshotViews(snapshot([("s", "lock", subject, statements, 1)]))
    return resolve(views.view(At()).assemblies[subject].content, subject)


def digests(statements: list[Statement]) -> dict[str, bytes]:
    return {one.component: one.digest for one in resolved(statements).members}


def test_equal_locks_share_their_resolution() -> None:
    assert resolved(PLAIN, ONE) == resolved(list(reversed(PLAIN)), TWO)


def test_a_closure_does_not_depend_on_who_else_is_there() -> None:
    more = digests([*PLAIN, member(C), edge(C, "depends_on", A)])
    plain = digests(PLAIN)
    assert {key: more[key] for key in plain} == plain


@pytest.mark.parametrize(
    "statements",
    [
        [member(A), member(B), edge(A, "depends_on", B, ">=2")],
        [member(A), member(B), edge(A, "contains", B)],
        [member(A), member(B), edge(A, "depends_on", B, ">=1", dependency_scope="build")],
        [member(A), member(B), edge(A, "depends_on", B, ">=1", origin="inferred")],
        [*PLAIN, said(B, "dependencies", "none")],
        [*PLAIN, said(B, "build", "cu128")],
        [*PLAIN, member(C), edge(B, "depends_on", C)],
        [member(A), member(B, extras=("x",)), edge(A, "depends_on", B, ">=1")],
        [*PLAIN, edge(B, "requires", "capability:accel", ">=12")],
    ],
    ids=["wish", "kind", "scope", "origin", "known", "build", "upstream", "extra", "line"],
)
def test_every_statement_about_a_closure_tells_it_apart(statements: list[Statement]) -> None:
    assert digests(statements)[A] != digests(PLAIN)[A]


def test_membership_stands_in_the_resolution_not_in_the_node() -> None:
    direct = [member(A, "direct", ">=1"), member(B), edge(A, "depends_on", B, ">=1")]
    assert digests(direct) == digests(PLAIN)
    assert resolved(direct).digest != resolved(PLAIN).digest


def test_a_cycle_has_one_digest_and_a_node_for_each() -> None:
    ring = [member(A), member(B), edge(A, "depends_on", B), edge(B, "depends_on", A)]
    found = digests(ring)
    assert found[A] != found[B]
    changed = digests([*ring, said(B, "build", "x")])
    assert changed[A] != found[A]
    assert len(resolved(ring).contains) == 2
    leaned = [*ring, member(C), edge(C, "depends_on", A)]
    assert len(resolved(leaned).contains) == 1


def test_a_member_of_itself_is_like_no_other() -> None:
    own = [member(ONE), member(A)]
    views = SnapshotViews(snapshot([("s", "lock", ONE, own, 1)]))
    content = views.view(At()).assemblies[ONE].content
    assert holds_itself(content, ONE)
    assert not holds_itself(content, TWO)
    assert resolve(content, ONE).digest != resolve(content, TWO).digest
