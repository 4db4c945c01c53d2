"""Lists in GraphQL: forwards, backwards, at the revision of their first page, coded errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.model.document import Upload
from lineage.model.identity import Key
from tests.houses import ESTATE

HOST = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
PAGE = "revision totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
ARGUMENTS = "$first: Int, $after: String, $last: Int, $before: String, $asOf: String"
PASSED = "first: $first, after: $after, last: $last, before: $before"
LISTS = {
    "receipts": f"query({ARGUMENTS.replace(', $asOf: String', '')}) {{ receipts({PASSED}) {{ "
    f"{PAGE} edges {{ cursor node {{ id revision }} }} }} }}",
    **{
        name: f"query({ARGUMENTS}) {{ {name}({extra}{PASSED}, asOf: $asOf) {{ "
        f"{PAGE} edges {{ cursor node {{ {fields} }} }} }} }}"
        for name, extra, fields in (
            ("revisions", "", "number chain"),
            ("submissions", "", "id revision"),
            ("documents", "", "digest"),
            ("streams", "", "name"),
            ("changes", "", "number opened slots { opened }"),
            ("claims", 'key: "chat", ', "says name value fromRevision"),
            ("history", 'key: "chat", ', "says name value fromRevision toRevision"),
        )
    },
}
AFFECTED = f"""query({ARGUMENTS}) {{ impact(key: "capability:cuda", from: "12", to: "13",
  asOf: $asOf) {{ ... on ImpactAnswer {{ affected({PASSED}) {{
    {PAGE} edges {{ cursor node {{ key assembly verdict }} }} }} }} }} }}"""


def page_of(ask, name: str, **given: Any) -> dict[str, Any]:
    if name == "affected":
        return ask(AFFECTED, **given)["impact"]["affected"]
    return ask(LISTS[name], **given)[name]


def send(house, number: int) -> None:
    key = Key(f"host:demo/gpu-{number}")
    house.receive(Upload(content=HOST.read_bytes(), name=HOST.name, subject=key))


ALL = [*LISTS, "affected"]


@pytest.mark.parametrize("name", ALL)
def test_every_list_pages_to_both_ends(ask, name) -> None:
    whole = page_of(ask, name, first=1000)
    edges = whole["edges"]
    assert whole["totalCount"] == len(edges) > 1
    assert not whole["pageInfo"]["hasNextPage"]
    assert not whole["pageInfo"]["hasPreviousPage"]
    size = max(1, len(edges) // 3)
    found, after, more = [], None, True
    while more:
        page = page_of(ask, name, first=size, after=after)
        more = page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == len(edges)
        assert page["pageInfo"]["hasPreviousPage"] == bool(found)
        found += page["edges"]
        after = page["pageInfo"]["endCursor"]
    assert found == edges
    found, before, more = [], None, True
    while more:
        page = page_of(ask, name, last=size, before=before)
        more = page["pageInfo"]["hasPreviousPage"]
        assert page["pageInfo"]["hasNextPage"] == bool(found)
        found = page["edges"] + found
        before = page["pageInfo"]["startCursor"]
    assert found == edges
    middle = page_of(ask, name, after=edges[0]["cursor"], before=edges[-1]["cursor"])
    assert middle["edges"] == edges[1:-1]
    assert page_of(ask, name, first=0)["edges"] == []


@pytest.mark.parametrize("name", ALL)
def test_a_list_goes_on_at_the_revision_of_its_first_page(ask, house, name) -> None:
    whole = page_of(ask, name, first=1000)
    first = page_of(ask, name, first=1)
    for number in range(3):
        send(house, number)
    rest = page_of(ask, name, first=1000, after=first["pageInfo"]["endCursor"])
    assert (rest["revision"], rest["totalCount"]) == (4, whole["totalCount"])
    assert first["edges"] + rest["edges"] == whole["edges"]
    before = page_of(ask, name, last=1000, before=whole["edges"][-1]["cursor"])
    assert before["edges"] == whole["edges"][:-1]


@pytest.mark.parametrize("name", [one for one in ALL if one != "receipts"])
def test_a_list_as_it_was(ask, house, name) -> None:
    then = page_of(ask, name, first=1000)
    send(house, 1)
    past = page_of(ask, name, first=1000, asOf="4")
    assert [one["node"] for one in past["edges"]] == [one["node"] for one in then["edges"]]
    assert past["revision"] == 4


@pytest.mark.parametrize("name", ALL)
def test_a_cursor_that_is_none_of_this_list(ask, fail, name) -> None:
    query = AFFECTED if name == "affected" else LISTS[name]
    cursor = page_of(ask, name, first=1)["pageInfo"]["endCursor"]
    other = "streams" if name != "streams" else "revisions"
    foreign = page_of(ask, other, first=1)["pageInfo"]["endCursor"]
    forged = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    for bad in (forged, foreign, "", "garbage", "%%%", cursor + "AAAA", "é", "A" * 4000):
        for side in ("after", "before"):
            assert fail(query, **{side: bad}) == ["CURSOR_INVALID"]
    if name != "receipts":
        assert fail(query, after=cursor, asOf="4") == ["CURSOR_INVALID"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "given", [{"first": -1}, {"last": -1}, {"first": 10_001}, {"first": 1, "last": 1}]
)
def test_what_cannot_be_a_page(fail, name, given) -> None:
    query = AFFECTED if name == "affected" else LISTS[name]
    assert fail(query, **given) == ["ARGUMENT_INVALID"]


@pytest.mark.parametrize("name", ALL)
def test_ten_million_rows_are_refused(client, name) -> None:
    query = AFFECTED if name == "affected" else LISTS[name]
    body = {"query": query, "variables": {"first": 10_000_000}}
    body = client.post("/graphql", json=body).json()
    assert body["errors"][0]["extensions"]["code"] == "BUDGET_EXCEEDED"
    assert "data" not in body


def test_cursors_of_two_revisions_make_no_page(ask, fail, house) -> None:
    early = page_of(ask, "revisions", first=1)["pageInfo"]["endCursor"]
    send(house, 1)
    late = page_of(ask, "revisions", last=1)["pageInfo"]["startCursor"]
    assert fail(LISTS["revisions"], after=early, before=late) == ["CURSOR_INVALID"]


def test_lists_give_coded_errors(fail) -> None:
    assert fail('{ claims(key: "nobody") { totalCount } }') == ["NOT_FOUND"]
    assert fail('{ history(key: "pkg:") { totalCount } }') == ["KEY_MALFORMED"]
    assert fail('{ streams(asOf: "99") { totalCount } }') == ["REVISION_UNKNOWN"]
    assert fail("{ streams(atLeast: 99) { totalCount } }") == ["STALE"]


def test_a_list_of_nothing_is_an_honest_empty_one(ask) -> None:
    found = ask(f'{{ submissions(format: "papyrus") {{ {PAGE} nodes {{ id }} }} }}')["submissions"]
    assert (found["totalCount"], found["nodes"]) == (0, [])
    assert found["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None,
    }  # fmt: skip


def test_changes_since_a_revision(ask, house) -> None:
    query = "query($since: Int) { changes(since: $since) { nodes { number subject opened } } }"
    assert [one["number"] for one in ask(query, since=2)["changes"]["nodes"]] == [3, 4]
    assert ask(query, since=4)["changes"]["nodes"] == []
    send(house, 1)
    (one,) = ask(query, since=4)["changes"]["nodes"]
    assert (one["number"], one["subject"]) == (5, "host:demo/gpu-1")
    assert one["opened"] > 0


def test_a_cursor_tells_nothing_without_the_key(ask) -> None:
    import base64

    cursor = page_of(ask, "revisions", first=1)["pageInfo"]["endCursor"]
    raw = base64.urlsafe_b64decode(cursor + "==")
    body = json.loads(raw[12:])
    assert body[0] == 4
    assert body[3] == [4]


def test_statements_do_not_grow_with_rows(client, house, counted) -> None:
    for number in range(20):
        send(house, number)
    for name in ALL:
        query = AFFECTED if name == "affected" else LISTS[name]
        counts = []
        for first in (2, 20):
            client.post("/graphql", json={"query": query, "variables": {"first": first}})
            taken = []
            for _ in range(3):  # the one that follows the record may look in between
                with counted() as statements:
                    client.post("/graphql", json={"query": query, "variables": {"first": first}})
                taken.append(len(statements))
            counts.append(min(taken))
        assert counts[0] == counts[1] <= 14, (name, counts, statements)
