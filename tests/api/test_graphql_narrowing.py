"""`where` and `orderBy`: one grammar for every list; whatever cannot be asked has a code."""

from __future__ import annotations

import pytest

from lineage.model.document import Upload
from tests.houses import ESTATE

CUDA = 'impact(key: "capability:cuda", from: "12", to: "13")'
AFFECTED = f"""query($where: AffectedWhere, $orderBy: [AffectedOrder!], $first: Int,
  $after: String) {{
  {CUDA} {{ ... on ImpactAnswer {{ headline counts {{ breaks }} affected(
    where: $where, orderBy: $orderBy, first: $first, after: $after) {{ totalCount cannotCompare
      pageInfo {{ hasNextPage endCursor }} nodes {{
        key name verdict reason assembly }} }} }} }} }}"""
COMPONENTS = """query($where: ComponentWhere, $orderBy: [ComponentOrder!], $first: Int,
    $after: String, $knowledge: Boolean! = false) {
  components(where: $where, orderBy: $orderBy, first: $first, after: $after,
      knowledge: $knowledge) {
    totalCount cannotCompare revision pageInfo { hasNextPage endCursor }
    nodes { __typename id key kind name version owner heldBy } } }"""


def affected(ask, **given):
    return ask(AFFECTED, first=1000, **given)["impact"]["affected"]


def components(ask, **given):
    return ask(COMPONENTS, **{"first": 1000, **given})["components"]


def test_affected_is_narrowed_and_the_question_is_not(ask) -> None:
    whole = ask(AFFECTED, first=1000)["impact"]
    rows = whole["affected"]["nodes"]
    narrowed = ask(AFFECTED, where={"verdict": {"in": ["BREAKS"]}}, first=1000)["impact"]
    wanted = [row for row in rows if row["verdict"] == "BREAKS"]
    assert 0 < len(wanted) < len(rows)
    assert narrowed["affected"]["nodes"] == wanted
    assert narrowed["affected"]["totalCount"] == len(wanted)
    assert (narrowed["headline"], narrowed["counts"]) == (whole["headline"], whole["counts"])
    reason = affected(ask, where={"reason": {"eq": "BOUND"}, "kind": {"eq": "FRAMEWORK"}})
    assert reason["nodes"] == [row for row in rows if row["reason"] == "BOUND"]
    both = {"or": [{"verdict": {"eq": "SURVIVES"}}, {"not": {"name": {"eq": "torch"}}}]}
    assert affected(ask, where=both)["nodes"] == [
        row for row in rows if row["verdict"] == "SURVIVES" or row["name"] != "torch"
    ]


def test_affected_is_ordered_and_pages_in_that_order(ask, fail) -> None:
    order = [{"field": "NAME", "descending": True}, {"field": "VERDICT"}]
    rows = affected(ask, orderBy=order)["nodes"]
    assert rows == sorted(rows, key=lambda row: row["name"], reverse=True) or sorted(
        {row["name"] for row in rows}, reverse=True
    ) == list(dict.fromkeys(row["name"] for row in rows))
    found, after, more = [], None, True
    while more:
        page = ask(AFFECTED, orderBy=order, first=4, after=after)["impact"]["affected"]
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == rows
    assert fail(AFFECTED, first=4, after=after) == ["CURSOR_INVALID"]
    other = {"orderBy": order, "where": {"name": {"eq": "torch"}}}
    assert fail(AFFECTED, first=4, after=after, **other) == ["CURSOR_INVALID"]


def test_components_are_nodes_of_their_kind(ask) -> None:
    found = components(ask, where={"kind": {"in": ["SERVICE", "MODEL"]}})["nodes"]
    assert {one["__typename"] for one in found} == {"Service", "Model"}
    node = "query($id: ID!) { node(id: $id) { ... on Component { key owner heldBy } } }"
    for one in found:
        assert ask(node, id=one["id"])["node"] == {
            name: one[name] for name in ("key", "owner", "heldBy")
        }  # fmt: skip
    services = ask("{ services { nodes { __typename key } } }")["services"]["nodes"]
    assert services == [
        {"__typename": "Service", "key": one["key"]} for one in found
        if one["kind"] == "SERVICE"
    ]  # fmt: skip


def test_a_row_says_all_that_a_component_says(ask) -> None:
    fields = (
        "kinds keys versions properties { name value } assemblies { assembly } findings { code }"
    )
    listed = ask(f"{{ components(first: 20) {{ nodes {{ key revision {fields} }} }} }}")
    query = f"query($key: String!) {{ component(key: $key) {{ ... on Component {{ {fields} }} }} }}"
    for one in listed["components"]["nodes"]:
        single = ask(query, key=one["key"])["component"]
        assert single == {name: one[name] for name in single}
        assert one["revision"] == 4


