"""The start page and the list of REST addresses: plain HTML, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any

from api.graphql.page import script
from api.settings import Settings
from api.version import release


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;"
    "margin:2rem auto;padding:0 1rem}code,pre{font:14px ui-monospace,Menlo,Consolas,monospace}"
    "pre{padding:.75rem;border:1px solid #8886;border-radius:4px;overflow:auto}"
    "table{border-collapse:collapse}td{padding:.2rem 1rem .2rem 0;vertical-align:top}"
)


def page(settings: Settings) -> str:
    """The start page: where GraphQL, the documents, health and metrics are."""
    links = (
        ("/graphql", "GraphQL", "ask: an editor with the published queries and the schema"),
        ("/docs", "REST", "send documents, read receipts"),
        ("/schema.graphql", "Schema", "the GraphQL schema as text"),
        ("/openapi.json", "OpenAPI", "the REST addresses for programs"),
        ("/healthz", "Health", "whether the process answers"),
        ("/readyz", "Readiness", "whether the database is there"),
        ("/metrics", "Metrics", "for Prometheus"),
    )
    rows = "".join(
        f'<tr><td><a href="{href}">{name}</a></td><td>{text}</td></tr>'
        for href, name, text in links
    )
    send = f"curl --data-binary @bom.cdx.json http://{settings.host}:{settings.port}/v1/documents"
    return _html(
        "Lineage",
        f"<h1>Lineage</h1><p>What an organisation's AI is made of: claims, and who makes them. "
        f"Release {escape(release())}.</p><table>{rows}</table>"
        f"<h2>Send a document</h2><pre>{escape(send)}</pre>",
    )


def docs(openapi: Mapping[str, Any]) -> str:
    """The REST addresses with their parameters and answers."""
    parts = []
    for path, methods in openapi["paths"].items():
        for method, described in methods.items():
            parts.append(_address(path, method, described))
    body = "".join(parts)
    return _html("Lineage: REST", f'<p><a href="/">Lineage</a></p><h1>REST</h1>{body}')


def _address(path: str, method: str, described: Mapping[str, Any]) -> str:
    parameters = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in described.get("parameters", ())
    )
    answers = "".join(
        f"<tr><td><code>{escape(code)}</code></td><td>{escape(one['description'])}</td></tr>"
        for code, one in sorted(described.get("responses", {}).items())
    )
    text = escape(described.get("description", ""))
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p>{escape(described.get('summary', ''))}. {text}</p>"
        f"<table>{parameters}</table><h3>Answers</h3><table>{answers}</table>"
    )


def _html(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
