"""What is far too big is refused before it is validated, most of it before it is parsed."""

from __future__ import annotations

import re
import time

import pytest
from graphql import get_introspection_query, parse

from api.graphql import preparation
from api.graphql.cost import Limits, check_document
from api.graphql.execution import Executor, Request
from api.graphql.published import published
from api.graphql.scan import Bounds, check_text
from lineage.errors import BudgetExceededError

WIDE = Bounds(
    characters=1 << 30, tokens=1 << 30, fields=1 << 30, aliases=1 << 30, directives=1 << 30,
    spreads=1 << 30, definitions=1 << 30, nesting=1 << 30, repeats=1 << 30,
)  # fmt: skip


def bomb(count: int, on: str, leaf: str, root: str) -> str:
    spread = "".join(f"fragment F{i} on {on} {{ ...F{i + 1} ...F{i + 1} }} " for i in range(count))
    return f"{{ {root} {{ ...F0 }} }} {spread} fragment F{count} on {on} {{ {leaf} }}"


def doubled(depth: int) -> str:
    inner = doubled(depth - 1) if depth else "{ b }"
    return f"{{ a {inner} a {inner} }}"


COLUMNS = "key kind family name version licence owner lifecycle criticality " * 4
PARSED = {
    "rows": "{ " + " ".join(
        f"{name}(first: 10000) {{ nodes {{ {COLUMNS} }} edges {{ node {{ {COLUMNS} }} }} }}"
        for name in ("components", "services", "models", "datasets", "hardware", "runs")
    ) + "}",
    "fragments": bomb(24, "Revision", "number", "revision"),
    "fragments of introspection": bomb(24, "__Schema", "description", "__schema"),
    "depth": "{ " + "a { " * 26 + "b" + " }" * 26 + " }",
    "repeats through fragments": "{ ...F ...G } fragment F on Query { "
    + "revision { number } " * 40 + "} fragment G on Query { "
    + "revision { number } " * 40 + "}",
    "aliases of a fragment": "{ ...F ...G } fragment F on Query { " + " ".join(
        f"a{i}: revision {{ number }}" for i in range(60)
    ) + " } fragment G on Query { ...F ...F }",
}  # fmt: skip
UNPARSED = {
    "repeated fields": "{ " + "revision { number } " * 200 + "}",
    "repeated fields inside repeated fields": "{ " + "a { " * 9 + "b " * 90 + "} " * 9 + "}",
    "another operation of the document": "query a { __typename } query b { "
    + "revision { number } " * 200
    + "}",
    "a fragment that nothing spreads": "{ __typename } fragment F on Query { "
    + "revision { number } " * 200
    + "}",
    **{f"doubly nested repeats, {depth} deep": doubled(depth) for depth in (5, 8, 9)},
    "aliases": "{ " + " ".join(f"a{i}: revision {{ number }}" for i in range(101)) + " }",
    "directives": "{ revision " + "@skip(if: false) " * 2000 + "{ number } }",
    "unknown directives": "{ revision " + "@a " * 5000 + "{ number } }",
    "tokens": "{ search(kinds: [" + "MODEL " * 6000 + "]) { __typename } }",
    "comments": "#\n" * 30_000 + "{ __typename }",
    "characters": '{ search(text: "' + "x" * 70_000 + '") { __typename } }',
    "fields": "{ " + " ".join(f"a{i}" for i in range(2001)) + "}",
    "definitions": "".join(f"query a{i} {{ __typename }} " for i in range(101)),
    "spreads": "{ " + "...F " * 401 + "} fragment F on Query { __typename }",
    "nesting": "{ revision " + "{ a " * 3000,
    "nesting of arguments": "{ search(kinds: " + "[" * 2000 + "]" * 2000 + ") { __typename } }",
}


@pytest.fixture
def unvalidated(monkeypatch):
    def validate(*_args, **_more):
        pytest.fail("this was validated")

    monkeypatch.setattr(preparation, "validate", validate)


def code_of(client, query: str) -> str:
    body = client.post("/graphql", json={"query": query}).json()
    assert "data" not in body
    (error,) = body["errors"]
    return error["extensions"]["code"]


@pytest.mark.parametrize("name", PARSED)
def test_a_probe_is_refused_before_it_is_validated(client, unvalidated, name) -> None:
    assert code_of(client, PARSED[name]) == "BUDGET_EXCEEDED"


