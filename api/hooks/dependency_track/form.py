"""Forms of requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.hooks.dependency_track.field import FieldInvalidError
from api.rest.body import capped

_FIELDS_ROOM = 1 << 20
"""Bytes of a form beside the document: its other fields, and the lines between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its fields, and the document as it came, with the type that its part names."""

    given: Mapping[str, str]
    content: bytes
    media: str


async def read_form(request: Request, limit: int) -> Form:
    """The form of a request, bounded as it comes in; FieldInvalidError, DocumentTooLargeError."""
    given: dict[str, str] = {}
    content, media = b"", ""
    body = capped(request.stream(), limit + _FIELDS_ROOM)
    parser = MultiPartParser(
        request.headers, body, max_files=4, max_fields=40, max_part_size=limit + 1
    )
    try:
        form = await parser.parse()
        for name, value in form.multi_items():
            if name == "bom" and isinstance(value, UploadFile):
                content, media = await value.read(), value.content_type or ""
            elif name == "bom":
                content = str(value).encode("utf-8", "surrogateescape")
            elif isinstance(value, UploadFile):
                raise FieldInvalidError(message=f"{name}: it is a file", field=name)
            elif name in given:
                raise FieldInvalidError(message=f"{name}: it is given twice", field=name)
            else:
                given[name] = value
        await form.close()
    except (MultiPartException, UnicodeError, KeyError) as error:
        raise FieldInvalidError(message=f"the form cannot be read: {error}", field="bom") from None
    return Form(given=given, content=content, media=media)
