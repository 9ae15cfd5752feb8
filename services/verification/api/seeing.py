"""One case as its officers see it. Opening a secret one is written down, for good."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.verification import desk_store
from services.verification.api.access import Overseer, Reader, scope_of
from services.verification.api.opening import open_case
from services.verification.api.queue import line_of
from services.verification.domain.case import Case
from services.verification.domain.decisions import possible
from services.verification.domain.secrecy import signs_of
from shared.web.problems import not_found

router = APIRouter()


@router.get("/{report_id}")
async def case(request: Request, response: Response, report_id: UUID, officer: Reader) -> dict[str, Any]:
    """One case with its text, its legs and its whole history."""
    async with request.app.state.database.transaction() as tx:
        row, found = await open_case(tx, officer, report_id)
    response.headers["ETag"] = f'"{row.version}"'
    return {**line_of(row, officer.id, tx.now).model_dump(), **_view(found)}


@router.get("/{report_id}/readings")
async def readings(request: Request, report_id: UUID, officer: Overseer) -> dict[str, list[dict[str, Any]]]:
    """Who opened the case while it was secret, the latest first."""
    async with request.app.state.database.reading() as tx:
        if await desk_store.find(tx, scope_of(officer), report_id) is None:
            raise not_found()
        rows = await desk_store.readings(tx, report_id)
    return {"readings": [dict(row._mapping) for row in rows]}


def _view(case: Case) -> dict[str, Any]:
    return {
        "status_label": case.status.label if case.status else None,
        "possible": possible(case.status, asking=case.asking),
        "title": case.title,
        "text": case.text,
        "place": case.place,
        "evidence": case.evidence,
        "legs": list(case.legs.values()),
        "objections": case.objections,
        "merged_into": case.merged_into,
        "closed_by": case.closed_by,
        "archive_reason": case.archive_reason,
        "appeal": case.appeal,
        "secrecy_signs": [
            {"sign": sign, "label": sign.label, "label_en": sign.label_en} for sign in signs_of(case)
        ],
        "rating": case.rating,
        "referred_at": case.referral.occurred_at if case.referral else None,
        "history": [
            {
                "event_id": step.entry.event_id,
                "type": step.entry.fact.type,
                "at": step.entry.at,
                "officer": step.entry.officer,
                "note": step.entry.note,
                "before": step.before,
                "after": step.after,
                "refused": step.refused,
            }
            for step in case.history
        ],
    }
