"""The desk's decisions by form: what the reporter will receive is shown, and only then it is sent.

With scripts a form shows that itself while it is filled in, and sends at once.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.verification.api.bodies import ArchivingCommand, ClarificationCommand, Command
from services.verification.api.deciders import DECIDERS
from services.verification.api.decisions import Bulk, decide_many
from services.verification.domain.decisions import Action
from services.verification.pages.access import Verifier
from services.verification.pages.asking import command, version_in
from services.verification.pages.case import CASES, Answer, Opened, case_page, opened
from services.verification.pages.queue import QUEUE
from services.verification.pages.signing_in import STALE
from services.verification.pages.words import ACTIONS, ADDRESSES, BECOMES, STATUSES, wrong_fields
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.forms import FIELD
from shared.web.pages.language import language_of
from shared.web.problems import FieldError, Problem, not_found, validation_problem

router = APIRouter(include_in_schema=False)

STEP = "step"
SEND, CHANGE = "send", "change"
_ACTIONS = {address: action for action, address in ADDRESSES.items()}


@router.post(f"{CASES}/{{report_id}}/{{address}}")
async def decide(
    request: Request, shell: CurrentShell, report_id: UUID, address: str, officer: Verifier
) -> Response:
    """Preview, send, or back to the form; whatever is refused is said on the page, with what was typed."""
    action = _ACTIONS.get(address)
    if action is None:
        raise not_found()
    form = await read_form(request)
    if not form.genuine:
        return await case_page(request, officer, report_id, Answer(action, form.fields, {}, STALE, 422))
    if form[STEP] == CHANGE:
        return await case_page(request, officer, report_id, Answer(action, form.fields))
    try:
        fields = {**await command(request, officer, action, form), "version": version_in(form)}
        body = DECIDERS[action].body.model_validate(fields)
        if form[STEP] != SEND:
            seen = await opened(request, officer, report_id)
            return _preview(request, shell, officer, seen, (action, form, body))
        await _decided(request, officer, report_id, action, fields)
    except (Problem, ValidationError) as refused:
        problem = refused if isinstance(refused, Problem) else validation_problem(refused.errors())
        told = _refused(request, action, form, problem)
        return await case_page(request, officer, report_id, told)
    kept = [("selesai", str(report_id))]
    return RedirectResponse(f"{QUEUE}?{'&'.join(filter(None, [form['dari'], urlencode(kept)]))}", 303)


async def _decided(
    request: Request, officer: Officer, report_id: UUID, action: Action, fields: dict[str, Any]
) -> None:
    """As one of several decisions over HTTP: the same checks, the same refusals."""
    item = {"report_id": str(report_id), "decision": action.value, **fields}
    [outcome] = (await decide_many(request, Bulk(decisions=[item]), officer)).outcomes
    if (told := outcome.problem) is not None:
        errors = [FieldError(**error) for error in told.get("errors", ())]
        raise Problem(outcome.status, "refused", told["detail"], told["detail_en"], errors)


def _preview(
    request: Request, shell: Shell, officer: Officer, seen: Opened, wanted: tuple[Action, Form, Command]
) -> Response:
    action, form, body = wanted
    return shell.page(
        request,
        "preview.html",
        headers=NO_STORE,
        officer=officer,
        number=format_tracking_id(seen.line.tracking_id),
        action=ACTIONS[action],
        address=f"{CASES}/{seen.line.report_id}/{ADDRESSES[action]}",
        fields={name: value for name, value in form.fields.items() if name not in {FIELD, STEP}},
        said={"status": STATUSES[BECOMES[action]], "message": message_of(body)},
    )


def message_of(body: Command) -> str | None:
    """An officer's words to the reporter, as the case's facts will carry them."""
    if isinstance(body, ClarificationCommand | ArchivingCommand):
        return body.to_reporter
    return None


def _refused(request: Request, action: Action, form: Form, problem: Problem) -> Answer:
    """What the case's page says. Raises the problem where there is no page to say it on."""
    if problem.status in {404, 413} or problem.status >= 500:
        raise problem
    errors = wrong_fields(problem, english=language_of(request) == "en")
    whole = errors.pop("", None)
    told = ((problem.detail, problem.detail_en) if not problem.errors else (whole, whole)) if whole else None
    return Answer(action, form.fields, errors, told, problem.status)
