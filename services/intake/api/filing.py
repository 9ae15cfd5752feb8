"""Filing a report as JSON."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError

from services.intake.accounts.desk import own
from services.intake.accounts.sessions import Session
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import OptionalSession
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels import metrics
from services.intake.channels.web import ReportFields, ReportInput
from services.intake.desk import Desk
from services.intake.filing import file_report, prepare
from services.intake.filing_store import IdempotencyClaim, Prepared, claimed
from shared.contracts import CaseStatus
from shared.db.database import Transaction
from shared.security.codes import format_access_code, format_tracking_id
from shared.web.problems import Problem

router = APIRouter(prefix="/v1", tags=["reports"], route_class=LimitedRoute)

Along: TypeAlias = Callable[[Transaction, UUID], Awaitable[None]]
"""What else becomes true with a new report."""
_DRAWS = 3
"""Tracking ids are drawn at random; one that exists already is drawn again."""


class FiledReport(BaseModel):
    """The answer to a filing. The access code is shown here and never again."""

    tracking_id: str = Field(examples=["K7M-Q3XW-9FA"])
    access_code: str = Field(examples=["ABCD-EFGH-JKMN-PQRS"])
    status: CaseStatus
    status_label: str
    deadline: datetime = Field(description="When the report is to be verified at the latest.")
    receipt: str = Field(description="Signed (JWS); its key is one of /v1/receipts/keys.")


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8,
        max_length=200,
        description="Any text of your own. The same key and body give the same answer and one report.",
    ),
]


_FORM = {
    "schema": {
        "type": "object",
        "properties": {
            "report": {"$ref": "#/components/schemas/ReportInput"},
            "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
        "required": ["report"],
    },
    "encoding": {"report": {"contentType": "application/json"}},
}
"""See `filing_with_files`."""


@router.post(
    "/reports",
    status_code=201,
    response_model=FiledReport,
    responses=problems(400, 404, 409, 413, 422, 429, 503),
    summary="File a report",
    openapi_extra={"requestBody": {"content": {"multipart/form-data": _FORM}}},
)
async def file(
    request: Request,
    desk: CurrentDesk,
    body: ReportInput,
    session: OptionalSession,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Anyone may file, with or without a name. The contact, if given, is sealed at once.

    As a form: the part `report` first, in JSON, and then any files. The report is filed whatever becomes of
    them; `evidence` in the answer tells of each whether it was kept or why not.

    After many reports from one network a proof of work is asked for (429 `proof-needed`): a counter for which
    the SHA-256 of `<LAPOR-Challenge>:<counter>` begins with `LAPOR-Challenge-Bits` zero bits; send the whole
    as `LAPOR-Proof`.
    """
    desk.guard.admit(request)
    content = await filed_once(desk, body, idempotency_key, session)
    return created(content, FiledReport.model_validate_json(content).tracking_id)


async def filed_once(
    desk: Desk,
    body: ReportFields,
    idempotency_key: str | None,
    session: Session | None = None,
    also: Along | None = None,
) -> str:
    """File a report and return the answer, a `FiledReport` in JSON: the same one for the same key and body.

    With a session it is among that account's reports; `also` is done in its transaction. Raises problems.
    """
    if body.channel not in desk.settings.intake_channels:
        raise channel_not_served()
    now = desk.clock.now()
    filing = body.filing(now)
    key = desk.keys.digest(f"key:{idempotency_key}".encode()) if idempotency_key else None
    fingerprint = desk.keys.digest(body.model_dump_json().encode()) if key else ""
    for _ in range(_DRAWS):
        prepared = prepare(filing, body.sealed_part(), desk.keys, now)
        answer = _answer(prepared)
        try:
            return await _file_once(
                desk, prepared, answer, key=key, fingerprint=fingerprint, session=session, also=also
            )
        except IntegrityError as error:
            if "reports_tracking_id" not in str(error.orig):
                raise
    raise Problem(503, "no-free-id", "Silakan coba lagi.", "Please try again.", headers={"Retry-After": "1"})


async def _file_once(
    desk: Desk,
    prepared: Prepared,
    answer: FiledReport,
    *,
    key: str | None,
    fingerprint: str,
    session: Session | None,
    also: Along | None,
) -> str:
    content = answer.model_dump_json()
    claim = IdempotencyClaim(key, fingerprint, desk.keys.box.seal_text(key, content)) if key else None
    filed = await _write(desk, prepared, claim, session, also)
    if filed:
        metrics.SETTLED.labels(prepared.report.filing.channel, "filed").inc()
        return content
    assert key is not None
    async with desk.database.reading() as tx:
        earlier = await claimed(tx, key)
    assert earlier is not None
    if earlier[0] != fingerprint:
        raise Problem(
            409,
            "idempotency-key-reused",
            "Idempotency-Key ini sudah dipakai untuk laporan lain.",
            "This Idempotency-Key was used for another report.",
        )
    return desk.keys.box.unseal_text(key, earlier[1])


async def _write(
    desk: Desk,
    prepared: Prepared,
    claim: IdempotencyClaim | None,
    session: Session | None,
    also: Along | None,
) -> bool:
    if session is None and also is None:
        return await desk.filer.file(prepared, claim)
    async with desk.database.transaction() as tx:
        filed = await file_report(tx, prepared, claim)
        if filed is not None and session is not None:
            await own(tx, session, filed)
        if filed is not None and also is not None:
            await also(tx, filed)
    return filed is not None


def _answer(prepared: Prepared) -> FiledReport:
    assert prepared.access_code is not None
    return FiledReport(
        tracking_id=format_tracking_id(prepared.report.tracking_id),
        access_code=format_access_code(prepared.access_code),
        status=CaseStatus.RECEIVED,
        status_label=CaseStatus.RECEIVED.label,
        deadline=prepared.report.deadline,
        receipt=prepared.receipt,
    )


def created(content: str, tracking_id: str) -> Response:
    """201 with the answer and where the report is."""
    headers = {"Location": f"/v1/reports/{tracking_id}"}
    return Response(content, 201, headers, media_type="application/json")


def channel_not_served() -> Problem:
    return Problem(
        404, "channel-not-served", "Kanal ini tidak dilayani di sini.", "This channel is not served here."
    )
