"""Filing a report as JSON."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels.web import ReportInput
from services.intake.desk import Desk
from services.intake.filing import Prepared, file_report, prepare
from services.intake.store import IdempotencyClaim, claimed
from shared.contracts import CaseStatus
from shared.security.codes import format_access_code, format_tracking_id
from shared.web.problems import Problem

router = APIRouter(prefix="/v1", tags=["reports"], route_class=LimitedRoute)

_DRAWS = 3
"""Tracking ids are drawn at random; one that exists already is drawn again."""


class FiledReport(BaseModel):
    """The answer to a filing. The access code is shown here and never again."""

    tracking_id: str = Field(examples=["K7M-Q3XW-9FA"])
    access_code: str = Field(examples=["ABCD-EFGH-JKMN-PQRS"])
    status: CaseStatus
    status_label: str
    deadline: datetime = Field(description="When the report is to be verified at the latest.")
    receipt: str = Field(description="Signed (JWS); its key is at /v1/receipts/key.")


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8,
        max_length=200,
        description="Any text of your own. The same key and body give the same answer and one report.",
    ),
]


@router.post(
    "/reports",
    status_code=201,
    response_model=FiledReport,
    responses=problems(400, 404, 409, 413, 422, 503),
    summary="File a report",
)
async def file(desk: CurrentDesk, body: ReportInput, idempotency_key: IdempotencyKey = None) -> Response:
    """Anyone may file, with or without a name. The contact, if given, is sealed at once."""
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
            return await _file_once(desk, prepared, answer, key, fingerprint)
        except IntegrityError as error:
            if "reports_tracking_id" not in str(error.orig):
                raise
    raise Problem(503, "no-free-id", "Silakan coba lagi.", "Please try again.", headers={"Retry-After": "1"})


async def _file_once(
    desk: Desk, prepared: Prepared, answer: FiledReport, key: str | None, fingerprint: str
) -> Response:
    content = answer.model_dump_json()
    claim = IdempotencyClaim(key, fingerprint, desk.keys.box.seal_text(key, content)) if key else None
    async with desk.database.transaction() as tx:
        filed = await file_report(tx, prepared, claim)
        earlier = await claimed(tx, key) if filed is None and key else None
    if filed is not None:
        return _created(content, answer.tracking_id)
    assert earlier is not None and key is not None
    if earlier[0] != fingerprint:
        raise Problem(
            409,
            "idempotency-key-reused",
            "Idempotency-Key ini sudah dipakai untuk laporan lain.",
            "This Idempotency-Key was used for another report.",
        )
    repeated = desk.keys.box.unseal_text(key, earlier[1])
    return _created(repeated, FiledReport.model_validate_json(repeated).tracking_id)


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


def _created(content: str, tracking_id: str) -> Response:
    headers = {"Location": f"/v1/reports/{tracking_id}"}
    return Response(content, 201, headers, media_type="application/json")


def channel_not_served() -> Problem:
    return Problem(
        404, "channel-not-served", "Kanal ini tidak dilayani di sini.", "This channel is not served here."
    )
