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
from schemathesis.specs.openapi.checks import positive_data_acceptance

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


def is_refusal(failure: BaseException) -> bool:
    """Whether all that went wrong has a code of ours, which says what of the call cannot be used.

    A schema cannot say that a cursor is forged, or that `first` and `last` exclude each other.
    """
    if not isinstance(failure, GraphQLClientError | GraphQLServerError):
        return False
    codes = [one["extensions"]["code"] for one in failure.errors]
    return bool(codes) and "INTERNAL" not in codes


def try_all(schema: Any, examples: int) -> int:
    """Put ``examples`` calls of each operation; how many there were. Raises what fails."""
    tried = 0
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
            if response.status_code == 503:  # a revision of the future did not come in time
                assert response.json()["code"] == "STALE"
                return
            try:
                case.validate_response(response, excluded_checks=[positive_data_acceptance])
            except FailureGroup as group:
                if not all(is_refusal(failure) for failure in group.exceptions):
                    raise

        one()
    return tried


@pytest.mark.parametrize("schema", [in_graphql, in_openapi])
def test_a_few_calls_of_every_operation(schema: Any, address: str) -> None:
    assert try_all(schema(address), FEW) > 100


@pytest.mark.long
@pytest.mark.parametrize("schema", [in_graphql, in_openapi])
def test_many_calls_of_every_operation(schema: Any, address: str) -> None:
    assert try_all(schema(address), MANY) > 1_000
