"""The API of a hook's sender: JSON answers, lists in pages, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import orjson

from api.hooks.webhook.failure import FetchDelayedError, FetchFailedError
from api.hooks.webhook.meaning import Source
from api.hooks.webhook.payload import Payload
from api.hooks.webhook.wire import Answer, Wire

_JSON = 16 << 20
"""The most bytes of one answer that is no file."""
_PAGES = 100
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next"?')


class Remote:
    """Questions below one API address; raises what ``Wire.get`` raises."""

    def __init__(self, wire: Wire, api: str, headers: Mapping[str, str]) -> None:
        """``headers`` go with every question."""
        self._wire = wire
        self._api = api.rstrip("/")
        self._headers = headers

    def ask(self, path: str) -> Payload:
        """The object that stands there; FetchFailedError where there is none."""
        address = self._api + path
        answer, value = self._json(address)
        if not isinstance(value, dict):
            raise FetchFailedError(address=answer.address, reason="it is no JSON object")
        return Payload(value)

    def exists(self, path: str) -> bool:
        """Whether there is something."""
        answer = self._wire.get(self._api + path, self._headers, _JSON)
        answer.body.close()
        return answer.status < 300

    def pages(
        self, path: str, parameters: Mapping[str, str] | None = None, *, within: str = ""
    ) -> Iterator[Payload]:
        """The objects of a list, of all its pages; ``within`` is the field that has the list."""
        query = urlencode({"per_page": "100", **(parameters or {})})
        address: str | None = f"{self._api}{path}?{query}"
        for _ in range(_PAGES):
            answer, value = self._json(address or "")
            rows = value.get(within) if within and isinstance(value, dict) else value
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise FetchFailedError(address=answer.address, reason="it is no list of objects")
            yield from map(Payload, rows)
            following = _NEXT.search(answer.headers.get("link", ""))
            if following is None:
                return
            address = following[1]
        raise FetchFailedError(address=self._api + path, reason=f"it has over {_PAGES} pages")

    def file(self, source: Source, limit: int) -> Answer:
        """A file of at most ``limit`` bytes; FetchFailedError where it is gone."""
        place = source.path if "://" in source.path else self._api + source.path
        return self._found(self._wire.get(place, {**self._headers, **source.headers}, limit))

    def _json(self, address: str) -> tuple[Answer, object]:
        answer = self._found(self._wire.get(address, self._headers, _JSON))
        with answer.body as body:
            try:
                return answer, orjson.loads(body.read())
            except orjson.JSONDecodeError:
                # A proxy on the way says something of its own: it may not the next time.
                reason = "what it says is no JSON"
                raise FetchDelayedError(address=answer.address, reason=reason) from None

    @staticmethod
    def _found(answer: Answer) -> Answer:
        if answer.status < 300:
            return answer
        answer.body.close()
        reason = "it is not there, or the hook's credential may not see it"
        raise FetchFailedError(address=answer.address, reason=f"status {answer.status}: {reason}")
