"""Reports as GeoReport sees them: public ones only, masked, open or closed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake import store
from services.intake.domain.moments import Kind
from services.intake.domain.report import Filing
from services.intake.domain.view import Tracked, running
from services.intake.listing import is_hidden
from services.intake.open311.catalogue import services
from services.intake.open311.documents import Row
from shared.contracts import CaseStatus
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id
from shared.text.masking import mask

MOST = 200
"""Requests in one answer; the specification wants at most 1,000, and pages."""

_UNSAID = dict.fromkeys(("description", "service_notice", "address_id", "lat", "long"))
_FINAL = [status.value for status in CaseStatus if status.final]
_LIST = (
    sa.text(
        """
        SELECT report_id FROM reports r
        WHERE NOT secret AND filed_at >= :start AND filed_at <= :end
          AND (CAST(:codes AS text[]) IS NULL OR category = ANY(:codes))
          AND (CAST(:ids AS text[]) IS NULL OR tracking_id = ANY(:ids))
          AND (CAST(:closed AS boolean) IS NULL OR :closed = COALESCE((
            SELECT m.data->>'status' = ANY(:final) FROM moments m
            WHERE m.report_id = r.report_id AND m.kind = 'status'
            ORDER BY (m.data->>'version')::int DESC LIMIT 1), false))
        ORDER BY filed_at DESC LIMIT :most OFFSET :offset
        """
    )
    .bindparams(
        sa.bindparam("codes", type_=pg.ARRAY(sa.Text)),
        sa.bindparam("ids", type_=pg.ARRAY(sa.Text)),
        sa.bindparam("final", _FINAL, type_=pg.ARRAY(sa.Text)),
        sa.bindparam("closed", type_=sa.Boolean),
    )
    .columns(report_id=pg.UUID(as_uuid=True))
)
"""Index reports_public_by_time."""


async def find(
    tx: Transaction,
    *,
    start: datetime,
    end: datetime,
    codes: list[str] | None = None,
    ids: list[str] | None = None,
    closed: bool | None = None,
    page: int = 1,
) -> list[Row]:
    """Public requests, newest first. Which of them nobody has asked for by its number is as public as the
    pages' own list: none that names people before an officer has verified it.
    """
    given = {"start": start, "end": end, "codes": codes, "ids": ids, "closed": closed}
    rows = await tx.execute(_LIST, {**given, "most": MOST, "offset": (page - 1) * MOST})
    found = await store.track_many(tx, rows.scalars().all())
    return [as_request(tracked) for tracked in found if ids is not None or not is_hidden(tracked)]


async def one(tx: Transaction, tracking_id: str) -> Row | None:
    """A public request. A secret one does not exist here."""
    located = await store.locate(tx, tracking_id)
    return as_request(located.tracked) if located and located.tracked else None


def as_request(tracked: Tracked) -> dict[str, Any]:
    """The fields of GeoReport v2. Texts are masked; nobody is named but agencies, and the exact place, often
    somebody's own door, is its reporter's, as on the page of the report. Of one that was taken back there is
    no more than that it was there, as on that page, too.
    """
    report, state = tracked.report, tracked.progress
    filing, zone = report.filing, report.zone.tz
    category = None if tracked.taken_back else state.category or filing.category
    place = filing.place
    agencies = ", ".join(leg.agency_name for leg in state.with_agencies if leg.agency_name)
    due = [deadline.due_at for deadline in running(tracked) if deadline.due_at]
    last = state.timeline[-1].at if state.timeline else report.filed_at
    row = {
        "service_request_id": format_tracking_id(report.tracking_id),
        "status": "closed" if state.status.final else "open",
        "status_notes": state.status.label,
        "service_name": services().name_of(category),
        "service_code": category or "lainnya",
        "description": mask(filing.text),
        "agency_responsible": agencies or None,
        "service_notice": _last_answer(tracked),
        "requested_datetime": _moment(report.filed_at.astimezone(zone)),
        "updated_datetime": _moment(last.astimezone(zone)),
        "expected_datetime": _moment(min(due).astimezone(zone)) if due else None,
        "address": None,
        "address_id": place.region,
        "zipcode": None,
        "lat": _about(filing, place.latitude),
        "long": _about(filing, place.longitude),
        "media_url": None,
    }
    return {**row, **_UNSAID} if tracked.taken_back else row


def _about(filing: Filing, degrees: float | None) -> float | None:
    """To about a kilometre, and nothing where somebody wanted to stay unnamed."""
    return None if degrees is None or filing.anonymous else round(degrees, 2)


def _last_answer(tracked: Tracked) -> str | None:
    answers = [m for m in tracked.progress.timeline if m.kind in {Kind.ANSWERED, Kind.COMPLETED}]
    return mask(answers[-1].data.get("text", "")) if answers else None


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
