"""A service that runs as a role which owns no table (docs/how-to/scale.md) does everything."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import settings
from api.wiring import open_house
from lineage.record.audit import Trail
from lineage.record.session import Session
from lineage.record.tenant import Tenants
from lineage.record.token import Right, Tokens
from tests.houses import ESTATE

pytestmark = pytest.mark.postgresql
ROLE, PASSWORD = "lineage_served_for_tests", "only-for-tests"
BOM = (ESTATE / "chat.cdx.json").read_bytes()


@pytest.fixture
def tokens(postgresql_url) -> dict[str, dict[str, str]]:
    """Headers that bear an administrator's token of each of two tenants, made by the owner."""
    open_house(settings(db=postgresql_url, namespace="demo"), create=True).close()
    session = Session(postgresql_url)
    Tenants(session).add("bravo")
    made = {}
    for tenant in ("default", "bravo"):
        _, text = Tokens(session).create(name="t", tenant=tenant, rights=[Right.ADMIN])
        made[tenant] = {"X-Api-Key": text}
    session.close()
    return made


@pytest.fixture
def service(postgresql_url, tokens, built) -> Iterator[TestClient]:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        for grant in (
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO",
            "REVOKE INSERT, UPDATE, DELETE ON installation, alembic_version FROM",
            "REVOKE UPDATE, DELETE ON audit FROM",
        ):
            connection.execute(f"{grant} {ROLE}")
    url = make_url(postgresql_url).set(username=ROLE, password=PASSWORD)
    house = open_house(
        settings(db=url.render_as_string(hide_password=False), namespace="demo", host="0.0.0.0")
    )
    with TestClient(create_app(house, built), base_url="http://lineage.example") as opened:
        yield opened
    house.close()
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


def test_two_tenants_write_and_ask_as_that_role(service, tokens, postgresql_url) -> None:
    for tenant, headers in tokens.items():
        subject = f"service:{tenant}/chat@1"
        said = {"subject": subject, "stream": f"ci/{tenant}"}
        for expected in (201, 200):
            sent = service.post("/v1/documents", content=BOM, params=said, headers=headers)
            assert sent.status_code == expected, sent.text
        assert service.get(f"/v1/receipts/{sent.json()['id']}", headers=headers).is_success
        owner = {"key": subject, "values": [{"name": "owner", "value": tenant}]}
        assert service.post("/v1/set", json=owner, headers=headers).is_success
        form = {"projectName": tenant, "projectVersion": "1", "autoCreate": "true"}
        files = {"bom": ("bom.json", BOM)}
        taken = service.post("/api/v1/bom", data=form, files=files, headers=headers)
        assert taken.is_success, taken.text
        place = service.app.state.desk.wait(taken.json()["token"], tenant, 20)
        assert (place.state, place.tenant) == ("done", tenant)
        impact = service.get("/v1/impact", params={"key": "CUDA 12", "to": "13"}, headers=headers)
        assert impact.is_success, impact.text
        assert impact.json()["pack_revision"] > 0, "public knowledge is everybody's"
        for path in ("streams", "submissions", "documents", "components", "changes"):
            told = service.get(f"/v1/{path}.ndjson", headers=headers)
            assert told.is_success, told.text
            other = "bravo" if tenant == "default" else "service:default"
            assert other not in told.text
        listed = service.get("/v1/streams", headers=headers)
        known = headers | {"If-None-Match": listed.headers["etag"]}
        assert service.get("/v1/streams", headers=known).status_code == 304
        assert service.post("/v1/documents", content=BOM, params=said, headers=headers).is_success
        assert service.get("/v1/streams", headers=known).status_code == 200, "it was seen again"
        # What is counted there is of all tenants: for those who run the installation.
        told = service.get("/metrics", headers=headers)
        assert told.status_code == (200 if tenant == "default" else 403)
        assert ("lineage_revision" in told.text) == (tenant == "default")
        assert service.get("/readyz", headers=headers).json()["revision"] == 3
    service.app.state.auditor.flush()
    session = Session(postgresql_url)
    for tenant in tokens:
        found = [one.operation for one in Trail(session).read(tenant)]
        assert found.count("POST /v1/documents") == 3
        assert "POST /v1/set" in found
        assert "ask impact" in found
    session.close()
