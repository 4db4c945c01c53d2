"""The questions in GraphQL: answers, failures as types, cursors, time."""

from __future__ import annotations

import pytest

from lineage.model.document import Upload
from lineage.model.identity import Key
from tests.houses import ESTATE

CHAT = "service:demo/chat@1.2"
AFFECTED = """query($key: String!, $first: Int, $after: String, $from: String, $to: String) {
  impact(key: $key, from: $from, to: $to) { ... on ImpactAnswer { revision
    affected(first: $first, after: $after) {
      revision totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
      edges { cursor node { key assembly verdict } } } } } }"""


def send_host(house) -> None:
    path = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
    house.receive(Upload(content=path.read_bytes(), name=path.name))


def test_a_component_by_name(ask) -> None:
    found = ask("""{ component(key: "chat") { __typename ... on Service { name version }
        ... on Component { id key kind members { component } } } }""")
    component = found["component"]
    assert component["__typename"] == "Service"
    assert (component["key"], component["kind"]) == (CHAT, "SERVICE")
    assert (component["name"], component["version"]) == ("chat", "1.2")
    assert component["members"]
    again = ask(
        "query($id: ID!) { node(id: $id) { id ... on Service { key } } }", id=component["id"]
    )
    assert again["node"] == {"id": component["id"], "key": CHAT}


def test_a_global_id_keeps_the_revision_that_was_asked_for(ask, house) -> None:
    query = """query($x: String) { component(key: "service:demo/chat@1.2", asOf: $x) {
        ... on Component { id } } }"""
    newest, past = ask(query)["component"]["id"], ask(query, x="3")["component"]["id"]
    assert newest != past
    node = "query($id: ID!) { node(id: $id) { ... on Component { revision } } }"
    assert ask(node, id=past)["node"] == {"revision": 3}
    send_host(house)
    assert ask(node, id=newest)["node"] == {"revision": 5}
    assert ask(node, id=past)["node"] == {"revision": 3}


@pytest.mark.parametrize("text", ["", "abc", "!!", "WzFd", "WyJDb21wb25lbnQiLDFd"])
def test_a_garbage_id_is_a_coded_error(fail, text) -> None:
    assert fail("query($id: ID!) { node(id: $id) { id } }", id=text) == ["ID_INVALID"]


def test_failures_are_types(ask) -> None:
    found = ask("""{
      missing: component(key: "nobody") { __typename ... on NotFound { code text } }
      several: component(key: "torch") { __typename }
      odd: component(key: "pkg:") { __typename ... on Failure { code message } }
      soon: component(key: "chat", atLeast: 99) { __typename ... on Stale { wanted newest code } }
      never: component(key: "chat", asOf: "99") { __typename ... on Invalid { code } }
      when: component(key: "chat", asOf: "noon") { __typename ... on Invalid { code } }
    }""")
    assert found["missing"] == {"__typename": "NotFound", "code": "NOT_FOUND", "text": "nobody"}
    assert found["odd"]["code"] == "KEY_MALFORMED"
    assert found["soon"] == {
        "__typename": "Stale", "wanted": 99, "newest": 4, "code": "STALE",
    }  # fmt: skip
    assert found["never"] == {"__typename": "Invalid", "code": "REVISION_UNKNOWN"}
    assert found["when"]["code"] == "REVISION_UNKNOWN"


def test_ambiguity_lists_the_candidates(ask, house) -> None:
    send_host(house)
    house.receive(
        Upload(
            content=b"torch==2.15.0\n", name="requirements.txt", format="requirements",
            subject=Key("environment:demo/other"),
        )
    )  # fmt: skip
    found = ask("""{ component(key: "torch") { ... on Ambiguous { code candidates } } }""")
    assert found["component"] == {
        "code": "AMBIGUOUS",
        "candidates": ["pkg:pypi/torch@2.15.0", "pkg:pypi/torch@2.9.1"],
    }


def test_at_least_waits_for_a_revision_that_is_there(ask) -> None:
    found = ask("""{ search(text: "chat", atLeast: 4) { ... on SearchAnswer { revision } } }""")
    assert found["search"] == {"revision": 4}


def test_as_of_a_revision_and_a_time(ask) -> None:
    query = """query($x: String) { search(text: "chat-7b", asOf: $x) {
        ... on SearchAnswer { revision total } } }"""
    assert ask(query)["search"]["total"] > 0
    assert ask(query, x="1")["search"] == {"revision": 1, "total": 0}
    assert ask(query, x="2000-01-01T00:00:00Z")["search"] == {"revision": 0, "total": 0}


