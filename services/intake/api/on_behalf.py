"""Filing for somebody who called or came in: an officer writes, the reporter consents and stays sealed."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.filing import FiledReport, IdempotencyKey, filed_once
from services.intake.channels.web import ReportFields
from services.intake.on_behalf import Consent, Consenting, Manner, record_consent
from shared.contracts import Channel
from shared.db.database import Transaction
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import invalid

router = APIRouter(prefix="/v1", tags=["reports"], route_class=LimitedRoute)

Filer = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.COORDINATOR))]


class ConsentInput(BaseModel):
    """The consent that an officer files for the reporter. Without it nothing is filed."""

    model_config = ConfigDict(extra="forbid")

    by: Consenting = Consenting.REPORTER
    manner: Manner
    at: AwareDatetime = Field(description="When it was given; not in the future.")


class OnBehalfInput(ReportFields):
    """A report as an officer takes it down. The contact is the reporter's, and sealed at once."""

    channel: Literal[Channel.CALL_CENTRE, Channel.WALK_IN]
    consent: ConsentInput


class FiledOnBehalf(FiledReport):
    """For the officer to read out or to print: it is not shown again, to them or to anybody."""

    read_aloud: str = Field(description="The number and the code, character by character, in Indonesian.")


@router.post(
    "/reports/on-behalf",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
    summary="File a report for somebody who called or came in",
)
async def file_on_behalf(
    desk: CurrentDesk, officer: Filer, body: OnBehalfInput, idempotency_key: IdempotencyKey = None
) -> FiledOnBehalf:
    """National administrators and coordinators. Who filed and the consent are recorded with the report."""
    if body.consent.at > desk.clock.now():
        raise invalid("consent.at", "tidak boleh di masa depan", "must not be in the future")
    consent = Consent(body.consent.by, body.consent.manner, body.consent.at)

    async def record(tx: Transaction, report_id: UUID) -> None:
        await record_consent(tx, report_id, officer, consent)

    # One officer's key is never another caller's.
    key = f"on-behalf:{officer.id}:{idempotency_key}" if idempotency_key else None
    filed = FiledReport.model_validate_json(await filed_once(desk, body, key, also=record))
    return FiledOnBehalf(**filed.model_dump(), read_aloud=_read_aloud(filed))


def _read_aloud(filed: FiledReport) -> str:
    number, code = (_spelled(text) for text in (filed.tracking_id, filed.access_code))
    return f"Nomor laporan: {number}. Kode akses: {code}. Kode akses jangan diberitahukan kepada siapa pun."


def _spelled(text: str) -> str:
    return ", ".join(" ".join(group) for group in text.split("-"))
