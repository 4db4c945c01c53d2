"""The cache of views: one view per revision, scope, stream and archived assemblies."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lineage.errors import RevisionUnknownError
from lineage.model.revision import At, Revision, Scope
from lineage.record.keeping import Keeping
from lineage.record.snapshot import Snapshot
from lineage.record.views import RecordViews
from tests.snapshots import member, revision_of, snapshot


class Shelf:
    """Snapshots by revision, counted as they are taken."""

    def __init__(self) -> None:
        self.taken: list[int | None] = []
        self.newest = 2
        self.pack = "one"

    def head(self, tenant: str = "default") -> Revision:
        return revision_of(1, self.pack) if tenant == "public" else revision_of(self.newest)

    def snapshot(self, tenant: str = "default", revision: int | None = None) -> Snapshot:
        self.taken.append(revision)
        number = self.newest if revision is None else revision
        if number > self.newest:
            raise RevisionUnknownError(wanted=number, newest=self.newest)
        key = f"service:acme/chat@1.{number}"
        return snapshot([("s", "x", key, [member("pkg:pypi/a@1")], number)])


def test_a_view_is_made_once_and_the_newest_is_also_its_number():
    shelf = Shelf()
    views = RecordViews(shelf)
    assert views.view(At()) is views.view(At()) is views.view(At(revision=2))
    assert views.view(At(revision=1)).revision.number == 1
    assert shelf.taken == [None, 1]
    views.view(At(scope=Scope.ALL))
    views.view(At(archived=frozenset({"service:acme/chat@1.0"})))
    assert len(shelf.taken) == 4


def test_a_new_revision_or_a_new_pack_is_seen():
    shelf = Shelf()
    views = RecordViews(shelf)
    first = views.view(At())
    shelf.newest = 3
    assert views.view(At()).revision.number == 3
    past = views.view(At(revision=2))
    assert past is first  # nothing moved meanwhile
    newest = views.view(At())
    shelf.pack = "two"
    assert views.view(At()) is not newest
    assert views.view(At(revision=2)) is past


def test_a_view_that_the_pack_passed_by_is_made_anew():
    shelf = Shelf()
    views = RecordViews(shelf)
    first = views.view(At())
    shelf.pack, shelf.newest = "two", 3
    # Whether the pack came before the third revision or after it is not known.
    assert views.view(At(revision=2)) is not first


def test_what_is_held_stays_whatever_else_is_asked_for():
    shelf = Shelf()
    shelf.newest = 9
    views = RecordViews(shelf, kept=2)
    held = views.view(At())
    views.hold(At(revision=9))
    shelf.newest = 10
    for number in range(1, 9):
        views.view(At(revision=number))
    assert views.view(At(revision=9)) is held


def test_what_was_held_longest_ago_goes_first_and_all_go_in_time():
    now = [0.0]
    keeping: Keeping[str, str] = Keeping(1, held=2, seconds=10, clock=lambda: now[0])
    for at, name in enumerate("abc"):
        now[0] = at
        keeping.put(name, name)
        keeping.hold(name)
    keeping.put("d", "d")
    assert [name for name, _ in keeping] == ["b", "c", "d"]
    now[0] = 11.5
    keeping.put("e", "e")
    assert [name for name, _ in keeping] == ["c", "e"]
    now[0] = 13
    keeping.put("f", "f")
    assert [name for name, _ in keeping] == ["f"]


def test_large_ones_are_held_as_long_as_there_is_room_and_the_newest_always():
    keeping: Keeping[str, int] = Keeping(1, weigh=lambda size: size, rows=10)
    for name, size in (("a", 4), ("b", 5), ("c", 3), ("d", 99)):
        keeping.put(name, size)
        keeping.hold(name)
        keeping.put("x", 0)
        if name == "c":
            assert [one for one, _ in keeping] == ["b", "c", "x"]
    assert [one for one, _ in keeping] == ["d", "x"]


def test_only_so_many_are_kept():
    shelf = Shelf()
    shelf.newest = 9
    views = RecordViews(shelf, kept=2)
    for number in (1, 2, 1, 3, 1):
        views.view(At(revision=number))
    assert shelf.taken == [1, 2, 3]
    views.view(At(revision=2))
    assert shelf.taken == [1, 2, 3, 2]


def test_threads_wait_for_one_maker():
    shelf = Shelf()
    views = RecordViews(shelf)
    gate = threading.Barrier(4)

    def ask() -> object:
        gate.wait()
        return views.view(At())

    with ThreadPoolExecutor(4) as pool:
        found = {id(one.result()) for one in [pool.submit(ask) for _ in range(4)]}
    assert len(found) == 1
    assert len(shelf.taken) == 1


def test_an_unknown_revision_is_an_error_each_time():
    views = RecordViews(Shelf())
    for _ in range(2):
        with pytest.raises(RevisionUnknownError):
            views.view(At(revision=7))


def test_equal_contents_are_shared_between_revisions():
    views = RecordViews(Shelf())
    one = views.view(At(revision=1)).assemblies["service:acme/chat@1.1"]
    two = views.view(At(revision=2)).assemblies["service:acme/chat@1.2"]
    assert one.content is two.content
