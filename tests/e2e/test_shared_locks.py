"""Two assemblies with one lock share its statements; each is still told by its own documents."""

from __future__ import annotations

from lineage.flow import receive
from lineage.graph.engines.csr import ENGINE
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries.component import Component, answer
from queries.question import Handle

LOCK = b"alpha==1.0\nbeta==2.0\n"


def test_each_holder_is_told_by_its_own_stream(sqlite_url: str) -> None:
    with Record.open(sqlite_url, create=True, namespace="acme") as record:
        for name in ("chat", "search"):
            subject = Key(f"service:acme/{name}@1.0")
            receive(record, Upload(content=LOCK, name="requirements.txt", subject=subject))
        views = RecordViews(record)
        view = views.view(At())
        one, other = (view.assemblies[f"service:acme/{n}@1.0"].content for n in ("chat", "search"))
        assert one.members == other.members
        found = answer(Component(key="pkg:pypi/alpha"), Handle(views=views, engine=ENGINE(views)))
    assert {
        held.assembly: [(said.stream, said.revision) for said in held.claimed_by]
        for held in found.assemblies
    } == {
        "service:acme/chat@1.0": [("requirements/service:acme/chat", 1)],
        "service:acme/search@1.0": [("requirements/service:acme/search", 2)],
    }
