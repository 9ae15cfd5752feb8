"""`/lapor`: a report in five short steps. Each step carries the whole form; nothing is kept before.

Without scripts every step is a form sent here; with them the browser goes from step to step by itself.
"""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from services.intake.api.access import CurrentDesk
from services.intake.api.filing import FiledReport
from services.intake.channels.web import ReportInput
from services.intake.desk import Desk
from services.intake.pages import access, asked, continuing, typed
from services.intake.pages.account.filing import file_as_asked
from services.intake.pages.choices import FoundRegion, regions_like
from services.intake.pages.form_page import form_page
from services.intake.pages.typed import STEPS, Errors, Typed
from services.intake.questions.catalogue import catalogue
from shared.regions import full_name
from shared.security.codes import parse_tracking_id
from shared.web.pages import Shell, read_form
from shared.web.pages.language import language_of
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)

STALE = (
    "Formulir ini terlalu lama terbuka. Isian Anda tetap ada; silakan kirim sekali lagi.",
    "This form was open for too long. What you typed is still here; please send it once more.",
)
SENT_BEFORE = (
    "Formulir ini sudah terkirim tadi, dengan isi lain. Bila ini memang laporan baru, kirim sekali lagi.",
    "This form was sent before, with other content. If this is a new report, please send it once more.",
)


@router.get("/lapor")
async def begin(request: Request) -> Response:
    """An empty form. The browser may keep this page to show it offline."""
    return form_page(request, typed.empty(language_of(request)), {})


@router.get("/lapor/pertanyaan")
async def every_question(request: Request) -> Response:
    """For the form's script, which shows those of the topic that is chosen, also without a connection."""
    shell: Shell = request.app.state.shell
    return shell.page(request, "all_questions.html", topics=list(catalogue().questions.items()))


@router.post("/lapor")
async def go_on(request: Request, desk: CurrentDesk) -> Response:
    """A step forth or back, or the sending. Whatever is wrong, what was typed comes back."""
    form = await read_form(request)
    filled = typed.typed_of(form, language_of(request))
    report, errors = typed.report_of(filled)
    errors |= typed.told(filled.values, asked.errors(filled.values, desk.clock.now()))
    go = form["go"] or "next"
    if go == "send" and report is not None and not errors:
        if not form.genuine:
            return form_page(request, filled.at("check"), {}, stale=STALE, status=409)
        try:
            return await _send(request, desk, filled, report)
        except Problem as problem:
            return _refused(request, filled, problem)
    if go == "send":
        return form_page(request, filled.at(typed.step_of(next(iter(errors)))), errors, status=422)
    try:
        return await _kept_step(request, desk, filled, errors, go=go, genuine=form.genuine)
    except Problem as problem:
        return _refused(request, filled, problem)


async def _kept_step(
    request: Request, desk: Desk, filled: Typed, errors: Errors, *, go: str, genuine: bool
) -> Response:
    """A draft follows every step; without one, a step is kept only on request."""
    if go == "save" and not genuine:
        return form_page(request, filled, {}, stale=STALE, status=409)
    if go != "save" and not (genuine and filled.values["draft"]):
        return await _step(request, filled, errors, go)
    filled, told = await continuing.keep(request, desk, filled)
    if go == "save" or told:
        return form_page(request, filled, {}, stale=told, saved=not told)
    return await _step(request, filled, errors, go)


async def _step(request: Request, filled: Typed, errors: Errors, go: str) -> Response:
    here = STEPS.index(filled.step)
    if go == "back":
        return form_page(request, filled.at(STEPS[max(here - 1, 0)]), {})
    if go.startswith("to:") and go[3:] in STEPS:
        return form_page(request, filled.at(go[3:]), {})
    new = asked.unasked(filled.values) if filled.step == "story" else []
    unseen = {asked.PREFIX + question.code for question in new}
    seen = {
        name: words for name, words in typed.errors_until(errors, filled.step).items() if name not in unseen
    }
    if seen:
        return form_page(request, filled.at(typed.step_of(next(iter(seen)))), seen, status=422)
    if new:
        return form_page(request, filled, {}, asking=True)
    if filled.step == "place" and (found := await _regions_asked(filled)):
        return form_page(request, filled, {}, regions=found)
    if filled.values["region"]:
        filled = filled.where(filled.values["region"], full_name(filled.values["region"]))
    return form_page(request, filled.at(STEPS[min(here + 1, len(STEPS) - 1)]), {})


async def _regions_asked(filled: Typed) -> list[FoundRegion]:
    """What a region's name may mean; nothing where none was typed, or it was chosen already."""
    name = typed.region_to_choose(filled)
    # The first search of a process makes an index; nobody else waits for that.
    return await asyncio.to_thread(regions_like, name) if name else []


async def _send(request: Request, desk: Desk, filled: Typed, report: ReportInput) -> Response:
    desk.guard.admit(request)
    answer, session = await file_as_asked(request, desk, report, filled.key)
    await continuing.note_filed(desk, filled, answer)
    filed = FiledReport.model_validate_json(answer)
    location = f"/tanda-terima/{filed.tracking_id}"
    response: Response
    if "text/html" in request.headers.get("accept", ""):
        response = RedirectResponse(location, 303)
    else:
        response = JSONResponse({"location": location}, 201)
    access.grant(request, response, desk, parse_tracking_id(filed.tracking_id), session)
    fresh = access.Fresh(tracking_id=parse_tracking_id(filed.tracking_id), access_code=filed.access_code)
    access.hand_over(response, desk, fresh)
    return response


def _refused(request: Request, filled: Typed, problem: Problem) -> Response:
    if problem.code == "idempotency-key-reused":
        return form_page(request, filled.filed_anew().at("check"), {}, stale=SENT_BEFORE, status=409)
    if problem.status == 429 and "text/html" in request.headers.get("accept", ""):
        return form_page(request, filled, {}, stale=(problem.detail, problem.detail_en), status=429)
    if not problem.errors:
        raise problem
    if problem.errors[0].field == "insist":  # the page says so itself, and asks
        return form_page(request, filled.at("check"), {}, status=422)
    errors = typed.told(filled.values, problem.errors)
    return form_page(request, filled.at(typed.step_of(next(iter(errors)))), errors, status=422)
