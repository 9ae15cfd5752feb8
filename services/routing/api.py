"""What agencies' officers do over HTTP: see their dispositions and act on them, as over the broker."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.routing import store
from services.routing.api_inspection import Page, Path, Reader, counts, dispositions, scope_of
from services.routing.directory import directory
from services.routing.dockets import open_leg, save_dockets
from services.routing.domain.agencies import NATIONAL
from services.routing.domain.choice import Directory
from services.routing.domain.commands import QUESTION, REASON, SUBSTANCE, Word, act_on, may_speak, redirect
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket, Leg, Said
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.secret_readings import record_reading
from services.routing.views import Acted, acted, disposition
from shared.contracts import ResponseKind
from shared.db.database import Transaction
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import FieldError, Problem, not_found

router = APIRouter(prefix="/v1/dispositions", tags=["dispositions"])

Agent = Annotated[Officer, Depends(require(Role.COORDINATOR, Role.LIAISON, Role.NATIONAL_ADMIN))]
Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]

Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=SUBSTANCE, max_length=10_000)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=QUESTION, max_length=2_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=REASON, max_length=1_000)]


class Command(BaseModel):
    """`version` is the disposition's version that the officer saw; a newer one refuses the command."""

    model_config = ConfigDict(extra="forbid")
    version: int | None = None


class AnswerCommand(Command):
    text: Answer


class QuestionCommand(Command):
    text: Question


class CompletionCommand(Command):
    """What it lacks is named all at once, field by field."""

    text: Annotated[str, StringConstraints(max_length=10_000)] = ""
    evidence: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    """Files sent before to `/v1/reports/{tracking_id}/evidence` for this disposition."""
    without_evidence: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    """Of visible work without files: why there are none. The reporter reads it."""


class ReturnCommand(Command):
    reason: Reason
    suggested_agency: Path | None = None


class DelegationCommand(Command):
    unit: Path


class RedirectionCommand(Command):
    agency: Path


router.get("", response_model=Page)(dispositions)
router.get("/counts")(counts)  # before the path that would take its name for a disposition's id


@router.get("/{leg_id}")
async def one_disposition(request: Request, leg_id: UUID, officer: Reader) -> dict[str, Any]:
    """One disposition with the report's content and everything that happened to it. Of a secret report it is
    written down that it was read, and by whom.
    """
    async with request.app.state.database.transaction() as tx:
        report_id = await store.report_of(tx, leg_id, scope_of(officer))
        if report_id is None:
            raise not_found()
        docket = fold(report_id, await store.entries(tx, report_id))
        leg = docket.legs[leg_id]
        if leg.created.secret:
            await record_reading(tx, leg_id, officer)
    return disposition(docket, leg)


@router.post("/{leg_id}/acknowledgement")
async def acknowledgement(
    request: Request, leg_id: UUID, officer: Agent, body: Command | None = None
) -> Acted:
    """Say that the agency has it. Stops no clock of the reporter's."""
    return await _act(request, leg_id, officer, body or Command(), Word(ResponseKind.ACKNOWLEDGEMENT))


@router.post("/{leg_id}/responses")
async def responses(request: Request, leg_id: UUID, body: AnswerCommand, officer: Agent) -> Acted:
    """Answer the reporter with substance."""
    return await _act(request, leg_id, officer, body, Word(ResponseKind.RESPONSE, body.text))


@router.post("/{leg_id}/question")
async def question(request: Request, leg_id: UUID, body: QuestionCommand, officer: Agent) -> Acted:
    """Ask the reporter for what is missing. The case waits for the answer, and its deadlines pause."""
    return await _act(request, leg_id, officer, body, Word(ResponseKind.QUESTION, body.text))


@router.post("/{leg_id}/completion")
async def completion(request: Request, leg_id: UUID, body: CompletionCommand, officer: Agent) -> Acted:
    """State that it is done: what was done, and what shows it."""
    word = Word(
        ResponseKind.COMPLETION, body.text, evidence=body.evidence, without_evidence=body.without_evidence
    )
    return await _act(request, leg_id, officer, body, word)


@router.post("/{leg_id}/return")
async def give_back(request: Request, leg_id: UUID, body: ReturnCommand, officer: Agent) -> Acted:
    """Give it back with a reason, within the time of the first response; the next agency gets it."""
    word = Word(ResponseKind.RETURN, body.reason, suggested_agency=body.suggested_agency)
    return await _act(request, leg_id, officer, body, word)


@router.post("/{leg_id}/delegation")
async def delegation(request: Request, leg_id: UUID, body: DelegationCommand, officer: Agent) -> Acted:
    """Hand it to a unit of the agency."""
    return await _act(request, leg_id, officer, body, Word(ResponseKind.DELEGATION, unit=body.unit))


@router.post("/{leg_id}/redirection")
async def redirection(request: Request, leg_id: UUID, body: RedirectionCommand, officer: Admin) -> Acted:
    """Give it to another agency, as the national administrator decides."""

    def decide(tx: Transaction, docket: Docket, leg: Leg, known: Directory) -> list[Said]:
        return redirect(docket, leg, body.agency, known, tx.now)

    return await _change(request, leg_id, officer, body, decide)


async def _act(request: Request, leg_id: UUID, officer: Officer, body: Command, word: Word) -> Acted:
    def decide(tx: Transaction, docket: Docket, leg: Leg, known: Directory) -> list[Said]:
        actor = NATIONAL if officer.role is Role.NATIONAL_ADMIN else officer.agency
        if not actor or not may_speak(known.agencies, actor, leg):
            raise Problem(
                403,
                "not-your-disposition",
                f"Disposisi ini ditangani {leg.created.agency_name}; Anda hanya dapat melihatnya.",
                f"{leg.created.agency_name} has this disposition; you may only look at it.",
            )
        return act_on(docket, leg, word, known, tx.now)

    return await _change(request, leg_id, officer, body, decide)


async def _change(request: Request, leg_id: UUID, officer: Officer, body: Command, decide: Any) -> Acted:
    try:
        async with request.app.state.database.transaction() as tx:
            opened, leg = await open_leg(tx, leg_id, scope_of(officer))
            if body.version is not None and body.version != leg.version:
                raise Problem(
                    409,
                    "stale-version",
                    f"Disposisi sudah berubah (versi {leg.version}). Muat ulang lalu putuskan lagi.",
                    f"The disposition has changed (version {leg.version}). Reload and decide again.",
                )
            said = decide(tx, opened.docket, leg, await directory(tx))
            docket = opened.say(tx, said, actor=officer.id)
            await save_dockets(tx, [opened])
    except Refused as refused:
        raise _problem(refused) from None
    return acted(docket, docket.legs[leg_id], said)


def _problem(refused: Refused) -> Problem:
    if isinstance(refused, UnknownLeg):
        return not_found()
    if refused.faults:
        return Problem(
            422,
            "invalid",
            refused.reason,
            refused.reason_en,
            [FieldError(fault.field, fault.text, fault.text_en) for fault in refused.faults],
        )
    return Problem(409, refused.code, refused.reason, refused.reason_en)
