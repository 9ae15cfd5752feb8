"""Several cases at once: claimed, or archived after it was shown what their reporters receive."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.verification import desk_store
from services.verification.api import claims
from services.verification.api.access import scope_of
from services.verification.api.decisions import Bulk, decide_many
from services.verification.domain.catalogue import catalogue
from services.verification.domain.decisions import Action
from services.verification.pages.access import Verifier
from services.verification.pages.queue import QUEUE
from services.verification.pages.signing_in import STALE
from services.verification.pages.words import BECOMES, STATUSES
from shared.contracts import ArchiveReason
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer, Role
from shared.web.pages import Form, read_form
from shared.web.pages.desk import CurrentShell
from shared.web.pages.language import language_of
from shared.web.pages.officers import local_path
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)
PICKED = "pick-"
MOST_DIGITS = 10
"""A version has fewer."""


@dataclass(frozen=True)
class Picked:
    """A case that was ticked, as the page showed it."""

    report_id: UUID
    number: str
    title: str | None
    version: str


@router.post(f"{QUEUE}/pilihan")
async def several(request: Request, shell: CurrentShell, officer: Verifier) -> Response:
    form = await read_form(request)
    back = local_path(f"{QUEUE}?{form['kept']}" if form["kept"] else QUEUE)
    picked = await _picked(request, officer, form)
    if not picked:
        return RedirectResponse(back, 303)
    context: dict[str, Any] = {"officer": officer, "picked": picked, "back": back, "kept": form["kept"]}
    english = language_of(request) == "en"
    if form["act"] == "claim" and form.genuine:
        outcomes = [await _claimed(request, officer, one) for one in picked]
        return shell.page(request, "bulk_result.html", outcomes=outcomes, archived=False, **context)
    if officer.role is not Role.NATIONAL_ADMIN:
        raise Problem(
            403, "role-not-allowed",
            "Hanya admin nasional yang mengarsipkan.", "Only the national administrator archives.",
        )  # fmt: skip
    reason, own = form["reason"], form["explanation"]
    errors = {}
    if not form.genuine:
        errors[""] = STALE[english]
    elif form["step"] and reason not in set(ArchiveReason):
        errors["reason"] = ("Pilih satu alasan.", "Choose a reason.")[english]
    elif form["step"] and own and not 10 <= len(own) <= 1000:
        errors["explanation"] = ("Antara 10 dan 1000 karakter.", "Between 10 and 1000 characters.")[english]
    if form["step"] == "send" and not errors:
        done = await _archived(request, officer, picked, reason, own)
        return shell.page(request, "bulk_result.html", outcomes=done, archived=True, **context)
    return shell.page(
        request,
        "bulk.html",
        422 if errors else 200,
        errors=errors,
        typed={"reason": reason, "explanation": own},
        reasons=list(catalogue().reasons.values()),
        said={"status": STATUSES[BECOMES[Action.ARCHIVING]], "message": _message(reason, own)}
        if form["step"] and not errors
        else None,
        **context,
    )


async def _picked(request: Request, officer: Officer, form: Form) -> list[Picked]:
    """What was ticked and is in the officer's scope, in the page's order."""
    versions = {}
    for name, value in form.fields.items():
        if name.startswith(PICKED) and value.isdecimal() and len(value) < MOST_DIGITS:
            try:
                versions[UUID(name.removeprefix(PICKED))] = value
            except ValueError:
                continue
    async with request.app.state.database.reading() as tx:
        rows = {row.report_id: row for row in await desk_store.lines(tx, scope_of(officer), [*versions])}
    return [
        Picked(one, format_tracking_id(row.tracking_id), _title(row), version)
        for one, version in versions.items()
        if (row := rows.get(one)) is not None
    ]


def _title(row: Any) -> str | None:
    return None if row.secret or row.sensitive else str(row.title)


async def _claimed(request: Request, officer: Officer, one: Picked) -> dict[str, Any]:
    try:
        await claims.claim(request, one.report_id, officer)
    except Problem as problem:
        return {"case": one, "problem": (problem.detail, problem.detail_en)}
    return {"case": one, "problem": None}


async def _archived(
    request: Request, officer: Officer, picked: list[Picked], reason: str, own: str
) -> list[dict[str, Any]]:
    decisions: list[dict[str, Any]] = [
        {
            "report_id": str(one.report_id),
            "decision": Action.ARCHIVING.value,
            "version": int(one.version),
            "reason": reason,
            **({"explanation": own} if own else {}),
        }
        for one in picked
    ]
    done = await decide_many(request, Bulk(decisions=decisions), officer)
    return [
        {
            "case": one,
            "problem": (told.problem["detail"], told.problem["detail_en"]) if told.problem else None,
        }
        for one, told in zip(picked, done.outcomes, strict=True)
    ]


def _message(reason: str, own: str) -> str:
    return own or (catalogue().reasons[ArchiveReason(reason)].to_reporter() if reason else "")
