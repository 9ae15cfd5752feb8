"""Fetching one file by its short-lived link, whole or in ranges. The object store itself is not reachable."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.intake.api.access import CurrentDesk
from services.intake.api.documents import problems
from services.intake.api.evidence_refusals import store_away
from services.intake.desk import Desk
from services.intake.evidence import links
from services.intake.evidence.links import Links, Part
from shared.storage.port import ObjectMissing, StoreUnavailable
from shared.web.problems import Problem, not_found

router = APIRouter(tags=["evidence"])

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "video/mp4": "mp4",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
}  # fmt: skip
_BINARY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/e/{token}",
    response_class=Response,
    responses={
        200: {"description": "The file.", **_BINARY},
        206: {"description": "A range of it.", **_BINARY},
        **problems(404, 416, 422, 503),
    },
    summary="Fetch one file",
)
async def fetch(request: Request, desk: CurrentDesk, token: str) -> Response:
    """A link that is over, or was never given, is not found."""
    link_id = Links(desk.keys.evidence_link_key).read(token)
    if link_id is None:
        raise not_found()
    async with desk.database.transaction() as tx:
        found = await links.use(tx, link_id)
    if found is None:
        raise not_found()
    return await serve(desk, found, found.part, request.headers.get("range"))


async def serve(desk: Desk, found: Any, part: str, wanted: str | None) -> Response:
    """The clean copy of a file or its preview, whole or a range. Raises problems: 404, 416, 503."""
    preview = part == Part.PREVIEW
    key = found.preview_key if preview else found.object_key
    content_type = "image/jpeg" if preview else found.clean_type
    store = desk.evidence.buckets.clean
    try:
        size = await store.size(key) if preview else found.clean_size
        if size is None:
            raise not_found()
        start, end = _span(wanted, size)
        body = await store.open(key, start, end - start)
    except (ObjectMissing, StoreUnavailable):
        raise store_away() from None
    partial = (start, end) != (0, size)
    headers = {
        "Content-Length": str(end - start),
        "Accept-Ranges": "bytes",
        # Never opened as a page, whatever a browser makes of it, and never kept on the way.
        "Content-Disposition": f'attachment; filename="bukti-{found.evidence_id}.{_ENDINGS[content_type]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        **({"Content-Range": f"bytes {start}-{end - 1}/{size}"} if partial else {}),
    }
    return StreamingResponse(body, 206 if partial else 200, headers, content_type)


def _span(wanted: str | None, size: int) -> tuple[int, int]:
    """From and behind, in bytes (RFC 9110, 14.2); what is no single range is answered whole."""
    match = _RANGE.fullmatch(wanted or "")
    if match is None or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= end:
        raise Problem(
            416,
            "range-not-satisfiable",
            "Bagian yang diminta berada di luar berkas.",
            "The range lies outside the file.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return start, end
