"""`/petugas/bukti/{number}`: a report's files for whoever the API lets see them: clean copies and previews.

Originals, and what is hidden in them, are never shown. Each file and preview is fetched by a link that is
written down; so is the reading of a secret report's list, and of when and where its photos were taken.
"""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.api.access import CurrentDesk
from services.intake.api.evidence_access import Caller, open_files
from services.intake.api.evidence_files import captured, note_read
from services.intake.api.reveals import AUDITORS
from services.intake.desk import Desk
from services.intake.desk_pages.access import FileReader, page
from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.view import Tracked, evidence_view
from services.intake.evidence import links
from services.intake.evidence.viewing import leg_for, may_see_captured
from services.intake.pages.access import parsed_id
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer
from shared.web.pages.names import agency_name
from shared.web.pages.officers import HOME

router = APIRouter(prefix="/petugas/bukti", include_in_schema=False)


_PARTS = {
    "list": ("daftar dan keterangan", "list and details"),
    "file": ("berkas", "file"),
    "preview": ("pratinjau", "preview"),
}
_SHOWN_AS_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


@router.get("/{tracking_id}")
async def report_files(
    request: Request, desk: CurrentDesk, officer: FileReader, tracking_id: str, berkas: str = ""
) -> Response:
    """All files with where they stand; `?berkas=` shows one picture large."""
    number = format_tracking_id(parsed_id(tracking_id))
    audits = officer.role in AUDITORS
    async with desk.database.transaction() as tx:
        tracked = await open_files(tx, desk, number, Caller(None, officer))
        folder = f"/petugas/bukti/{number}/berkas"
        rows = [
            {**_row(desk, file, officer), "number": at, "url": f"{folder}/{file.evidence_id}"}
            for at, file in enumerate(tracked.evidence, start=1)
        ]
        await note_read(tx, tracked, officer)
        fetched = await links.downloads(tx, tracked.report.report_id) if audits else []
    zone = tracked.report.zone
    return page(
        request,
        "report_files.html",
        officer,
        number=number,
        secret=tracked.report.secret,
        rows=rows,
        large=next((row for row in rows if row["picture"] and str(row["file"].evidence_id) == berkas), None),
        numbered={row["file"].evidence_id: row["number"] for row in rows},
        sees=may_see_captured(officer),
        audits=audits,
        fetched=fetched,
        parts=_PARTS,
        back=_back(officer, tracked),
        local=lambda at: at.astimezone(zone.tz),
        zone=zone.value,
    )


def _row(desk: Desk, file: EvidenceFile, officer: Officer) -> dict[str, Any]:
    cleared = file.state is EvidenceState.CLEARED
    told = captured(desk, file) if may_see_captured(officer) else None
    return {
        "file": file,
        "view": evidence_view(file),
        "cleared": cleared,
        "picture": cleared and file.clean_type in _SHOWN_AS_PICTURES,
        "kind": file.content_type.partition("/")[0] if cleared else "",
        "agency": agency_name(file.agency) if file.agency else None,
        "captured": told,
        "taken_at": _moment(told.get("taken_at")) if told else None,
    }


def _moment(written: str | None) -> datetime | None:
    """As the camera wrote it; what it wrote in no known way is shown as it stands."""
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        return None


def _back(officer: Officer, tracked: Tracked) -> str | None:
    """Where the officer works on this report: the case for the national level, else the agency's own leg."""
    if officer.agency is None:
        return f"{HOME}/kasus/{tracked.report.report_id}"
    leg = leg_for(officer, tracked, None)
    return f"{HOME}/disposisi/{leg.leg_id}" if leg else None
