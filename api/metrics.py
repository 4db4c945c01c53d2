"""What Prometheus reads: requests, latencies, documents, revision."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.house import House
from api.security.door import notes_of
from lineage.record.backlog import backlog_of
from lineage.record.inbox import OPEN, STATES


class Metrics:
    """The metrics of one application; two applications in one process do not mix."""

    def __init__(self, house: House) -> None:
        self.tenant = house.settings.tenant
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "lineage_http_requests",
            "Requests by method, route and status.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self.latency = Histogram(
            "lineage_http_request_seconds",
            "Seconds from a request to the end of its response.",
            ["method", "route"],
            registry=self._registry,
        )
        self.refusals = Counter(
            "lineage_refusals",
            "Requests that were refused, by route and code.",
            ["route", "code"],
            registry=self._registry,
        )
        self.documents = Counter(
            "lineage_documents",
            "Documents sent to this process: recorded, unchanged or refused.",
            ["outcome"],
            registry=self._registry,
        )
        self.deliveries = Counter(
            "lineage_hook_deliveries",
            "Deliveries of webhooks to this process: accepted, known, unwanted, or why refused.",
            ["kind", "outcome"],
            registry=self._registry,
        )
        self.fetches = Counter(
            "lineage_hook_fetches",
            "What deliveries were followed up with: fetched, nothing found, or why not.",
            ["kind", "outcome"],
            registry=self._registry,
        )
        for outcome in ("recorded", "unchanged", "refused"):
            self.documents.labels(outcome)
        self._registry.register(_RevisionCollector(house))
        self._registry.register(_InboxCollector(house))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        self.requests.labels(method, route, str(status)).inc()
        self.latency.labels(method, route).observe(seconds)

    def exposed(self) -> Response:
        """The text that Prometheus reads."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class Timing:
    """ASGI middleware that observes every request, to the end of its response."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what raises counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        begin = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            seconds = time.perf_counter() - begin
            self._metrics.observe(scope["method"], route, status, seconds)
            if (code := notes_of(Request(scope)).result) not in ("", "ok"):
                self._metrics.refusals.labels(route, code).inc()


class _RevisionCollector(Collector):
    """Reads the newest revision when it is asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> list[GaugeMetricFamily]:
        """The newest revision; one revision is one accepted document."""
        found = GaugeMetricFamily("lineage_revision", "The newest revision of the record.")
        found.add_metric([], self._house.head().number)
        return [found]


class _InboxCollector(Collector):
    """Reads what is in the inbox when it is asked for; every kind has a row for every state."""

    def __init__(self, house: House) -> None:
        self._session = house.record.session

    def collect(self) -> list[GaugeMetricFamily]:
        """Items by kind and state, and how long the first of those not yet done has waited."""
        items = GaugeMetricFamily(
            "lineage_inbox_items",
            "Items of the inbox; what is finished is kept for 30 days.",
            labels=["kind", "state"],
        )
        age = GaugeMetricFamily(
            "lineage_inbox_oldest_seconds",
            "Age of the oldest item that is not worked off; 0 where there is none.",
            labels=["kind"],
        )
        found = {(one.kind, one.state): one for one in backlog_of(self._session)}
        now = datetime.now(UTC)
        for kind in sorted({kind for kind, _ in found}):
            for state in STATES:
                one = found.get((kind, state))
                items.add_metric([kind, state], one.count if one else 0)
            left = [found[kind, state].oldest for state in OPEN if (kind, state) in found]
            age.add_metric([kind], (now - min(left)).total_seconds() if left else 0.0)
        return [items, age]
