"""A library publishes its own BOM; a service that resolved the library for itself is not in it."""

from __future__ import annotations

from tests.conformance.discovery import MakesEngine
from tests.scenarios.engine_case import impact, on_every_engine, over, provenance, wholes
from tests.snapshots import edge, member, snapshot

FOO, CHAT, SEARCH = "pkg:pypi/foo@3.1", "service:acme/chat@1.0", "service:acme/search@1.0"
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
ESTATE = snapshot(
    [
        ("foo", "bom", FOO, [member(OLD)], 1),
        ("git", "chat", CHAT, [member(FOO), member(NEW), edge(FOO, "depends_on", NEW)], 2),
        ("git", "search", SEARCH, [member(FOO)], 3),
    ]
)


@on_every_engine
def test_known_dependencies_end_the_inner_assembly_at_its_subject(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    assert wholes(impact(engine, OLD)) == {OLD, FOO, SEARCH}
    assert wholes(provenance(engine, CHAT)) == {CHAT, FOO, NEW}


@on_every_engine
def test_unknown_dependencies_bring_the_contents_along(make: MakesEngine) -> None:
    engine = over(make, ESTATE)
    assert impact(engine, OLD) == {
        (OLD, None): 0,
        (OLD, FOO): 0,
        (FOO, None): 1,
        (FOO, SEARCH): 1,
        (SEARCH, None): 2,
    }
    assert provenance(engine, SEARCH) == {
        (SEARCH, None): 0,
        (FOO, SEARCH): 1,
        (FOO, None): 1,
        (OLD, FOO): 2,
        (OLD, None): 2,
    }


@on_every_engine
def test_a_start_at_the_library_is_its_own_bom_too(make: MakesEngine) -> None:
    assert wholes(provenance(over(make, ESTATE), FOO)) == {FOO, OLD}
