"""`/petugas/kasus/…`: one case whole, and the forms that decide it. Opening a secret one is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.verification.api import claims, clusters
from services.verification.api.bodies import CaseLine
from services.verification.api.deciders import DECIDERS
from services.verification.api.opening import open_case
from services.verification.api.queue import line_of
from services.verification.domain.case import Case
from services.verification.domain.catalogue import catalogue
from services.verification.domain.deadline import ZONE
from services.verification.domain.decisions import Action, possible
from services.verification.domain.fold import UNDECIDED
from services.verification.domain.secrecy import signs_of
from services.verification.pages.access import Reader, Verifier
from services.verification.pages.history import history_of
from services.verification.pages.queue import QUEUE, claim_words
from services.verification.pages.signing_in import STALE
from services.verification.pages.suggested import Suggested, suggested_for
from services.verification.pages.words import (
    ACTIONS,
    ADDRESSES,
    BECOMES,
    CHANNELS,
    CLASSIFICATIONS,
    ELSEWHERE,
    KEYS,
    LEGS,
    STATUSES,
    time_left,
)
from shared.contracts import CaseStatus
from shared.regions import full_name
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer, Role
from shared.web.pages import Shell, read_form
from shared.web.pages.desk import NO_STORE
from shared.web.pages.language import language_of
from shared.web.pages.names import agency_name
from shared.web.pages.officers import HOME
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)
CASES = f"{HOME}/kasus"


@dataclass(frozen=True)
class Answer:
    """A form that was not taken: what was typed stays, and what is wrong is said."""

    action: Action | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: tuple[str, str] | None = None
    status: int = 200

    def __repr__(self) -> str:
        return f"Answer({self.action})"


@dataclass(frozen=True)
class Opened:
    """A case that an officer looks at."""

    line: CaseLine
    case: Case


async def opened(request: Request, officer: Officer, report_id: UUID) -> Opened:
    """Raises a 404 problem outside the officer's scope."""
    async with request.app.state.database.transaction() as tx:
        row, found = await open_case(tx, officer, report_id)
    return Opened(line_of(row, officer.id, tx.now), found)


@router.get(f"{CASES}/{{report_id}}")
async def case(request: Request, report_id: UUID, officer: Reader) -> Response:
    return await case_page(request, officer, report_id)


@router.post(f"{CASES}/{{report_id}}/ambil")
async def claim(request: Request, report_id: UUID, officer: Verifier) -> Response:
    return await _claiming(request, report_id, officer, claims.claim)


@router.post(f"{CASES}/{{report_id}}/lepas")
async def release(request: Request, report_id: UUID, officer: Verifier) -> Response:
    return await _claiming(request, report_id, officer, claims.release)


async def _claiming(request: Request, report_id: UUID, officer: Officer, act: Any) -> Response:
    form = await read_form(request)
    if not form.genuine:
        return await case_page(request, officer, report_id, Answer(problem=STALE, status=422))
    try:
        await act(request, report_id, officer)
    except Problem as problem:
        if problem.status != 409:
            raise
        told = Answer(problem=(problem.detail, problem.detail_en), status=409)
        return await case_page(request, officer, report_id, told)
    return RedirectResponse(f"{CASES}/{report_id}", 303)


async def case_page(
    request: Request, officer: Officer, report_id: UUID, answer: Answer | None = None
) -> Response:
    """The case's page; `answer` is what came back of a form on it."""
    seen = await opened(request, officer, report_id)
    line, found = seen.line, seen.case
    undecided = line.status in UNDECIDED and not found.asking
    suggested = await suggested_for(request, found) if undecided else Suggested()
    joined = line.status is CaseStatus.MERGED or line.members
    cluster = await clusters.cluster(request, report_id, officer) if joined else None
    barred = undecided and found.barred == officer.id
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "case.html",
        answer.status if answer else 200,
        headers=NO_STORE,
        officer=officer,
        answer=answer or Answer(),
        line=line,
        case=found,
        number=format_tracking_id(line.tracking_id),
        filed=line.submitted_at.astimezone(ZONE.tz),
        due=line.due_at.astimezone(ZONE.tz) if line.due_at else None,
        left=time_left(line.due_at, request.app.state.clock.now()),
        claim=claim_words(line),
        region=full_name(found.place.region),
        legs=[(leg, agency_name(leg.agency), LEGS[leg.state]) for leg in found.legs.values()],
        history=history_of(found),
        signs=[(sign.label, sign.label_en) for sign in signs_of(found)],
        forms=_forms(officer, found) if not barred else [],
        barred=barred,
        appealed=found.appeal is not None and undecided,
        cluster=cluster,
        suggested=suggested,
        undecided=undecided,
        questions=list(catalogue().questions.values()),
        reasons=sorted(catalogue().reasons.values(), key=lambda one: one.id not in ELSEWHERE),
        statuses=STATUSES,
        classifications=CLASSIFICATIONS,
        channel=CHANNELS[line.channel],
        back=f"{QUEUE}?{origin}" if (origin := request.query_params.get("dari", "")) else QUEUE,
        origin=origin or (answer.typed.get("dari", "") if answer else ""),
        verifies=officer.role in {Role.NATIONAL_ADMIN, Role.COORDINATOR} and undecided,
        referable=officer.role is Role.NATIONAL_ADMIN and found.escalated,
        oversees=officer.role in {Role.NATIONAL_ADMIN, Role.SUPERVISOR},
        english=language_of(request) == "en",
        format_tracking_id=format_tracking_id,
    )


def _forms(officer: Officer, found: Case) -> list[dict[str, Any]]:
    """The decisions that fit the case and the officer's role."""
    return [
        {
            "action": action.value,
            "address": ADDRESSES[action],
            "label": ACTIONS[action],
            "key": KEYS[action],
            "becomes": STATUSES[BECOMES[action]],
        }
        for action in possible(found.status, asking=found.asking)
        if officer.role in DECIDERS[action].roles
    ]
