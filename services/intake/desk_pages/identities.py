"""`/petugas/identitas`: the requests that an officer may know of, and the record of all their steps."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api import reveals
from services.intake.api.access import CurrentDesk
from services.intake.api.reveal_bodies import LogLine
from services.intake.desk_pages.access import IDENTITIES, Auditor, Reader, page
from services.intake.desk_pages.words import DENIALS, READY, STANDINGS, STEPS, WAITING, standing
from services.intake.identity.policy import reveal_rules
from shared.calendar import Zone
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer

router = APIRouter(prefix=IDENTITIES, include_in_schema=False)
MOST_STEPS = 200
ZONE = Zone.WIB.tz


@router.get("")
async def listed(request: Request, desk: CurrentDesk, officer: Reader, keadaan: str = "") -> Response:
    """A coordinator's own requests; the national level's, all. Whoever audits reads the record alone."""
    if officer.role not in reveals.ASKERS:
        return RedirectResponse(f"{IDENTITIES}/catatan", 303)
    now = desk.clock.now()
    lines = [(line, standing(line, now)) for line in await reveals.listed(desk, officer)]
    counts = Counter(stands for _, stands in lines)
    return page(
        request,
        "identities.html",
        officer,
        rows=[_row(line, stands, officer) for line, stands in lines if keadaan in {"", stands}],
        counts={name: counts[name] for name in STANDINGS},
        total=len(lines),
        chosen=keadaan if keadaan in STANDINGS else "",
        standings=STANDINGS,
        audits=officer.role in reveals.AUDITORS,
    )


@router.get("/catatan")
async def record(request: Request, desk: CurrentDesk, officer: Auditor) -> Response:
    """Every step of every request, the denied ones too; and whether none was altered or removed."""
    log = await reveals.log(desk, officer)
    return page(
        request,
        "identity_record.html",
        officer,
        log=log,
        entries=[_step(entry) for entry in reversed(log.entries[-MOST_STEPS:])],
        asks=officer.role in reveals.ASKERS,
    )


def _row(line: Any, stands: str, officer: Officer) -> dict[str, Any]:
    mine = line.asked_by == officer.id
    return {
        "line": line,
        "standing": stands,
        "reason": reveal_rules().reasons[line.reason],
        "asked_at": line.asked_at.astimezone(ZONE),
        "until": (line.collect_until if stands == READY else line.approve_until).astimezone(ZONE),
        "decides": stands == WAITING and not mine and officer.role in reveals.APPROVERS,
        "collects": stands == READY and mine,
    }


def _step(entry: LogLine) -> dict[str, Any]:
    known, details = reveal_rules().reasons, entry.details
    tracking_id = details.get("tracking_id")
    return {
        "entry": entry,
        "at": entry.at.astimezone(ZONE),
        "what": STEPS.get(entry.step, (entry.step, entry.step)),
        "why": DENIALS.get(details.get("why", "")) if entry.step == "denied" else None,
        "words": details.get("explanation") or (details.get("why") if entry.step == "refused" else None),
        "reason": known.get(details.get("reason", "")),
        "number": format_tracking_id(tracking_id) if tracking_id else None,
    }
