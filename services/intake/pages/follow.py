"""Following a public report, or what is new in a topic or region, with a contact and without an account."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake import store
from services.intake.api.access import CurrentDesk
from services.intake.api.follows import AreaFields, FollowContact, admit_area
from services.intake.api.supports import admit
from services.intake.desk import Desk
from services.intake.following import desk as following
from services.intake.following.desk import Target
from services.intake.pages import access
from services.intake.pages.case import Complaint, case_page
from services.intake.pages.listed import Asked, list_page
from services.intake.pages.telling import STALE, Both, in_words
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id
from shared.security.sealing import Contact
from shared.web.pages import Form, read_form
from shared.web.pages.language import language_of
from shared.web.problems import Problem, not_found
from shared.web.validation import field_error

router = APIRouter(include_in_schema=False)

PLACE = "ikuti"
"""Where on both pages the form stands, and what says that it was sent."""
_NEITHER = (
    "Tulis alamat surel atau nomor telepon Anda.",
    "Give your e-mail address or your telephone number.",
)
_AREA = ("Pilih topik atau wilayah yang ingin Anda ikuti.", "Choose a topic or a region to follow.")


@router.post("/lacak/{tracking_id}/ikuti")
async def follow_report(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """The answer is the same whether the contact follows already or not."""
    form = await read_form(request)
    parsed = access.parsed_id(tracking_id)
    contact, wrong = contact_of(form, language_of(request))
    if contact is None or not form.genuine:
        complaint = _complaint(request, form, wrong or STALE)
        return await case_page(request, desk, parsed, complaint, 422)
    try:
        admit(request, desk, parsed)
        async with desk.database.transaction() as tx:
            found = await store.locate(tx, parsed)
            if found is None or found.tracked is None:
                raise not_found()
            await _follow(tx, desk, Target.case(found.tracked), contact)
    except Problem as problem:
        if problem.status != 429:
            raise
        complaint = _complaint(request, form, (problem.detail, problem.detail_en))
        return await case_page(request, desk, parsed, complaint, 429)
    return RedirectResponse(f"/lacak/{format_tracking_id(parsed)}?tersimpan={PLACE}#{PLACE}", 303)


@router.post("/laporan/ikuti")
async def follow_area(request: Request, desk: CurrentDesk) -> Response:
    """What is new in the topic and the region that the list was narrowed to."""
    form = await read_form(request)
    asked = Asked(topik=form["topik"][:100], wilayah=form["wilayah"][:100])
    contact, wrong = contact_of(form, language_of(request))
    area = asked_area(asked)
    if contact is None or area is None or not form.genuine:
        told = _AREA if area is None else wrong or STALE
        return await list_page(request, desk, asked, _complaint(request, form, told), 422)
    try:
        target = area.target()
        admit_area(request, desk, target)
        async with desk.database.transaction() as tx:
            await _follow(tx, desk, target, contact)
    except Problem as problem:
        if problem.status != 429:
            raise
        complaint = _complaint(request, form, (problem.detail, problem.detail_en))
        return await list_page(request, desk, asked, complaint, 429)
    return RedirectResponse(f"/laporan?{urlencode({**asked.kept, 'tersimpan': PLACE})}#{PLACE}", 303)


def contact_of(form: Form, language: str) -> tuple[Contact | None, Both | None]:
    """One field takes either: what holds an @ is an address of mail."""
    given = form["kontak"].strip()
    if not given:
        return None, _NEITHER
    try:
        made = FollowContact.model_validate(
            {"email" if "@" in given else "phone": given, "language": language}
        )
    except ValidationError as error:
        wrong = field_error(error.errors()[0])
        if "@" not in given and not any(character.isdigit() for character in given):
            return None, _NEITHER
        return None, (_about("Kontak ini", wrong.message), _about("This contact", wrong.message_en))
    return made.contact(), None


def _about(subject: str, what: str) -> str:
    """What is wrong, as a sentence; some refusals are one already."""
    return what if what[:1].isupper() else f"{subject} {what}."


def asked_area(asked: Asked) -> AreaFields | None:
    """What the list was narrowed to, as an area; None if it is none."""
    try:
        return AreaFields(category=asked.topik or None, region=asked.wilayah or None)
    except ValidationError:
        return None


async def _follow(tx: Transaction, desk: Desk, target: Target, contact: Contact) -> None:
    await following.follow(tx, desk.keys, desk.settings.public_url, target, contact)


def _complaint(request: Request, form: Form, words: Both) -> Complaint:
    return Complaint(PLACE, in_words(request, words), form["kontak"])
