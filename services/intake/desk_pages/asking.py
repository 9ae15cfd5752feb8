"""`/petugas/identitas/baru`: asks to learn who filed a report. The collect code is in the answer alone."""

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake.api import reveals
from services.intake.api.access import CurrentDesk
from services.intake.api.reveal_bodies import RevealInput
from services.intake.desk_pages.access import IDENTITIES, Asker, page, sent_id, told, wrong
from services.intake.desk_pages.identities import ZONE
from services.intake.identity.policy import reveal_rules
from shared.security.tokens import Officer
from shared.web.pages import Form, read_form
from shared.web.pages.desk import STALE, said
from shared.web.problems import FieldError, Problem

router = APIRouter(prefix=IDENTITIES, include_in_schema=False)

_FIELDS = {
    "tracking_id": ("nomor", ("Nomor laporan", "The report's number")),
    "reason": ("alasan", ("Alasan", "The reason")),
    "explanation": ("penjelasan", ("Penjelasan", "The explanation")),
    "court_order": ("penetapan", ("Nomor penetapan", "The order's number")),
}
_NO_REASON = FieldError("reason", "Pilih satu alasan.", "Choose a reason.")
_NO_NUMBER = FieldError("tracking_id", "wajib diisi", "is required")


@router.get("/baru")
async def form(request: Request, officer: Asker, nomor: str = "") -> Response:
    return _page(request, officer, Form({"nomor": nomor[:20]}, genuine=True))


@router.post("/baru")
async def ask(request: Request, desk: CurrentDesk, officer: Asker) -> Response:
    """Sent twice, it asks once; the second time shows no code."""
    form = await read_form(request)
    if not form.genuine:
        return _page(request, officer, form, notice=said(request, STALE), status=422)
    body, errors = _body(form)
    if body is None or errors:
        return _page(request, officer, form, told(request, errors, _FIELDS), status=422)
    try:
        asked = await reveals.open_request(desk, officer, form["nomor"], body, sent_id(form))
    except Problem as problem:
        if problem.errors:
            return _page(request, officer, form, told(request, problem.errors, _FIELDS), status=422)
        words = _outside(problem) or (problem.detail, problem.detail_en)
        return _page(request, officer, form, notice=said(request, words), status=problem.status)
    until = asked.approve_until.astimezone(ZONE)
    return page(request, "identity_asked.html", officer, asked=asked, until=until, collecting=_minutes())


def _body(form: Form) -> tuple[RevealInput | None, list[FieldError]]:
    errors = [] if form["nomor"] else [_NO_NUMBER]
    if form["alasan"] not in reveal_rules().reasons:
        errors.append(_NO_REASON)
    given = {"reason": form["alasan"], "explanation": form["penjelasan"]}
    try:
        body = RevealInput.model_validate({**given, "court_order": form["penetapan"] or None})
    except ValidationError as error:
        return None, [*errors, *wrong(error)]
    return body, errors


def _outside(problem: Problem) -> tuple[str, str] | None:
    if problem.status != 404:
        return None
    return (
        "Tidak ada laporan dengan nomor itu dalam kewenangan Anda.",
        "There is no report with that number in your scope.",
    )


def _minutes() -> int:
    return int(reveal_rules().collecting.total_seconds() // 60)


def _page(  # noqa: PLR0917 - what was typed, and what is wrong with it
    request: Request,
    officer: Officer,
    form: Form,
    errors: dict[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "identity_ask.html",
        officer,
        status,
        typed={name: form[name] for name in ("nomor", "alasan", "penjelasan", "penetapan")},
        errors=errors or {},
        notice=notice,
        reasons=list(reveal_rules().reasons.values()),
        sent=sent_id(form),
        hours=int(reveal_rules().approval.total_seconds() // 3600),
        minutes=_minutes(),
    )
