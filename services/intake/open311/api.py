"""The addresses of GeoReport v2. Reading needs no key; filing needs one that the operators gave out."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import JSON_BYTES, read_limited
from services.intake.api.documents import problems
from services.intake.api.filing import FiledReport, filed_once
from services.intake.desk import Desk
from services.intake.open311.catalogue import services
from services.intake.open311.documents import Format, Refused, Row, document, listing, refusal
from services.intake.open311.forms import as_form, discovery, moment, report_of
from services.intake.open311.requests import find, one
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.web.problems import Problem

router = APIRouter(
    prefix="/open311/v2", tags=["open311"], default_response_class=Response, responses=problems(422)
)

CHANGED = "2026-11-22T00:00:00Z"
SPAN = timedelta(days=90)
"""The longest stretch one question may cover, and the one a question without dates covers (GeoReport v2)."""
_CODE_NOTE = "Simpan kode akses ini untuk membuka dan menjawab laporan Anda: {code}"
_MEDIA_NOTE = ". Berkas di media_url tidak diambil; kirim ke /v1/reports/{id}/evidence dengan kode akses itu."
_KEY_LENGTHS = range(8, 201)

Answer = Callable[[], Awaitable[Response]]


async def _answered(form: Format, answer: Answer) -> Response:
    """GeoReport's own errors instead of problems, in the format that was asked for."""
    try:
        return await answer()
    except Refused as refused:
        return refusal(form, refused)
    except Problem as problem:
        told = [f"{error.field}: {error.message_en}" for error in problem.errors] or [problem.detail_en]
        return refusal(form, Refused(problem.status, *told))


def _jurisdiction(given: str | None) -> None:
    if given is not None and given != services().jurisdiction:
        raise Refused(404, "jurisdiction_id provided was not found")


@router.get("/discovery.{form}", summary="What this server is")
async def discover(desk: CurrentDesk, form: Format) -> Response:
    """Formats, address and specification of this endpoint."""
    return document(form, "discovery", discovery(desk.settings.public_url, CHANGED))


@router.get("/services.{form}", summary="What can be reported")
async def service_list(form: Format, jurisdiction_id: str | None = None) -> Response:
    """The categories that an application offers its users."""

    async def answer() -> Response:
        _jurisdiction(jurisdiction_id)
        return listing(form, "services", "service", [vars(one) for one in services().by_code.values()])

    return await _answered(form, answer)


@router.get("/services/{service_code}.{form}", summary="What one service asks")
async def service_definition(form: Format, service_code: str, jurisdiction_id: str | None = None) -> Response:
    """No service asks further questions: its list of attributes is empty."""

    async def answer() -> Response:
        _jurisdiction(jurisdiction_id)
        if service_code not in services().by_code:
            raise Refused(404, "service_code provided was not found")
        return document(form, "service_definition", {"service_code": service_code, "attributes": []})

    return await _answered(form, answer)


@router.post("/requests.{form}", summary="File a request")
async def file_request(request: Request, desk: CurrentDesk, form: Format) -> Response:
    """Files a report. The answer's `service_notice` holds the access code, which is shown only once.

    A request that is sent again with the same `Idempotency-Key` and content gets the same answer.
    """

    async def answer() -> Response:
        raw = await read_limited(request, JSON_BYTES)
        given = as_form(raw, request.headers.get("content-type", ""))
        _jurisdiction(given.get("jurisdiction_id"))
        application = _admit(desk, given.get("api_key") or request.query_params.get("api_key"))
        key = request.headers.get("idempotency-key")
        if key is not None and len(key) not in _KEY_LENGTHS:
            raise Refused(400, "Idempotency-Key has 8 to 200 characters")
        # One application's key is never another caller's.
        row = await _filed(desk, given, f"{application}:{key}" if key else None)
        return listing(form, "service_requests", "request", [row], 201)

    return await _answered(form, answer)


