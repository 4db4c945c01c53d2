"""The page at ``/graphql`` for browsers: one file, nothing is loaded from anywhere else.

It is open: what it shows of a database comes with a token, which it asks for where one is needed.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from importlib.resources import files

import orjson
from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope

from api.graphql.published import examples, published
from api.graphql.sent import ASKING
from api.house import House
from api.negotiation import accepts
from api.version import release
from lineage.record.token import Right

ADDRESS = "/graphql"
_OFFERED = ("application/json", "application/graphql-response+json", "text/html")


def is_asked_for(scope: Scope) -> bool:
    """Whether a request is a browser's for the page, and no query."""
    if scope["path"] != ADDRESS or scope["method"] not in ("GET", "HEAD"):
        return False
    if any(name in ASKING for name in QueryParams(scope["query_string"])):
        return False
    return accepts(Headers(scope=scope).get("accept", ""), _OFFERED) == "text/html"


def page_of(house: House) -> str:
    """The page; its menu has the published queries.

    Their variables are keys that exist in this database, for those who may read it.
    """
    may_read = Right.READ in house.principal.rights
    given = examples(house.handle.views.view(house.at())) if may_read else {}
    menu = [
        {
            "name": one.name,
            "title": one.title,
            "query": one.query,
            "variables": given.get(one.name, {}),
        }
        for one in published()
    ]
    # A closing tag inside the data must not end the element that carries it.
    data = orjson.dumps(menu).decode().replace("<", "\\u003c")
    return (
        _part("page.html")
        .replace("{{style}}", _part("page.css"))
        .replace("{{release}}", escape(release()))
        .replace("{{menu}}", data)
        .replace("{{script}}", script())
    )


def script() -> str:
    """The page's one script; its digest stands in the content security policy."""
    return _part("page.js")


@lru_cache(maxsize=8)
def _part(name: str) -> str:
    return (files("api.graphql") / name).read_text("utf-8")
