"""The page at ``/graphql`` for browsers: one file, nothing is loaded from anywhere else."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from importlib.resources import files

import orjson

from api.graphql.published import examples, published
from api.house import House
from api.version import release


def page_of(house: House) -> str:
    """The page; its menu has the published queries with keys that exist in this database."""
    given = examples(house.handle.views.view(house.at()))
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