def test_rows_do_not_cost_a_read_each(client, house, counted) -> None:
    heavy = (
        "query($first: Int) { components(first: $first) { nodes { id keys members { name } } } }"
    )
    light = "query($first: Int) { components(first: $first) { nodes { id name owner } } }"
    for query in (heavy, light):
        counts = []
        for first in (1, 40):
            body = {"query": query, "variables": {"first": first}}
            client.post("/graphql", json=body)
            taken = []
            for _ in range(3):  # the one that follows the record may look in between
                with counted() as statements:
                    found = client.post("/graphql", json=body).json()["data"]
                assert len(found["components"]["nodes"]) == first
                taken.append(len(statements))
            counts.append(min(taken))
        assert counts[0] == counts[1] <= 14, statements


def test_filters_of_every_sort(ask) -> None:
    everything = components(ask)["nodes"]
    torch = components(ask, where={"name": {"eq": "torch"}})["nodes"]
    assert [one["key"] for one in torch] == [
        one["key"] for one in everything if one["name"] == "torch"
    ]
    version = {"name": {"eq": "torch"}, "version": {"range": ">=2,<3"}}
    assert components(ask, where=version)["nodes"] == torch
    held = components(ask, where={"heldBy": {"ge": 1}})["nodes"]
    assert held == [one for one in everything if one["heldBy"] >= 1]
    inside = components(ask, where={"memberOf": {"key": {"eq": "container:demo/chat-api@1.2"}}})
    assert inside["totalCount"] > 20
    text = components(ask, where={"text": "CHAT-7b"})["nodes"]
    assert {one["name"] for one in text} >= {"chat-7b-awq"}
    ordered = components(ask, orderBy=[{"field": "NAME", "descending": True}])["nodes"]
    names = [one["name"] for one in ordered]
    assert names == sorted(names, reverse=True)
    assert components(ask, knowledge=True)["totalCount"] > len(everything)


@pytest.mark.parametrize(
    "where",
    [
        {"name": {"eq": "nobody"}},
        {"version": {"range": ">=2", "scheme": "deb"}, "name": {"eq": "torch"}},
        {"or": []},
        {"owner": {"in": []}},
    ],
)
def test_a_filter_that_nothing_passes_is_an_honest_empty_list(ask, where) -> None:
    found = components(ask, where=where)
    assert (found["totalCount"], found["nodes"]) == (0, [])
    assert found["pageInfo"] == {"hasNextPage": False, "endCursor": None}
    assert found["cannotCompare"] == (1 if "version" in where else 0)


def nested(depth: int) -> dict:
    return {"not": nested(depth - 1)} if depth else {"name": {"eq": "x"}}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"version": {"range": "1", "scheme": "nonsense"}}, "WHERE_INVALID"),
        ({"version": {"range": "vers:nonsense"}}, "WHERE_INVALID"),
        ({"licence": {"category": ["nonsense"]}}, "WHERE_INVALID"),
        ({"knownBy": {"eq": "nobody"}}, "WHERE_INVALID"),
        ({"text": " "}, "WHERE_INVALID"),
        ({"name": {}}, "WHERE_INVALID"),
        (nested(40), "WHERE_INVALID"),
        ({"kind": {"eq": "SPACESHIP"}}, "BAD_USER_INPUT"),
        ({"colour": {"eq": "red"}}, "BAD_USER_INPUT"),
        ({"name": "torch"}, "BAD_USER_INPUT"),
        ({"heldBy": {"ge": "many"}}, "BAD_USER_INPUT"),
    ],
)
def test_a_filter_that_cannot_be_asked(fail, where, code) -> None:
    assert set(fail(COMPONENTS, where=where)) == {code}


@pytest.mark.parametrize(
    "order", [{}, {"property": ""}, {"field": "NAME", "property": "x"}, {"field": "NO"}]
)
def test_an_order_that_there_is_not(fail, order) -> None:
    assert fail(COMPONENTS, orderBy=[order])[0] in ("ORDER_INVALID", "BAD_USER_INPUT")


def test_a_list_goes_on_at_its_revision_while_documents_come(ask, house) -> None:
    whole = components(ask)["nodes"]
    found, after, more, number = [], None, True, 0
    path = ESTATE / "hosts" / "gpu-h100-01.cdx.json"
    while more:
        page = components(ask, first=40, after=after)
        assert (page["revision"], page["totalCount"]) == (4, len(whole))
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        number += 1
        house.receive(Upload(content=path.read_bytes(), name=path.name, subject=f"host:d/{number}"))  # type: ignore[arg-type]
    assert [one["key"] for one in found] == [one["key"] for one in whole]
    assert components(ask)["totalCount"] > len(whole)


def test_groups(ask) -> None:
    query = """query($where: JSON, $groupBy: [String!]!) {
      aggregate(over: "components", where: $where, groupBy: $groupBy) { ... on AggregateAnswer {
        total rows { keys count } } ... on Failure { code } } }"""
    found = ask(query, where={"heldBy": {"ge": 1}}, groupBy=["kind"])["aggregate"]
    assert found["total"] == sum(row["count"] for row in found["rows"])
    assert found["total"] == components(ask, where={"heldBy": {"ge": 1}})["totalCount"]
    assert ask(query, where={"colour": 1}, groupBy=["kind"])["aggregate"] == {
        "code": "WHERE_INVALID"
    }
