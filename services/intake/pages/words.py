"""What a reporter says to a case on its page: reply, accept, object, withdraw, rate …"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from services.intake.api.access import CurrentDesk
from services.intake.api.words import refusal
from services.intake.channels.values import Words
from services.intake.desk import Desk
from services.intake.domain.words import Saying, Word
from services.intake.pages import access
from services.intake.pages.case import ADDRESSES, Complaint, case_page
from services.intake.pages.telling import STALE, Both, in_words
from services.intake.words import AlreadySaid, NotPossible, say
from shared.security.codes import format_tracking_id
from shared.web.pages import Form, read_form
from shared.web.problems import not_found
from shared.web.validation import field_error

router = APIRouter(include_in_schema=False)

_WORD_AT = {address: word for word, address in ADDRESSES.items()}
_TEXT: TypeAdapter[str] = TypeAdapter(Words)
_LONGEST_COMMENT = 2000
_WORDLESS = {Word.ACCEPTANCE, Word.REFERRAL}
_OPTIONAL = {Word.WITHDRAWAL, Word.RATING}


@router.post("/lacak/{tracking_id}/{address}")
async def speak(request: Request, desk: CurrentDesk, tracking_id: str, address: str) -> Response:
    """One word. Sent twice, it is said once."""
    word = _WORD_AT.get(address)
    if word is None:
        raise not_found()
    form = await read_form(request)
    saying, wrong = _saying(word, form)
    if saying is None or not form.genuine:
        return await _complain(request, desk, tracking_id, address, wrong or STALE, form=form)
    try:
        async with desk.database.transaction() as tx:
            tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
            await say(tx, tracked, saying)
    except (NotPossible, AlreadySaid) as refused:
        problem = refusal(refused, word)
        told = (problem.detail, problem.detail_en)
        return await _complain(request, desk, tracking_id, address, told, form=form, status=409)
    return _back(tracked.report.tracking_id, address)


def _saying(word: Word, form: Form) -> tuple[Saying | None, Both | None]:
    score = None
    if word is Word.RATING:
        if form["score"] not in {"1", "2", "3", "4", "5"}:
            return None, ("Pilih nilai dari 1 sampai 5.", "Choose a score from 1 to 5.")
        score = int(form["score"])
    if word is Word.REFERRAL and not (form["consent"] and form["not_in_court"]):
        return None, (
            "Centang kedua pernyataan bila Anda setuju.",
            "Tick both statements if you agree.",
        )
    if word in _WORDLESS or (word in _OPTIONAL and not form["text"]):
        return Saying(word, None, score), None
    if word is Word.RATING and len(form["text"]) > _LONGEST_COMMENT:
        return None, ("Komentar paling banyak 2.000 karakter.", "A comment has at most 2,000 characters.")
    try:
        return Saying(word, _TEXT.validate_python(form["text"]), score), None
    except ValidationError as error:
        wrong = field_error(error.errors()[0])
        return None, (f"Tulisan Anda {wrong.message}.", f"Your text {wrong.message_en}.")


async def _complain(
    request: Request,
    desk: Desk,
    tracking_id: str,
    address: str,
    words: Both,
    *,
    form: Form,
    status: int = 422,
) -> Response:
    complaint = Complaint(address, in_words(request, words), form["text"], form["score"])
    return await case_page(request, desk, tracking_id, complaint, status)


def _back(tracking_id: str, address: str) -> Response:
    return RedirectResponse(f"/lacak/{format_tracking_id(tracking_id)}?tersimpan={address}#kabar-baru", 303)
