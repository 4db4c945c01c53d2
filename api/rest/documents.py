"""``POST /v1/documents`` and ``GET /v1/receipts/{id}``: a document in, its receipt out."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.house import House
from api.plain import plain
from api.rest.body import read_body
from api.rest.problem import MediaTypeError, ParameterInvalidError
from api.security.door import notes_of
from lineage.errors import KeyMalformedError
from lineage.model.document import Receipt, Upload
from lineage.model.identity import Key, identify

TEXTS = ("stream", "subject", "name", "format", "part", "branch", "commit", "job")
FLAGS = ("default", "latest", "lenient")
PRINCIPAL = "lineage-principal"
"""The header that says who sends it; taken only where no token says it."""
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


async def post_document(request: Request, house: House) -> Response:
    """201 with the receipt, 200 with the same one where nothing changed; raises LineageError."""
    texts, flags = _parameters(request)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        raise MediaTypeError(media=media)
    content = await read_body(
        request.stream(),
        request.headers.get("content-encoding", ""),
        house.settings.max_document,
    )
    upload = Upload(
        content=content,
        name=texts.get("name", ""),
        format=texts.get("format"),
        subject=_subject(texts.get("subject")),
        stream=texts.get("stream"),
        part=texts.get("part", ""),
        branch=texts.get("branch"),
        default=flags.get("default"),
        latest=flags.get("latest"),
        lenient=flags.get("lenient", False),
        commit=texts.get("commit"),
        job=texts.get("job"),
        principal=request.headers.get(PRINCIPAL, "")[:200],
        client=request.headers.get("user-agent", "")[:200],
        tenant=house.settings.tenant,
    )
    receipt = await run_in_threadpool(house.receive, upload)
    notes = notes_of(request)
    notes.about, notes.revision = receipt.stream, receipt.revision
    return _receipt(receipt, 200 if receipt.unchanged else 201)


async def get_receipt(id: str, house: House) -> Response:  # noqa: A002
    """The receipt of a submission; KeyUnknownError."""
    return _receipt(await run_in_threadpool(house.receipt, id), 200)


def _receipt(receipt: Receipt, status: int) -> Response:
    return Response(
        orjson.dumps(receipt, default=plain),
        status_code=status,
        media_type="application/json",
        headers={"Location": f"/v1/receipts/{receipt.id}"},
    )


def _parameters(request: Request) -> tuple[dict[str, str], dict[str, bool]]:
    texts: dict[str, str] = {}
    flags: dict[str, bool] = {}
    for name, value in request.query_params.multi_items():
        if name in texts or name in flags:
            raise ParameterInvalidError(name=name, reason="it is given twice")
        if name in FLAGS:
            flags[name] = _flag(name, value)
        elif name in TEXTS:
            if value:
                texts[name] = value
        else:
            known = ", ".join((*TEXTS, *FLAGS))
            raise ParameterInvalidError(name=name, reason=f"there is none; known: {known}")
    return texts, flags


def _flag(name: str, value: str) -> bool:
    words: Mapping[str, bool] = _WORDS
    if value.lower() not in words:
        raise ParameterInvalidError(name=name, reason=f"'{value}' is not true or false")
    return words[value.lower()]


def _subject(text: str | None) -> Key | None:
    if text is None:
        return None
    try:
        return identify(text).key
    except KeyMalformedError as error:
        raise ParameterInvalidError(name="subject", reason=str(error)) from None
