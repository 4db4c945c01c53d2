"""Pages of other sites that may ask from a browser: none, unless the setting names them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.settings import Settings
from api.whole import TOLD, header_of

_EXPOSED = (
    "ETag", "Location", "Content-Location", "Retry-After", "Lineage-Revision",
    *map(header_of, TOLD),
)  # fmt: skip
_A_DAY = 86_400


def add_cors(app: FastAPI, settings: Settings) -> None:
    """Answer the browser's question for the origins of the settings.

    Outermost: that question comes without a token.
    """
    if not settings.origins:
        return
    app.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(settings.origins),
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Api-Key", "If-None-Match"],
        expose_headers=list(_EXPOSED),
        max_age=_A_DAY,
    )
