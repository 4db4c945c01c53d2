"""Mutations: a document and its receipt, or a failure as a type; nothing is half done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

CHAT = "service:demo/chat@1.2"
MODELS = (
    "pkg:huggingface/demo/chat-7b-awq@3f1c9e2",
    "pkg:huggingface/demo/chat-7b-sft@a81d004",
)
RECEIPT = """__typename
    ... on Receipt { revision unchanged stream slot format added removed subject }
    ... on Failure { code message } ... on Refused { path } ... on Ambiguous { candidates }"""
SET = f"""mutation($key: String!, $name: String!, $value: JSON, $state: State! = VALUE) {{
  set(key: $key, name: $name, value: $value, state: $state) {{ {RECEIPT} }} }}"""
JOIN = f"""mutation($one: String!, $other: String!) {{
  join(one: $one, other: $other) {{ {RECEIPT} }} }}"""
SEPARATE = JOIN.replace("join(", "separate(")
ATTEST = f"""mutation($evidence: String!, $expires: String!, $value: JSON) {{
  attest(key: "{CHAT}", name: "licence", value: $value, evidence: $evidence,
    expires: $expires) {{ {RECEIPT} }} }}"""
VALUES = """query($key: String!) { component(key: $key) { ... on Component {
    key keys properties { name value state claimedBy { stream revision precedence } } } } }"""


def values(ask, key: str, name: str) -> list[object]:
    found = ask(VALUES, key=key)["component"]["properties"]
    return [one["value"] for one in found if one["name"] == name]


def test_what_is_set_comes_first_and_is_a_document(ask, house) -> None:
    receipt = ask(SET, key=CHAT, name="criticality", value="high")["set"]
    assert receipt["__typename"] == "Receipt"
    assert (receipt["revision"], receipt["added"], receipt["unchanged"]) == (5, 1, False)
    assert receipt["subject"] == CHAT
    assert values(ask, CHAT, "criticality")[0] == "high"
    again = ask(SET, key=CHAT, name="criticality", value="high")["set"]
    assert again == {**receipt, "unchanged": True}
    ask(SET, key=CHAT, name="criticality", value="low")
    assert values(ask, CHAT, "criticality") == ["low"]
    kept = house.record.history().submission(6)
    assert kept.client.startswith("testclient")
    assert b'"low"' in house.record.document(kept.digest)


def test_a_state_is_said_instead_of_a_value(ask) -> None:
    assert ask(SET, key=CHAT, name="owner", state="WITHHELD")["set"]["__typename"] == "Receipt"
    found = ask(VALUES, key=CHAT)["component"]["properties"]
    (owner, *_) = (one for one in found if one["name"] == "owner")
    assert owner["state"] == "WITHHELD"


def test_keys_are_joined_and_separated(ask) -> None:
    one, other = MODELS
    joined = ask(JOIN, one=one, other=other)["join"]
    assert (joined["__typename"], joined["added"]) == ("Receipt", 1)
    both = ask(VALUES, key=other)["component"]
    assert {one, other} <= set(both["keys"])
    assert ask(VALUES, key=one)["component"]["key"] == both["key"]
    apart = ask(SEPARATE, one=other, other=one)["separate"]
    assert (apart["added"], apart["removed"]) == (0, 1)
    assert ask(VALUES, key=one)["component"]["keys"] == [one]


def test_a_global_id_of_a_joined_key_finds_the_class(ask) -> None:
    node = "query($id: ID!) { node(id: $id) { id ... on Component { key keys } } }"
    asked = "query($key: String!) { component(key: $key) { ... on Component { id } } }"
    one, other = MODELS
    ids = [ask(asked, key=key)["component"]["id"] for key in (one, other)]
    ask(JOIN, one=one, other=other)
    first, second = (ask(node, id=one_id)["node"] for one_id in ids)
    assert first == second
    assert {one, other} <= set(first["keys"])


def test_somebody_vouches_for_a_value_up_to_a_day(ask) -> None:
    soon = str(datetime.now(UTC).date() + timedelta(days=30))
    given = {"evidence": "https://legal.example/42", "value": "Apache-2.0"}
    receipt = ask(ATTEST, expires=soon, **given)["attest"]
    assert (receipt["__typename"], receipt["subject"]) == ("Receipt", CHAT)
    assert values(ask, CHAT, "licence")
    late = ask(ATTEST, expires="2020-01-01", **given)["attest"]
    assert (late["__typename"], late["path"]) == ("Refused", "attest.expires")
    assert ask(ATTEST, expires="soon", **given)["attest"]["code"] == "DOCUMENT_REFUSED"
    bare = ask(ATTEST, expires=soon, evidence="", value="MIT")["attest"]
    assert bare["path"] == "attest.evidence"


@pytest.mark.parametrize(
    ("query", "variables", "kind", "code"),
    [
        (SET, {"key": "nobody", "name": "owner", "value": "x"}, "NotFound", "NOT_FOUND"),
        (SET, {"key": "pkg:", "name": "owner", "value": "x"}, "Invalid", "KEY_MALFORMED"),
        (SET, {"key": "chat", "name": " ", "value": "x"}, "Refused", "DOCUMENT_REFUSED"),
        (SET, {"key": "chat", "name": "energy", "value": "much"}, "Refused", "DOCUMENT_REFUSED"),
        (JOIN, {"one": CHAT, "other": CHAT}, "Refused", "DOCUMENT_REFUSED"),
        (JOIN, {"one": CHAT, "other": "nobody"}, "NotFound", "NOT_FOUND"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_type(ask, house, query, variables, kind, code) -> None:
    (found,) = ask(query, **variables).values()
    assert (found["__typename"], found["code"]) == (kind, code)
    assert found["message"]
    assert house.head().number == 4


def test_several_in_one_request_are_done_in_order(ask, house) -> None:
    found = ask(f"""mutation {{
        a: set(key: "chat", name: "owner", value: "one") {{ {RECEIPT} }}
        b: set(key: "nobody", name: "owner", value: "one") {{ {RECEIPT} }}
        c: set(key: "chat", name: "owner", value: "two") {{ {RECEIPT} }} }}""")
    assert [found[name].get("revision") for name in "abc"] == [5, None, 6]
    assert values(ask, CHAT, "owner")[0] == "two"


def test_nothing_is_done_by_get(client, house) -> None:
    query = 'mutation { set(key: "chat", name: "owner", value: "x") { __typename } }'
    response = client.get("/graphql", params={"query": query})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert house.head().number == 4
