"""What the two schemas allow, generated: every answer is one that they promise.

schemathesis draws calls from the GraphQL schema and from the OpenAPI description, good ones and
broken ones; each is sent to the application over a database of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.graphql.checks import GraphQLClientError, GraphQLServerError
from schemathesis.openapi.checks import RejectedPositiveData

from tests.cli.serving import serving
from tests.houses import copy_of

FEW, MANY = 5, 200


@pytest.fixture(scope="module")
def address(template: Path, tmp_path_factory: pytest.TempPathFactory, built: Any) -> Iterator[str]:
    file = copy_of(template, tmp_path_factory.mktemp("generated"))
    with serving(file, built, at_least_wait=0.01) as one:
        yield one


def in_graphql(address: str) -> Any:
    return schemathesis.graphql.from_url(f"{address}/graphql")


def in_openapi(address: str) -> Any:
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


def is_refusal(failure: BaseException, body: Any) -> bool:
    """Whether a call that a schema allows was refused, with a code that says why it must be.

    Those are the two checks that compare with the schema alone, and a schema cannot say that a
    cursor is forged, that `first` and `last` exclude each other, that a key is not known or that a
    range is of no scheme. An error of ours (INTERNAL), or one without a code, is never a refusal.
    """
    if isinstance(failure, GraphQLClientError | GraphQLServerError):
        codes = [one["extensions"]["code"] for one in failure.errors]
        return bool(codes) and "INTERNAL" not in codes
    if isinstance(failure, RejectedPositiveData):
        return 400 <= failure.status_code < 500 and body["code"] not in ("", "HTTP", "INTERNAL")
    return False


def try_all(schema: Any, examples: int) -> int:
    """Put ``examples`` calls of each operation; how many there were. Raises all that failed."""
    tried, wrong = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=examples == FEW,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            nonlocal tried
            tried += 1
            response = case.call()
            try:
                case.validate_response(response)
            except FailureGroup as group:
                left = [
                    failure
                    for failure in group.exceptions
                    if not is_refusal(failure, response.json())
                ]
                if left:
                    raise FailureGroup(left) from None

        try:
            one()
        except FailureGroup as group:
            wrong.extend(group.exceptions)
    if wrong:
        raise FailureGroup(wrong)
    return tried


@pytest.mark.parametrize("schema", [in_graphql, in_openapi])
def test_a_few_calls_of_every_operation(schema: Any, address: str) -> None:
    assert try_all(schema(address), FEW) > 100


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("schema", [in_graphql, in_openapi])
def test_many_calls_of_every_operation(schema: Any, address: str) -> None:
    assert try_all(schema(address), MANY) > 1_000
