"""Drafts over HTTP: saved while somebody types, readable to nobody but the holder of the draft's secret."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, Security
from fastapi.security import APIKeyHeader
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from services.intake.accounts.sessions import Session
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import OptionalSession
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.filing import FiledReport, created, filed_once
from services.intake.channels.web import ReportInput
from services.intake.desk import Desk
from services.intake.drafts import desk as drafts
from services.intake.drafts.desk import draft_key, filing_key
from shared.web.problems import validation_problem

router = APIRouter(
    prefix="/v1/drafts/{draft_id}",
    tags=["drafts"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 409, 413, 422, 429, 503),
)
Secret = Annotated[
    str | None,
    Security(
        APIKeyHeader(
            name="LAPOR-Draft-Secret",
            scheme_name="draftSecret",
            auto_error=False,
            description="22 to 200 random characters that the client makes and keeps.",
        )
    ),
]


DEEPEST = 20


def shallow(content: dict[str, Any]) -> dict[str, Any]:
    """What is nested deeper is no form, and could not be written or read again."""
    level: list[Any] = [content]
    for _ in range(DEEPEST):
        inner = [one for thing in level for one in (thing.values() if isinstance(thing, dict) else thing)]
        level = [one for one in inner if isinstance(one, dict | list)]
    if level:
        raise ValueError("bersarang terlalu dalam|is nested too deeply")
    return content


class DraftInput(BaseModel):
    """`content` is what was typed so far, complete or not."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=0, le=1_000_000, description="The one the typing started from; 0: new.")
    content: Annotated[dict[str, Any], AfterValidator(shallow)]


class SavedDraft(BaseModel):
    version: int
    expires_at: datetime


class DraftView(BaseModel):
    """`filed`: the answer to the filing, once there was one."""

    version: int
    expires_at: datetime
    content: dict[str, Any]
    filed: FiledReport | None


@router.put("", summary="Save a draft")
async def save(
    request: Request, desk: CurrentDesk, secret: Secret, draft_id: UUID, body: DraftInput
) -> SavedDraft:
    """Kept for a week after the last change. Another tab's newer version is not overwritten."""
    key = draft_key(draft_id, secret)
    if body.version == 0:
        desk.draft_guard.admit(request)
    async with desk.database.transaction() as tx:
        version, expires_at = await drafts.save(tx, draft_id, key, body.content, body.version)
    return SavedDraft(version=version, expires_at=expires_at)


@router.get("", summary="Read a draft")
async def read(desk: CurrentDesk, secret: Secret, draft_id: UUID) -> DraftView:
    """As it was last saved; once it was filed, the answer to that, for a week."""
    key = draft_key(draft_id, secret)
    async with desk.database.reading() as tx:
        draft = await drafts.read(tx, draft_id, key)
    filed = FiledReport.model_validate(draft.answer) if draft.answer else None
    return DraftView(version=draft.version, expires_at=draft.expires_at, content=draft.content, filed=filed)


@router.delete("", status_code=204, summary="Throw a draft away")
async def delete(desk: CurrentDesk, secret: Secret, draft_id: UUID) -> Response:
    """At once and for good. A report that was made of it stays."""
    key = draft_key(draft_id, secret)
    async with desk.database.transaction() as tx:
        await drafts.delete(tx, draft_id, key)
    return Response(status_code=204)


@router.post("/submission", status_code=201, response_model=FiledReport, summary="File a draft as a report")
async def submit(
    request: Request, desk: CurrentDesk, secret: Secret, draft_id: UUID, session: OptionalSession
) -> Response:
    """Said twice, there is one report and one answer. Counts like any other filing."""
    desk.guard.admit(request)
    content = await submitted(desk, draft_id, secret, session)
    return created(content, FiledReport.model_validate_json(content).tracking_id)


async def submitted(desk: Desk, draft_id: UUID, secret: str | None, session: Session | None = None) -> str:
    """The same for a page: a `FiledReport` in JSON. Raises problems, one of them naming each wrong field."""
    key = draft_key(draft_id, secret)
    assert secret is not None
    async with desk.database.reading() as tx:
        draft = await drafts.read(tx, draft_id, key)
    if draft.answer is not None:
        return FiledReport.model_validate(draft.answer).model_dump_json()
    try:
        body = ReportInput.model_validate(draft.content)
    except ValidationError as error:
        raise validation_problem(error.errors()) from None
    answer = await filed_once(desk, body, filing_key(draft_id, secret), session)
    async with desk.database.transaction() as tx:
        await drafts.note_filed(tx, draft_id, key, answer)
    return answer
