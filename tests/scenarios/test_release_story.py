"""A service is released twice, a model changes its licence, a host goes: every question, asked.

Five documents, one revision each; what each question says at each of them is written out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lineage.model.claim import Claim, Edge, Member, OfAssembly, OfComponent, property_of
from lineage.model.identity import Key
from lineage.model.revision import At, Scope
from lineage.record.store import Record
from lineage.record.submission import Submission
from lineage.record.views import RecordViews
from queries.aggregate import Aggregate
from queries.asking import ask
from queries.changes import Changes
from queries.claims import Claims
from queries.components import Components
from queries.difference import Difference
from queries.history import History
from queries.inventory import Inventory
from queries.occurrences import Occurrences
from queries.paths import Paths
from queries.question import Handle
from queries.revisions import Revisions
from queries.services import Services
from queries.streams import Streams
from queries.submissions import Submissions
from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import on_every_engine

ONE, TWO = Key("service:acme/chat@1.0"), Key("service:acme/chat@1.1")
TORCH, NEWER = Key("pkg:pypi/torch@2.9.1"), Key("pkg:pypi/torch@2.10.0")
NUMPY, TRITON = Key("pkg:pypi/numpy@2.0.0"), Key("pkg:pypi/triton@3.5.0")
MODEL, BASE, HOST = Key("model:acme/tuned@1"), Key("model:acme/base@1"), Key("host:acme/gpu")


def edge(below: Key, kind: str, above: Key) -> Edge:
    return Edge(kind, OfComponent(below), above)


def release(subject: Key, members: dict[Key, tuple[Key, ...]]) -> tuple[Claim, ...]:
    """A lock: members and what each leans on, and what the service serves and runs on."""
    found = [Claim(Member(key, "direct" if key != NUMPY else "transitive"), subject)
             for key in members]  # fmt: skip
    for key, ends in members.items():
        found += [Claim(edge(key, "depends_on", end), subject) for end in ends]
    found += [Claim(edge(subject, "serves", MODEL)), Claim(edge(subject, "runs_on", HOST))]
    return (*found, Claim(property_of(OfAssembly(), "owner", "Chat team"), subject))


CARD = (
    Claim(edge(MODEL, "fine_tuned_from", BASE)),
    Claim(property_of(MODEL, "licence", "MIT")),
    Claim(property_of(BASE, "licence", "Apache-2.0")),
)
SENT: list[tuple[str, str, Key, tuple[Claim, ...]]] = [
    ("card", "model", MODEL, CARD),
    ("git/chat", "chat 1.0", ONE, release(ONE, {TORCH: (NUMPY,), NUMPY: ()})),
    ("git/chat", "chat 1.1", TWO, release(TWO, {NEWER: (NUMPY, TRITON), NUMPY: (), TRITON: ()})),
    ("card", "model", MODEL, (*CARD[:1], Claim(property_of(MODEL, "licence", "GPL-3.0")))),
    ("ops", "host", HOST, (Claim(property_of(HOST, "lifecycle", "retired")),)),
]


@pytest.fixture
def handle_with(tmp_path: Path) -> Iterator[Callable[[MakesEngine], Handle]]:
    with Record.open(f"sqlite:///{tmp_path}/story.db", create=True) as record:
        for number, (stream, slot, subject, claims) in enumerate(SENT, start=1):
            record.append(
                Submission(
                    content=str(number).encode(), stream=stream, slot=slot, subject=subject,
                    reader="made", reader_version="1", claims=claims, principal="ann",
                )
            )  # fmt: skip
        views = RecordViews(record)
        yield lambda make: Handle(views=views, engine=make(views), past=record.past())


@on_every_engine
def test_paths(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)
    new = ask(handle, Paths(from_key="chat", to_key="numpy"))
    assert [[step.key for step in way.path] for way in new.paths] == [[TWO, NEWER, NUMPY]]
    made = ask(handle, Paths(from_key=TWO, to_key=BASE))
    assert [[step.edge for step in way.path] for way in made.paths] == [
        [None, "serves", "fine_tuned_from"]
    ]
    assert ask(handle, Paths(from_key="triton", to_key=BASE)).direction is None


@on_every_engine
def test_difference(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)

    def told(before: str, after: str) -> set[tuple[Any, ...]]:
        answer = ask(handle, Difference(before=before, after=after, consequence=True))
        return {
            (row.type, row.element, row.key_before, row.key_after, *row.before, ">", *row.after)
            for row in answer.changes
        }

    assert told("3", "4") == {
        ("licence", "component", MODEL, MODEL, "MIT", ">", "GPL-3.0"),
        ("licence", "component", BASE, BASE, "Apache-2.0", ">"),
    }
    assert told("4", "5") == {("property", "component", HOST, HOST, ">", "retired")}
    between = told(ONE, TWO)
    assert ("version", "assembly", ONE, TWO, "1.0", ">", "1.1") in between
    assert ("version", "member", TORCH, NEWER, "2.9.1", ">", "2.10.0") in between
    assert ("added", "member", None, TRITON, ">", "3.5.0") in between
    assert ("added", "edge", None, NEWER, ">") in between
    # The older release no longer counts: what replaced it stands opposite it.
    assert ("version", "assembly", ONE, TWO, "1.0", ">", "1.1") in told("2", "3")
    assert told("5", "5") == set()


@on_every_engine
def test_history_and_claims(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)
    licences = ask(handle, History(key=MODEL, names=("licence",))).rows
    assert [(row.value, row.from_revision, row.to_revision) for row in licences] == [
        ("MIT", 1, 4), ("GPL-3.0", 4, None),
    ]  # fmt: skip
    then = ask(handle, History(key=MODEL, names=("licence",), at=At(revision=3))).rows
    assert [(row.value, row.to_revision) for row in then] == [("MIT", None)]
    now = ask(handle, Claims(key=MODEL))
    assert {(row.says, row.name or row.edge, row.from_revision) for row in now.rows} == {
        ("edge", "fine_tuned_from", 1), ("property", "licence", 4),
    }  # fmt: skip
    assert {row.principal for row in now.rows} == {"ann"}
    assert ask(handle, Claims(key=ONE)).total == 3
    assert ask(handle, History(key="torch", first=1)).has_next


@on_every_engine
def test_changes_and_what_came_in(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)
    rows = ask(handle, Changes(after=(3,), claims=True)).rows
    assert [(row.number, row.opened, row.closed) for row in rows] == [(4, 1, 2), (5, 1, 0)]
    (slot,) = rows[0].slots
    assert [(one.about, one.value) for one in slot.claims_opened] == [(MODEL, "GPL-3.0")]
    assert {(one.about, one.value) for one in slot.claims_closed} == {
        (MODEL, "MIT"), (BASE, "Apache-2.0"),
    }  # fmt: skip
    assert ask(handle, Changes(after=(5,))).rows == ()
    assert [row.number for row in ask(handle, Revisions(first=2)).rows] == [5, 4]
    assert [row.name for row in ask(handle, Streams()).rows] == ["card", "git/chat", "ops"]
    sent = ask(handle, Submissions(at=At(stream="card"))).rows
    assert [(row.revision, row.newest) for row in sent] == [(4, True), (1, False)]


@on_every_engine
def test_lists_and_groups(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)
    assert [row.key for row in ask(handle, Services()).rows] == [TWO]
    assert [row.key for row in ask(handle, Services(at=At(scope=Scope.ALL))).rows] == [ONE, TWO]
    gone = ask(handle, Services(where={"archived": True}))
    assert ([row.key for row in gone.rows], gone.archived) == ([ONE], 1)
    past = ask(handle, Services(at=At(revision=2)))
    assert [(row.key, row.owner) for row in past.rows] == [(ONE, "Chat team")]
    torch = ask(handle, Occurrences(where={"component": {"name": "torch"}}))
    assert [(row.component, row.assembly, row.direct) for row in torch.rows] == [
        (NEWER, TWO, "direct")
    ]
    over = ask(handle, Components(where={"family": "pkg:pypi/torch", "version": ">=2.10"}))
    assert [row.key for row in over.rows] == [NEWER]
    used = Aggregate(over="uses", where={"component": {"name": "torch"}},
                     group_by=("component.version",), measure="COUNT_DISTINCT",
                     of="service")  # fmt: skip
    assert [(row.keys, row.value) for row in ask(handle, used).rows] == [(("2.10.0",), 1)]
    bases = Aggregate(over="edges", where={"kind": "fine_tuned_from"},
                      group_by=("upstream.licence",), at=At(revision=3))  # fmt: skip
    assert [(row.keys, row.count) for row in ask(handle, bases).rows] == [(("Apache-2.0",), 1)]
    assert [row.keys for row in ask(handle, Aggregate(over="edges", group_by=("upstream.licence",),
            where={"kind": "fine_tuned_from"})).rows] == [(None,)]  # fmt: skip


@on_every_engine
def test_inventory(make: MakesEngine, handle_with: Any) -> None:
    handle = handle_with(make)
    answer = ask(handle, Inventory())
    found = {one.kind: (one.families, one.components) for one in answer.kinds if one.components}
    assert found == {"model": (2, 2), "framework": (3, 3), "service": (1, 1), "host": (1, 1)}
    assert answer.completeness.archived == 1
    assert answer.completeness.unknown_dependencies == 2  # nobody speaks of numpy and triton
    models = next(one for one in answer.kinds if one.kind == "model")
    assert (models.without_licence, models.without_owner) == (1, 2)
