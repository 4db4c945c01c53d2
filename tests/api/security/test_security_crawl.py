"""What tenant B records changes no byte of what tenant A is told, whatever A asks for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import is_required_argument

from lineage.flow import set_property
from lineage.model.document import Receipt, Upload
from lineage.record.tenant import Tenants
from lineage.record.token import Right
from tests.api.security.crawler import fields_of, queries
from tests.houses import ESTATE

BOM = (ESTATE / "chat.cdx.json").read_bytes()
OURS, THEIRS = "service:demo/chat@1.2", "service:bravo/zebra@7.7"
# What a tenant might guess of another: keys, names, streams, families.
GUESSES = (OURS, THEIRS, "ci/bravo-stream")
REFUSED = {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BUDGET_EXCEEDED"}
_SELF = re.compile(r"lineage_http|lineage_documents|lineage_refusals|python_|process_")


def fill(house: Any) -> list[Receipt]:
    """Tenant B gets documents, a property by hand, and names that nobody else has."""
    Tenants(house.record.session).add("bravo")
    told = BOM.replace(b"pkg:pypi/", b"pkg:pypi/zebra-").replace(b'"name": "', b'"name": "zebra-')
    upload = Upload(content=told, name="zebra.cdx.json", subject=THEIRS, stream="ci/bravo-stream",
                    tenant="bravo", principal="bravo-person", branch="bravo-branch")  # fmt: skip
    theirs = house.of(house.principal.__class__(tenant="bravo", rights=frozenset(Right)))
    receipts = [theirs.receive(upload)]
    receipts.append(
        set_property(house.record, THEIRS, "owner", "bravo-owner", tenant="bravo", principal="b")
    )
    return receipts


def crawl(service, headers, schema, texts=GUESSES) -> dict[str, Any]:
    """Every answer by what was asked."""
    found: dict[str, Any] = {}
    for name, query in queries(schema, texts):
        response = service.post("/graphql", json={"query": query}, headers=headers)
        body = response.json()
        codes = {one["extensions"]["code"] for one in body.get("errors", ())}
        assert not codes & REFUSED, (name, body)
        found[f"{name}: {query}"] = (response.status_code, body)
    for path, method in addresses(service.app):
        for text in texts:
            address = re.sub(r"\{[^}]+\}", text, path.replace("{form}", "ndjson"))
            for params in ({"key": text}, {"text": text}) if text != OURS else ({},):
                given = {"params": params} if method == "GET" else {"json": params}
                response = service.request(method, address, headers=headers, **given)
                lines = response.text.splitlines()
                kept = [line for line in lines if not _SELF.search(line)]
                found[f"{method} {address} {params}"] = (response.status_code, kept)
    return found


def addresses(app) -> list[tuple[str, str]]:
    """Every address and method that reads."""
    return [
        (route.path, method)
        for route in app.routes
        for method in getattr(route, "methods", ())
        if (method == "GET" or "/ask/" in route.path) and route.path != "/graphql"
    ]


@pytest.fixture
def schema(built):
    return built._schema


def test_nothing_of_another_tenant_is_told(service, shut, mint, schema) -> None:
    headers = mint(*Right)
    service.get("/v1/receipts/0", headers=headers)  # so that counters are there
    before = crawl(service, headers, schema)
    receipts = fill(shut)
    after = crawl(service, headers, schema)
    assert {asked for asked in after if after[asked] != before[asked]} == set()
    assert {asked.partition(":")[0] for asked in after} >= fields_of(schema)
    marked = re.compile("bravo-person|bravo-owner|bravo-branch|zebra-fast|zebra-torch")
    assert not [asked for asked, answer in after.items() if marked.search(repr(answer))]
    # Ids that only B was told are as unknown to A as ids that nobody was ever given.
    for mine, nobodys in ((receipts[0].id, "0" * 24), (receipts[0].digest, f"sha256:{'0' * 64}")):
        known = crawl(service, headers, schema, (mine,))
        unknown = crawl(service, headers, schema, (nobodys,))
        assert [repr(one).replace(mine, nobodys) for one in known.values()] == [
            repr(one) for one in unknown.values()
        ]


def test_the_other_tenant_is_told_everything(service, shut, mint, schema) -> None:
    """The crawl would find it: B's own token does."""
    fill(shut)
    headers = mint(Right.READ, tenant="bravo")
    told = repr(list(crawl(service, headers, schema).values()))
    for marker in ("bravo-person", "bravo-owner", "zebra", "ci/bravo-stream"):
        assert marker in told


