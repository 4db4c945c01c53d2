"""``POST /v1/documents`` and ``GET /v1/receipts/{id}``: a document in, its receipt out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.house import House
from api.inbox.desk import Desk
from api.inbox.document import accept
from api.inbox.idempotency import fingerprint_of, key_of
from api.plain import plain
from api.rest.body import read_body
from api.rest.inbox import answer_of, described, json_of
from api.rest.problem import MediaTypeError, ParameterInvalidError
from api.security.door import notes_of
from lineage.errors import KeyMalformedError, KeyUnknownError
from lineage.model.document import Receipt, Upload
from lineage.model.identity import Key, identify
from lineage.record.arrival import Place

TEXTS = ("stream", "subject", "name", "format", "part", "branch", "commit", "job")
FLAGS = ("default", "latest", "lenient")
KEY = "idempotency-key"
PRINCIPAL = "lineage-principal"
"""The header that says who sends it; taken only where no token says it."""
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


async def post_document(request: Request, house: House, desk: Desk) -> Response:
    """201 with the receipt, 200 with the same one where nothing changed; raises LineageError.

    What is accepted is kept before it is recorded. Where that takes longer than the setting
    `inbox_wait` (20 s), the answer is 202 with the address of its inbox item. `Idempotency-Key`
    gives the same answer to the same request.
    """
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
    key = key_of(request.headers.get(KEY), house)
    fingerprint = fingerprint_of(texts | flags, content) if key else b""
    place = await run_in_threadpool(_accepted, desk, house, upload, key, fingerprint)
    notes = notes_of(request)
    notes.about, notes.revision = place.lane, place.revision
    return await run_in_threadpool(answer_of, house, place)


def _accepted(
    desk: Desk, house: House, upload: Upload, key: str | None, fingerprint: bytes
) -> Place:  # fmt: skip
    accepted = accept(desk, house, upload, key=key, fingerprint=fingerprint)
    if accepted.again:
        return accepted.place
    return desk.wait(accepted.place.id, accepted.place.tenant, house.settings.inbox_wait)


async def get_item(id: str, house: House, desk: Desk) -> Response:  # noqa: A002
    """What became of an inbox item; KeyUnknownError."""
    return await run_in_threadpool(_item, id, house, desk)


def _item(number: str, house: House, desk: Desk) -> Response:
    try:
        known = str(uuid.UUID(number))
    except ValueError:
        raise KeyUnknownError(text=number[:80], revision=house.head().number) from None
    return json_of(described(desk.inbox.place(known, house.settings.tenant)))


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