@pytest.mark.parametrize("name", UNPARSED)
def test_a_probe_is_refused_before_it_is_parsed(client, monkeypatch, unvalidated, name) -> None:
    def parse_document(*_args, **_more):
        pytest.fail("this was parsed")

    monkeypatch.setattr(preparation, "parse", parse_document)
    wanted = "GRAPHQL_PARSE_FAILED" if name.startswith("nesting") else "BUDGET_EXCEEDED"
    assert code_of(client, UNPARSED[name]) == wanted


@pytest.mark.parametrize("name", [*PARSED, *UNPARSED])
def test_a_probe_costs_less_than_20_ms(built, house, name) -> None:
    run = Executor(built, house)
    probe = (PARSED | UNPARSED)[name]
    taken = []
    for _ in range(5):
        text = f"{probe} # {len(taken)}"  # refused anew: what was refused before is remembered
        begin = time.process_time()
        response = run(Request(query=text))
        taken.append(time.process_time() - begin)
        assert response.request_error
    assert min(taken) < 0.02


def test_a_batch_is_no_request(client) -> None:
    taken = []
    for _ in range(5):
        begin = time.process_time()
        response = client.post("/graphql", json=[{"query": "{ __typename }"}] * 1000)
        taken.append(time.process_time() - begin)
    assert min(taken) < 0.02  # with what the client takes to write it
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BODY_INVALID"


def test_a_fragment_that_spreads_itself_is_named_by_validation(client) -> None:
    query = "{ ...F } fragment F on Query { revision { number } ...G } fragment G on Query { ...F }"
    body = client.post("/graphql", json={"query": query}).json()
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert codes == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("query", ["{ ...F } fragment F on Q { a { ...F } }", doubled(9)])
def test_pairs_are_counted_to_their_limit_and_no_further(query) -> None:
    limits = Limits(depth=99, fields=10_000, aliases=99, cost=99, repeats=2_500)
    if "F" in query:
        check_document(parse(query), limits)  # ends, though the fragment does not
        return
    with pytest.raises(BudgetExceededError) as caught:
        check_document(parse(query), limits)
    assert "pairs" in str(caught.value)


def test_what_a_text_has() -> None:
    text = """query Q($a: Int = 1, $b: [String!]) @a { # one } {
        x: search(text: "} { @ ...", where: {kind: {eq: MODEL}}) @skip(if: $b) { ... on T { y } }
        ...F on }
      fragment F on T { z(t: \"\"\"{ " \\\"\"\" { @\"\"\") }"""
    scan = check_text(text, WIDE)
    assert (scan.fields, scan.aliases, scan.directives) == (4, 1, 2)
    assert (scan.spreads, scan.definitions, scan.nesting) == (2, 2, 4)


def test_the_look_counts_what_the_parser_finds() -> None:
    from graphql import FieldNode, Visitor, visit

    class Count(Visitor):
        fields = aliases = 0

        def enter_field(self, node: FieldNode, *_args) -> None:
            self.fields += 1
            self.aliases += node.alias is not None

    for text in [*(one.query for one in published()), get_introspection_query()]:
        count = Count()
        visit(parse(text), count)
        scan = check_text(text, WIDE)
        assert scan.aliases == count.aliases
        # A field after one that is called `on` looks like the type of a condition.
        fields_called_on = len(re.findall(r"\bon\b(?!\s+[A-Z])", text))
        assert 0 <= count.fields - scan.fields <= fields_called_on


def test_documents_are_prepared_once_and_forgotten_by_size(built, monkeypatch) -> None:
    texts = [f"{{ __typename }} # {i} {'x' * 1000}" for i in range(20)]
    limits = Limits(depth=9, fields=9, aliases=9, cost=9)
    monkeypatch.setattr(preparation, "_KEPT_BYTES", 10_000)
    prepared = preparation.Preparation(built._schema, WIDE, limits)
    first = prepared(texts[0])
    assert prepared(texts[0]) is first
    made = [prepared(text) for text in texts]
    assert prepared(texts[0]) is not first
    assert prepared(texts[-1]) is made[-1]


def test_many_fields_that_no_type_has_are_refused_at_once(client) -> None:
    named = " ".join(f"other{at}: zz{at}" for at in range(21))
    for text in (f"{{ {named} }}", "{ " + " ".join(f"zz{at}" for at in range(1_900)) + " }"):
        (error,) = client.post("/graphql", json={"query": text}).json()["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert error["message"].startswith("No type has these fields: zz0, zz1")
    few = client.post("/graphql", json={"query": "{ zz0 zz1 other: revision { number } }"}).json()
    assert [one["message"][:24] for one in few["errors"]] == [
        "Cannot query field 'zz0'",
        "Cannot query field 'zz1'",
    ]