def test_ids_and_cursors_of_another_tenant_are_worth_nothing(service, shut, mint) -> None:
    fill(shut)
    ours, theirs = mint(Right.READ), mint(Right.READ, tenant="bravo")

    def ask(query: str, headers: dict[str, str]) -> Any:
        return service.post("/graphql", json={"query": query}, headers=headers).json()

    asked = f'{{ component(key: "{THEIRS}") {{ ... on Component {{ id }} }} }}'
    number = ask(asked, theirs)["data"]["component"]["id"]
    node = f'{{ node(id: "{number}") {{ id }} }}'
    assert ask(node, theirs)["data"]["node"] == {"id": number}
    assert ask(node, ours)["data"]["node"] is None
    page = ask("{ receipts(first: 1) { pageInfo { endCursor } } }", theirs)
    cursor = page["data"]["receipts"]["pageInfo"]["endCursor"]
    more = f'{{ receipts(first: 1, after: "{cursor}") {{ totalCount }} }}'
    assert "errors" not in ask(more, theirs)
    codes = [one["extensions"]["code"] for one in ask(more, ours)["errors"]]
    assert codes == ["CURSOR_INVALID"]


def test_every_cursor_of_another_tenant_is_worth_nothing(service, shut, mint, schema) -> None:
    """On every list of the schema that can be asked without arguments."""
    fill(shut)
    ours, theirs = mint(*Right), mint(*Right, tenant="bravo")

    def ask(query: str, headers: dict[str, str]) -> Any:
        return service.post("/graphql", json={"query": query}, headers=headers).json()

    refused, looked = set(), set()
    for name, field in schema.query_type.fields.items():
        needed = any(is_required_argument(one) for one in field.args.values())
        if "after" not in field.args or needed:
            continue
        looked.add(name)
        page = f"{{ {name}(first: 1) {{ pageInfo {{ endCursor }} }} }}"
        for asker, other in ((theirs, ours), (ours, theirs)):
            cursor = ask(page, asker)["data"][name]["pageInfo"]["endCursor"]
            if cursor is None:
                continue
            more = f'{{ {name}(first: 1, after: "{cursor}") {{ totalCount }} }}'
            assert "errors" not in ask(more, asker), name
            (error,) = ask(more, other)["errors"]
            assert error["extensions"]["code"] == "CURSOR_INVALID", name
            refused.add(name)
    assert {"components", "streams", "submissions", "documents", "services"} <= refused
    assert len(looked) >= 10


def test_items_projects_and_tags_of_another_tenant_are_as_unknown_as_any(
    service, shut, mint
) -> None:
    """What an upload gives its sender: a token, a project, a tag of an answer, a place to look."""
    fill(shut)
    ours, theirs = mint(*Right), mint(*Right, tenant="bravo")
    form = {"projectName": "zebra", "projectVersion": "1", "autoCreate": "true"}
    sent = service.post("/api/v1/bom", data=form, files={"bom": ("b", BOM)}, headers=theirs).json()
    service.app.state.desk.wait(sent["token"], "bravo", 20)
    nobodys = "00000000-0000-7000-8000-000000000000"

    def answers(token: str, project: str, headers: dict[str, str]) -> list[tuple[int, str]]:
        asked = [
            ("GET", f"/v1/inbox/{token}"),
            ("GET", f"/api/v1/event/token/{token}"),
            ("GET", f"/api/v1/bom/token/{token}"),
            ("GET", f"/api/v1/project/{project}"),
            ("GET", "/api/v1/project/lookup?name=zebra&version=1"),
            ("GET", f"/api/v1/violation/project/{project}"),
            ("GET", f"/api/v1/finding/project/{project}"),
            ("GET", f"/api/v1/metrics/project/{project}/refresh"),
            ("PATCH", f"/api/v1/project/{project}"),
            ("DELETE", f"/api/v1/project/{project}"),
        ]
        found = []
        for method, path in asked:
            body = {"json": {"active": True}} if method == "PATCH" else {}
            response = service.request(method, path, headers=headers, **body)
            found.append((response.status_code, response.text.replace(token, "-")))
        return found

    told = answers(sent["token"], sent["projectUuid"], ours)
    assert [one.replace(sent["projectUuid"], "-") for _, one in told] == [
        one.replace(nobodys, "-") for _, one in answers(nobodys, nobodys, ours)
    ]
    assert not re.search("zebra", repr(told))
    assert answers(sent["token"], sent["projectUuid"], theirs) != told
    for path in (
        "/v1/components",
        "/v1/impact?key=CUDA%2012&to=13",
        "/graphql?query={services{totalCount}}",
    ):
        tag = service.get(path, headers=theirs).headers["etag"]
        known = {"If-None-Match": tag}
        assert service.get(path, headers=theirs | known).status_code == 304
        assert service.get(path, headers=ours | known).status_code == 200
