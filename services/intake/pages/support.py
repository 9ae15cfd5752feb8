"""Saying "me too" to a public report, and hearing how it ends. The browser keeps what takes it back."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake import store, supports
from services.intake.api.access import CurrentDesk
from services.intake.api.supports import admit
from services.intake.channels.web import ContactInput
from services.intake.desk import Desk
from services.intake.pages import access
from services.intake.pages.case import Complaint, case_page
from services.intake.pages.keepsakes import SUPPORTS
from services.intake.pages.telling import STALE, Both, in_words
from services.intake.pages.typed import told
from shared.security.codes import format_tracking_id
from shared.web.pages import Form, read_form
from shared.web.pages.language import language_of
from shared.web.problems import Problem, not_found
from shared.web.validation import field_error

router = APIRouter(include_in_schema=False)

_TOO_MANY = (
    "Sedang terlalu banyak dukungan dikirim. Silakan coba lagi nanti.",
    "Too many are saying so at the moment. Please try again later.",
)


@router.post("/lacak/{tracking_id}/dukung")
async def support(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """Once for each browser; with a contact, that contact is told how the report goes on."""
    form = await read_form(request)
    parsed = access.parsed_id(tracking_id)
    kept = SUPPORTS.read(request, desk)
    if parsed in kept:
        return _back(parsed)
    contact, wrong = _contact(form, language_of(request))
    if wrong or not form.genuine:
        return await _complain(request, desk, tracking_id, wrong or STALE)
    try:
        admit(request, desk, parsed)
        async with desk.database.transaction() as tx:
            found = await store.locate(tx, parsed)
            if found is None or found.tracked is None:
                raise not_found()
            given = await supports.support(
                tx,
                desk.keys,
                desk.settings.public_url,
                found.tracked.report,
                contact.contact() if contact else None,
            )
    except Problem as problem:
        if problem.status != 429:
            raise
        return await _complain(request, desk, tracking_id, _TOO_MANY, 429)
    response = _back(parsed, "konfirmasi" if contact else "")
    SUPPORTS.write(response, desk, {**kept, parsed: (str(given[0]), given[1])})
    return response


@router.post("/lacak/{tracking_id}/dukung/batal")
async def take_back(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """With what this browser kept."""
    form = await read_form(request)
    parsed = access.parsed_id(tracking_id)
    kept = SUPPORTS.read(request, desk)
    if parsed not in kept or not form.genuine:
        return _back(parsed)
    supporter_id, code = kept.pop(parsed)
    async with desk.database.transaction() as tx:
        if found := await store.locate(tx, parsed):
            await supports.take_back(tx, desk.keys, found.report_id, UUID(supporter_id), code)
    response = _back(parsed)
    SUPPORTS.write(response, desk, kept)
    return response


def _contact(form: Form, language: str) -> tuple[ContactInput | None, Both | None]:
    given = {"phone": form["phone"] or None, "email": form["email"] or None}
    if not any(given.values()):
        return None, None
    try:
        return ContactInput.model_validate({**given, "language": language}), None
    except ValidationError as error:
        wrong = told(form.fields, (field_error(one) for one in error.errors()))
        return None, next(iter(wrong.values()))


async def _complain(
    request: Request, desk: Desk, tracking_id: str, words: Both, status: int = 422
) -> Response:
    complaint = Complaint("dukung", in_words(request, words))
    return await case_page(request, desk, tracking_id, complaint, status)


def _back(tracking_id: str, said: str = "") -> Response:
    query = f"?tersimpan={said}" if said else ""
    return RedirectResponse(f"/lacak/{format_tracking_id(tracking_id)}{query}#dukung", 303)
