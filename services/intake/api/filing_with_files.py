"""Filing a report and its evidence in one form, as applications on telephones do. The report comes first and
is filed first: whatever happens to a file, nobody loses a report or its access code.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import Scope

from services.intake import store
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import OptionalSession
from services.intake.api.bodies import JSON_BYTES, PatientRoute, cut_short, drain
from services.intake.api.evidence import KeptEvidence, shown
from services.intake.api.evidence_refusals import refusal
from services.intake.api.filing import FiledReport, IdempotencyKey, created, filed_once
from services.intake.api.multipart import OVERHEAD_BYTES, FormParts
from services.intake.channels.web import ReportInput
from services.intake.desk import Desk
from services.intake.evidence.refusals import RefusedEvidence
from shared.security.codes import parse_tracking_id
from shared.storage.port import RefusedFile, StoreUnavailable
from shared.web.problems import Problem, invalid, validation_problem

REPORT = "report"
FORM = "multipart/form-data"
_REFUSED = 3
"""Files that are not taken; what comes after so many is not read."""


class RefusedPart(BaseModel):
    """Why a file of the form was not taken; the report is filed all the same."""

    type: str
    detail: str
    detail_en: str


class SentFile(BaseModel):
    """What came of one file: it was kept, or refused."""

    kept: KeptEvidence | None = None
    refused: RefusedPart | None = None


class FiledWithFiles(FiledReport):
    """The answer to a form."""

    evidence: list[SentFile] = Field(description="One entry for each file, in the order of the form.")


class FormRoute(PatientRoute):
    """Takes a call only if its body is a form: at the same address reports are filed as JSON."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is Match.FULL and not _is_form(scope):
            return Match.NONE, {}
        return match, child


router = APIRouter(prefix="/v1", route_class=FormRoute)


@router.post("/reports", status_code=201, include_in_schema=False)
async def file_with_files(
    request: Request, desk: CurrentDesk, session: OptionalSession, idempotency_key: IdempotencyKey = None
) -> Response:
    """The part `report` holds the JSON of a filing; any number of files follow. With the same key the whole
    form can be sent again: the report is the same one, and so is each file that was kept.
    """
    desk.guard.admit(request)
    form = FormParts(request.stream(), request.headers["content-type"], JSON_BYTES + OVERHEAD_BYTES)
    content = await filed_once(desk, await _report(form), idempotency_key, session)
    filed = FiledReport.model_validate_json(content)
    sent = await _take_all(desk, filed.tracking_id, form)
    await drain(request, FormRoute.drain_bytes)
    answer = FiledWithFiles(**filed.model_dump(), evidence=sent)
    return created(answer.model_dump_json(), filed.tracking_id)


async def _report(form: FormParts) -> ReportInput:
    """Raises problems, as for a report that is sent as JSON."""
    part = await form.next()
    while part is not None and not part.is_file and part.name != REPORT:
        part = await form.next()
    if part is None or part.name != REPORT:
        raise invalid(
            REPORT, "wajib diisi, sebelum berkas mana pun", "is required, and comes before any file"
        )
    try:
        return ReportInput.model_validate_json(await form.text())
    except ValidationError as error:
        raise validation_problem(error.errors()) from None


async def _take_all(desk: Desk, tracking_id: str, form: FormParts) -> list[SentFile]:
    sent: list[SentFile] = []
    report_id: UUID | None = None
    while sum(file.refused is not None for file in sent) < _REFUSED:
        try:
            part = await form.next()
            if part is None:
                break
            if part.is_file:
                report_id = report_id or await _located(desk, tracking_id)
                sent.append(SentFile(kept=await _take(desk, report_id, form, part.claimed_type)))
        except Problem as problem:
            sent.append(SentFile(refused=_refused(problem)))
            if problem.status == 400 or problem.code == "too-large":  # nothing after it can be read
                break
    return sent


async def _take(desk: Desk, report_id: UUID, form: FormParts, claimed_type: str) -> KeptEvidence:
    try:
        return shown(await desk.evidence.ingest(form.content(), report_id, claimed_type))
    except (RefusedFile, RefusedEvidence, StoreUnavailable) as error:
        raise refusal(error, desk.evidence) from None
    except ClientDisconnect:
        raise cut_short() from None


async def _located(desk: Desk, tracking_id: str) -> UUID:
    async with desk.database.reading() as tx:
        located = await store.locate(tx, parse_tracking_id(tracking_id))
    assert located is not None  # it has just been filed
    return located.report_id


def _refused(problem: Problem) -> RefusedPart:
    return RefusedPart(
        type=f"urn:lapor:problem:{problem.code}", detail=problem.detail, detail_en=problem.detail_en
    )


def _is_form(scope: Scope) -> bool:
    return any(
        name == b"content-type" and value.lower().startswith(FORM.encode())
        for name, value in scope["headers"]
    )
