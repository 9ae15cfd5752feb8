"""The decisions, each at its own address, and many of them in one call."""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.verification.api import deciders
from services.verification.api.access import NationalAdmin, Verifier
from services.verification.api.bodies import (
    ArchivingCommand,
    ClarificationCommand,
    Command,
    Decided,
    MergingCommand,
    Outcome,
    UnmergingCommand,
    VerificationCommand,
)
from services.verification.api.deciders import DECIDERS
from services.verification.api.deciding import IfMatch, seen_version
from services.verification.domain.decisions import Action
from shared.security.tokens import Officer
from shared.web.problems import Problem, invalid, unexpected, validation_problem

router = APIRouter()
MOST_AT_ONCE = 100


@router.post("/{report_id}/verification")
async def verification(
    request: Request, report_id: UUID, body: VerificationCommand, officer: Verifier, if_match: IfMatch = None
) -> Decided:
    """Classify the case and send it to the agencies named, or to those the rules name."""
    return await deciders.verify(request, officer, report_id, seen_version(if_match, body), body)


@router.post("/{report_id}/clarification")
async def clarification(
    request: Request, report_id: UUID, body: ClarificationCommand, officer: Verifier, if_match: IfMatch = None
) -> Decided:
    """Put the case on hold with a question to the reporter."""
    return await deciders.clarify(request, officer, report_id, seen_version(if_match, body), body)


@router.post("/{report_id}/archiving")
async def archiving(
    request: Request,
    report_id: UUID,
    body: ArchivingCommand,
    officer: NationalAdmin,
    if_match: IfMatch = None,
) -> Decided:
    """End the case for a reason that the reporter is told, and can appeal once."""
    return await deciders.archive(request, officer, report_id, seen_version(if_match, body), body)


@router.post("/{report_id}/merging")
async def merging(
    request: Request, report_id: UUID, body: MergingCommand, officer: NationalAdmin, if_match: IfMatch = None
) -> Decided:
    """Let another case answer this one."""
    return await deciders.merge(request, officer, report_id, seen_version(if_match, body), body)


@router.post("/{report_id}/unmerging")
async def unmerging(
    request: Request,
    report_id: UUID,
    body: UnmergingCommand,
    officer: NationalAdmin,
    if_match: IfMatch = None,
) -> Decided:
    """Take the case out of its cluster: it waits for its own verification again."""
    return await deciders.unmerge(request, officer, report_id, seen_version(if_match, body), body)


@router.post("/{report_id}/closure")
async def closure(
    request: Request, report_id: UUID, body: Command, officer: NationalAdmin, if_match: IfMatch = None
) -> Decided:
    """Accept the agency's completion."""
    return await deciders.close(request, officer, report_id, seen_version(if_match, body), body)


class Bulk(BaseModel):
    """Decisions, each as it would be sent alone, with `report_id` and `decision` (``archiving`` …)."""

    model_config = ConfigDict(extra="forbid")
    decisions: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class BulkDone(BaseModel):
    """In the order in which they were sent."""

    done: int
    refused: int
    outcomes: list[Outcome]


@router.post("/decisions")
async def decide_many(request: Request, body: Bulk, officer: Verifier) -> BulkDone:
    """Take up to 100 decisions, one after the other: one that is refused leaves the others done."""
    outcomes = [await _outcome(request, officer, item) for item in body.decisions]
    done = sum(outcome.decided is not None for outcome in outcomes)
    return BulkDone(done=done, refused=len(outcomes) - done, outcomes=outcomes)


async def _outcome(request: Request, officer: Officer, item: dict[str, Any]) -> Outcome:
    report_id = item.get("report_id")
    told = report_id[:36] if isinstance(report_id, str) else None
    try:
        return Outcome(report_id=told, status=200, decided=await _decide(request, officer, item))
    except Problem as refused:
        problem = refused
    except ValidationError as error:
        problem = validation_problem(error.errors())
    except Exception as error:
        problem = unexpected(error)
    return Outcome(report_id=told, status=problem.status, problem=json.loads(bytes(problem.response().body)))


async def _decide(request: Request, officer: Officer, item: dict[str, Any]) -> Decided:
    try:
        report_id = UUID(str(item.get("report_id")))
    except ValueError:
        raise invalid("report_id", "bukan pengenal yang benar", "is not a valid id") from None
    try:
        decider = DECIDERS[Action(str(item.get("decision")))]
    except ValueError:
        one_of = ", ".join(Action)
        raise invalid("decision", f"harus salah satu dari: {one_of}", f"must be one of: {one_of}") from None
    if officer.role not in decider.roles:
        raise Problem(
            403, "role-not-allowed",
            f"Peran {officer.role} tidak berwenang untuk keputusan ini.",
            f"The role {officer.role} may not take this decision.",
        )  # fmt: skip
    body = decider.body.model_validate_json(
        json.dumps({name: value for name, value in item.items() if name not in {"report_id", "decision"}})
    )
    return await decider.take(request, officer, report_id, body.version, body)
