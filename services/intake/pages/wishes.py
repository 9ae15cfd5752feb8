"""What a reporter wants to hear and when, as a form says it: for one report, or for all of an account."""

from dataclasses import replace
from datetime import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api.access import CurrentDesk
from services.intake.domain.preferences import Language, Preferences, QuietHours, Way
from services.intake.pages import access
from services.intake.pages.case import Complaint, case_page
from services.intake.pages.telling import STALE, Both, in_words
from services.intake.preferences import prefer
from shared.calendar import Zone
from shared.security.codes import format_tracking_id
from shared.web.pages import Form, read_form

router = APIRouter(include_in_schema=False)

_DIGEST = (
    "Isi jam ringkasan seperti 07:00, atau kosongkan.",
    "Give the hour of the summary as 07:00, or leave it empty.",
)
_HOURS = (
    "Isi kedua jam tenang, misalnya 21:00 dan 06:00, atau kosongkan keduanya.",
    "Give both quiet hours, such as 21:00 and 06:00, or neither.",
)


@router.post("/lacak/{tracking_id}/kabar")
async def wish(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """For one report."""
    form = await read_form(request)
    wanted, wrong = wishes_of(form)
    if wrong or not form.genuine:
        complaint = Complaint("kabar", in_words(request, wrong or STALE), fields=form.fields)
        return await case_page(request, desk, tracking_id, complaint, 422)
    async with desk.database.transaction() as tx:
        tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
        await prefer(tx, tracked.report.report_id, wanted)
    shown = format_tracking_id(tracked.report.tracking_id)
    return RedirectResponse(f"/lacak/{shown}?tersimpan=kabar#kabar-baru", 303)


def wishes_of(form: Form) -> tuple[Preferences, Both | None]:
    """What was chosen, and what is wrong with it. Hours that begin when they end are none."""
    known = form["language"] in set(Language)
    language = Language(form["language"]) if known else Language.INDONESIAN
    way = Way(form["channel"]) if form["channel"] in set(Way) else None
    chosen = Preferences(language=language, muted=bool(form["muted"]), channel=way)
    try:
        at = time.fromisoformat(form["digest"]).replace(second=0) if form["digest"] else None
        chosen = replace(chosen, digest_at=at, digest_zone=Zone(form["zone"] or Zone.WIB))
    except ValueError:
        return chosen, _DIGEST
    if not (form["from"] or form["until"]):
        return chosen, None
    try:
        begin, end = (time.fromisoformat(form[name]).replace(second=0) for name in ("from", "until"))
        quiet = QuietHours(begin, end, Zone(form["zone"])) if begin != end else None
    except ValueError:
        return chosen, _HOURS
    return replace(chosen, quiet=quiet), None
