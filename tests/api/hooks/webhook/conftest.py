"""A service with hooks, and the server that they fetch from."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.hooks.signature import new_secret
from api.house import House
from api.settings import settings
from api.wiring import open_house
from lineage.record.arrival import Place
from lineage.record.hook import Hook, Hooks, new_number
from tests.api.hooks.webhook.far import Far, far_away
from tests.api.hooks.webhook.signed import SIGNED
from tests.houses import copy_of, open_at

SETTINGS = {
    "hook_networks": "127.0.0.0/8",
    "hook_hosts": "",
    "hook_timeout": 5.0,
    "hook_max_download": 200_000,
    "hook_max_unpacked": 300_000,
    "hook_max_members": 50,
    "max_document": 100_000,
}


@dataclass
class Hooked:
    """A service and a way to send it deliveries, signed with the secret of each hook."""

    house: House
    client: TestClient
    environment: pytest.MonkeyPatch
    secrets: dict[str, str] = field(default_factory=dict)

    def hook(self, kind: str, api: str, *, credential: str = "", **more: Any) -> Hook:
        """A hook whose secret stands in a variable."""
        number = new_number()
        self.secrets[number] = new_secret()
        self.environment.setenv(f"SECRET_{number}", self.secrets[number])
        if credential:
            self.environment.setenv(f"CREDENTIAL_{number}", credential)
        given = {"tenant": "default", "stream": "*"} | more
        return Hooks(self.house.record.session).add(
            number=number, kind=kind, api=api, secret=f"env:SECRET_{number}",
            credential=f"env:CREDENTIAL_{number}" if credential else None, **given,
        )  # fmt: skip

    def headers(self, hook: Hook, event: str, body: bytes, **more: str) -> dict[str, str]:
        """The headers of a delivery, as its sender makes them."""
        secret = more.pop("secret", self.secrets[hook.id])
        delivery = more.pop("delivery", str(uuid.uuid4()))
        found = SIGNED[hook.kind](event, body, secret, delivery)
        return {"content-type": "application/json"} | found | more

    def deliver(self, hook: Hook, event: str, payload: Any, **more: str) -> Any:
        """Send a delivery; the response."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return self.client.post(
            f"/hooks/{hook.kind}/{hook.id}", content=body,
            headers=self.headers(hook, event, body, **more),
        )  # fmt: skip

    def followed(self, hook: Hook, event: str, payload: Any) -> Place:
        """Send a delivery that is accepted; its inbox item, once it is finished."""
        response = self.deliver(hook, event, payload)
        assert response.status_code == 202, response.text
        place = self.wait(response.json()["id"], hook.tenant)
        self.quiet(hook.tenant)
        return place

    def wait(self, number: str, tenant: str = "default", seconds: float = 10.0) -> Place:
        """An inbox item, once it is finished."""
        desk = self.client.app.state.desk
        place = desk.wait(number, tenant, seconds)
        assert place.state not in ("waiting", "working"), place
        return place

    def quiet(self, tenant: str = "default") -> None:
        """Wait until nothing is in the inbox."""
        inbox = self.client.app.state.desk.inbox
        for _ in range(500):
            counts = inbox.counts(tenant)
            if not counts["waiting"] + counts["working"]:
                return
            time.sleep(0.02)
        raise AssertionError(counts)

    def slots(self, tenant: str = "default") -> dict[tuple[str, str], Any]:
        """What hooks have recorded: (stream, part) and the newest document there."""
        kept = self.house.record.history(tenant).newest()
        return {(one.stream, one.part): one for one in kept if one.principal.startswith("hook:")}

    def counted(self, name: str) -> dict[str, float]:
        """The samples of a counter by their labels ("kind outcome")."""
        found = {}
        for line in self.client.get("/metrics").text.splitlines():
            if line.startswith(f"{name}_total{{"):
                labels, value = line.rsplit("} ", 1)
                named = dict(one.split("=") for one in labels.partition("{")[2].split(","))
                found[" ".join(text.strip('"') for text in named.values())] = float(value)
        return found


@pytest.fixture
def far() -> Iterator[Far]:
    """The API that a hook fetches from."""
    with far_away() as server:
        yield server


@pytest.fixture
def store() -> Iterator[Far]:
    """Where the API redirects to: another host."""
    with far_away("127.0.0.2") as server:
        yield server


@pytest.fixture
def chosen() -> dict[str, Any]:
    """More settings for the service; a test may override it."""
    return {}


@pytest.fixture
def hooked(
    template: Path, tmp_path: Path, built: Any, chosen: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hooked]:
    """The service on SQLite."""
    house = open_at(copy_of(template, tmp_path), **SETTINGS | chosen)
    yield from _serving(house, built, monkeypatch)


@pytest.fixture
def hooked_anywhere(
    database_url: str, built: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hooked]:
    """The service on an empty database, of both kinds in turn."""
    house = open_house(settings(db=database_url, namespace="demo", **SETTINGS), create=True)
    yield from _serving(house, built, monkeypatch)


def _serving(house: House, built: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooked]:
    with TestClient(create_app(house, built), base_url="http://127.0.0.1:8000") as client:
        yield Hooked(house=house, client=client, environment=monkeypatch)
    house.record.close()