def _admit(desk: Desk, key: str | None) -> str:
    """The application that a key was given to."""
    if not key:
        raise Refused(403, "api_key was not provided")
    given = key.encode(errors="replace")  # JSON may hold what is no text
    known = {name: secret for name, secret in desk.secrets.items() if name.partition(":")[0] == "open311"}
    # Every key is compared, so that the time taken tells nothing.
    names = [name for name, secret in known.items() if hmac.compare_digest(secret, given)]
    if not names:
        raise Refused(403, "api_key provided is not valid")
    return names[0]


async def _filed(desk: Desk, given: dict[str, str], key: str | None) -> Row:
    filed = FiledReport.model_validate_json(await filed_once(desk, report_of(given), key))
    notice = _CODE_NOTE.format(code=filed.access_code)
    if given.get("media_url"):
        notice += _MEDIA_NOTE.format(id=filed.tracking_id)
    return {"service_request_id": filed.tracking_id, "service_notice": notice, "account_id": None}


@router.get("/tokens/{token}.{form}", summary="The request behind a token")
async def token_of(desk: CurrentDesk, form: Format, token: str) -> Response:
    """Requests have their id at once, so a token is that id."""

    async def answer() -> Response:
        row = await _public(desk, token)
        told = {"service_request_id": row["service_request_id"], "token": token}
        return listing(form, "service_requests", "request", [told])

    return await _answered(form, answer)


async def _public(desk: Desk, service_request_id: str) -> Row:
    (tracking_id,) = _ids(service_request_id.partition(",")[0]) or []
    async with desk.database.reading() as tx:
        row = await one(tx, tracking_id)
    if row is None:
        raise Refused(404, "service_request_id provided was not found")
    return row


class Question(BaseModel):
    """What to look for. Lists are separated by commas."""

    jurisdiction_id: str | None = None
    service_request_id: str | None = None
    service_code: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    status: str | None = None
    page: str = "1"


@router.get("/requests.{form}", summary="Find requests")
async def request_list(desk: CurrentDesk, form: Format, asked: Annotated[Question, Query()]) -> Response:
    """Public requests, newest first; without dates those of the last 90 days."""

    async def answer() -> Response:
        _jurisdiction(asked.jurisdiction_id)
        ids = _ids(asked.service_request_id)
        end = moment("end_date", asked.end_date, desk.clock.now())
        start = moment("start_date", asked.start_date, end - SPAN if ids is None else end - 100 * SPAN)
        if ids is None and not timedelta() <= end - start <= SPAN:
            raise Refused(400, "start_date and end_date must be in order and span at most 90 days")
        codes = asked.service_code.split(",")[:100] if asked.service_code else None
        page = int(asked.page) if asked.page.isascii() and asked.page.isdigit() and len(asked.page) < 5 else 0
        if page < 1:
            raise Refused(400, "page is not a number from 1 to 9999")
        closed = _closed(asked.status)
        async with desk.database.reading() as tx:
            rows = await find(tx, start=start, end=end, codes=codes, ids=ids, closed=closed, page=page)
        return listing(form, "service_requests", "request", rows)

    return await _answered(form, answer)


def _ids(text: str | None) -> list[str] | None:
    if text is None:
        return None
    try:
        return [parse_tracking_id(one) for one in text.split(",")[:100]]
    except InvalidTrackingId:
        raise Refused(404, "service_request_id provided was not found") from None


def _closed(status: str | None) -> bool | None:
    if status is None:
        return None
    wanted = set(status.split(","))
    if not wanted <= {"open", "closed"}:
        raise Refused(400, "status is open, closed or both")
    return None if len(wanted) == 2 else "closed" in wanted


@router.get("/requests/{service_request_id}.{form}", summary="One request")
async def request_of(
    desk: CurrentDesk, form: Format, service_request_id: str, jurisdiction_id: str | None = None
) -> Response:
    """A public request by its id."""

    async def answer() -> Response:
        _jurisdiction(jurisdiction_id)
        return listing(form, "service_requests", "request", [await _public(desk, service_request_id)])

    return await _answered(form, answer)