def test_provenance(ask) -> None:
    found = ask("""{ provenance(key: "chat-7b-awq") { ... on ProvenanceAnswer {
        headline counts { kind count } completeness { score formula claimed needed }
        upstream { key depth hop { edge claimedBy { stream } } path { key edge } }
        licences { licence terms { category } } gaps { key fact } } } }""")["provenance"]
    assert {row["depth"] for row in found["upstream"]} == {1, 2}
    assert all(row["hop"]["claimedBy"] for row in found["upstream"])
    state = found["completeness"]
    assert state["needed"] - state["claimed"] == len(found["gaps"])


def test_search_by_kind(ask) -> None:
    found = ask("""{ search(text: "chat", kinds: [SERVICE]) { ... on SearchAnswer {
        found { key kind } } } }""")
    assert found["search"]["found"] == [{"key": CHAT, "kind": "SERVICE"}]


def test_impact_pages_to_its_end(ask) -> None:
    given = {"key": "capability:cuda", "from": "12", "to": "13"}
    whole = ask(AFFECTED, **given)["impact"]["affected"]
    rows = [edge["node"] for edge in whole["edges"]]
    assert whole["totalCount"] == len(rows) > 15
    assert not whole["pageInfo"]["hasNextPage"]
    paged, after = [], None
    while True:
        page = ask(AFFECTED, first=7, after=after, **given)["impact"]["affected"]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        paged += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == rows


def test_a_page_goes_on_at_its_own_revision_and_says_so(ask, house) -> None:
    given = {"key": "capability:cuda", "from": "12", "to": "13"}
    before = ask(AFFECTED, **given)["impact"]["affected"]
    first = ask(AFFECTED, first=3, **given)["impact"]["affected"]
    for one in sorted(ESTATE.glob("*.pip.json")):
        house.receive(
            Upload(content=one.read_bytes(), name=one.name, subject=Key("container:demo/new@1"))
        )
    cursor = first["pageInfo"]["endCursor"]
    answer = ask(AFFECTED, first=1000, after=cursor, **given)["impact"]
    assert answer["revision"] > 4
    assert answer["affected"]["revision"] == 4
    assert answer["affected"]["edges"] == before["edges"][3:]


def test_a_cursor_is_signed_and_belongs_to_its_question(ask, fail) -> None:
    given = {"key": "capability:cuda", "from": "12", "to": "13"}
    cursor = ask(AFFECTED, first=3, **given)["impact"]["affected"]["pageInfo"]["endCursor"]
    forged = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    for bad in (forged, "", "garbage", "%%%", cursor + "AAAA", "é"):
        assert fail(AFFECTED, after=bad, **given) == ["CURSOR_INVALID"]
    other = {**given, "from": "11"}
    assert fail(AFFECTED, after=cursor, **other) == ["CURSOR_INVALID"]


@pytest.mark.parametrize("first", [-1, 10_001])
def test_first_is_bounded(fail, first) -> None:
    given = {"key": "capability:cuda", "from": "12", "to": "13"}
    assert fail(AFFECTED, first=first, **given) == ["ARGUMENT_INVALID"]
    assert fail("query($f: Int) { receipts(first: $f) { totalCount } }", f=first) == [
        "ARGUMENT_INVALID"
    ]


def test_a_change_that_is_not_built_is_invalid_by_name(ask) -> None:
    found = ask("""{ impact(key: "capability:cuda", change: RETRACT) {
        ... on Invalid { code message } } }""")
    assert found["impact"]["code"] == "CHANGE_INVALID"
    assert "retract" in found["impact"]["message"]


def test_receipts_newest_first(ask, fail, house) -> None:
    query = """query($first: Int, $after: String) { receipts(first: $first, after: $after) {
        totalCount revision nodes { id revision quarantined { path } facts }
        pageInfo { hasNextPage endCursor } } }"""
    first = ask(query, first=3)["receipts"]
    assert [one["revision"] for one in first["nodes"]] == [4, 3, 2]
    send_host(house)
    rest = ask(query, first=3, after=first["pageInfo"]["endCursor"])["receipts"]
    assert [one["revision"] for one in rest["nodes"]] == [1]
    assert (rest["revision"], rest["totalCount"]) == (4, 4)
    assert not rest["pageInfo"]["hasNextPage"]
    assert fail(query, after="nonsense") == ["CURSOR_INVALID"]
    one = "query($id: ID!) { receipt(id: $id) { __typename ... on Receipt { revision } } }"
    assert ask(one, id=first["nodes"][0]["id"])["receipt"] == {
        "__typename": "Receipt", "revision": 4,
    }  # fmt: skip
    assert ask(one, id="nobody")["receipt"] == {"__typename": "NotFound"}


def test_the_newest_revision(ask, house) -> None:
    found = ask("{ revision { number chain } }")["revision"]
    assert found == {"number": 4, "chain": house.head().chain}
