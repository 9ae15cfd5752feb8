"""The triage queue: what is due first comes first, narrowed as an officer asks and within the scope."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.verification import desk_store
from services.verification.api.access import Reader, scope_of
from services.verification.api.bodies import AgencyPath, CaseLine, CasePage, Region
from services.verification.desk_store import Filters
from services.verification.domain.deadline import working_days_left
from shared.contracts import CaseStatus, Channel, Classification
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.web.fields import PlainText
from shared.web.problems import invalid

router = APIRouter()
_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


@router.get("", response_model=CasePage)
async def cases(  # noqa: PLR0917 - filters of an address
    request: Request,
    officer: Reader,
    status: CaseStatus | None = None,
    category: Annotated[PlainText | None, Query(max_length=80)] = None,
    region: Annotated[Region | None, Query(description="This region and all below it.")] = None,
    channel: Channel | None = None,
    agency: Annotated[AgencyPath | None, Query(description="Sent to this agency or below it.")] = None,
    older_than_days: Annotated[int | None, Query(ge=0, le=36_500)] = None,
    free: Annotated[bool, Query(description="Only what no other officer has claimed.")] = False,
    unproven: Annotated[bool, Query(description="Only what an agency completed without evidence.")] = False,
    tracking_id: str | None = None,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Cases by the deadline of their verification; what waits for none comes after, oldest first."""
    now = request.app.state.clock.now()
    filters = Filters(
        status, category, region, channel, agency, _tracking_id(tracking_id),
        now - timedelta(days=older_than_days) if older_than_days is not None else None, free, unproven,
        _place(after),
    )  # fmt: skip
    async with request.app.state.database.reading() as tx:
        rows = await desk_store.queue(tx, scope_of(officer), officer.id, filters, limit)
    page = CasePage(
        cases=[line_of(row, officer.id, now) for row in rows],
        next=_marker(rows[-1]) if len(rows) == limit else None,
    )
    return Response(page.model_dump_json(), media_type="application/json")


def line_of(row: Any, officer: str, now: datetime) -> CaseLine:
    """A row as the queue shows it to this officer."""
    claimed = row.claimed_until is not None and now < row.claimed_until
    hidden = row.secret or row.sensitive
    return CaseLine.model_construct(
        report_id=row.report_id,
        tracking_id=row.tracking_id,
        version=row.version,
        status=CaseStatus(row.status),
        title=None if hidden else row.title,
        category=row.category,
        classification=Classification(row.classification) if row.classification else None,
        region=row.region,
        channel=row.channel,
        anonymous=row.anonymous,
        secret=row.secret,
        secret_proposed=row.sensitive,
        escalated=row.escalated,
        unproven=row.unproven,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        working_days_left=working_days_left(row.due_at, now) if row.due_at else None,
        claimed_until=row.claimed_until if claimed else None,
        claimed_by_me=claimed and row.claimed_by == officer,
        supporters=row.supporters,
        members=row.members,
    )


def _tracking_id(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return parse_tracking_id(typed)
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None


def _marker(last: Any) -> str:
    """The place of a row in the order; safe in a URL as it is, so without a plus sign."""
    due = last.due_at.astimezone(UTC).strftime(_FORM) if last.due_at else "-"
    return f"{due}_{last.submitted_at.astimezone(UTC):{_FORM}}_{last.report_id}"


def _place(after: str | None) -> tuple[datetime | None, datetime, UUID] | None:
    if after is None:
        return None
    try:
        due, at, report_id = after.split("_")
        return None if due == "-" else _moment(due), _moment(at), UUID(report_id)
    except ValueError:
        raise invalid("after", "penanda halaman tidak dikenal", "is no page marker of ours") from None


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
