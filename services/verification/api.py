"""What verification officers do over HTTP: see cases, and decide them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.verification import store
from services.verification.domain import decisions
from services.verification.domain.case import Case
from services.verification.domain.consequences import Said
from services.verification.domain.decisions import Refused, Verification
from services.verification.domain.fold import fold
from services.verification.handlers import Decision, record_decision
from shared.contracts import ArchiveReason, CaseStatus, Classification
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.fields import PlainText
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/cases", tags=["cases"])

Reader = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.SUPERVISOR))]
Verifier = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]

UNANSWERABLE = frozenset({CaseStatus.MERGED, CaseStatus.ARCHIVED, CaseStatus.WITHDRAWN})
"""A case that is joined to one of these would never be answered."""


class Command(BaseModel):
    """`version` is the case's version that the officer saw; a newer one refuses the decision."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    version: int | None = None


class VerificationCommand(Command):
    classification: Classification
    category: PlainText = Field(min_length=2, max_length=80)
    title: PlainText | None = Field(None, min_length=5, max_length=200)
    region: str | None = Field(None, pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")
    anonymous: bool | None = None
    secret: bool | None = None
    agencies: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]] = Field(
        default=[], max_length=10
    )


class ClarificationCommand(Command):
    question: PlainText = Field(min_length=10, max_length=1000)


class ArchivingCommand(Command):
    reason: ArchiveReason
    explanation: PlainText = Field(min_length=10, max_length=1000)


class MergingCommand(Command):
    into: UUID


class CaseLine(BaseModel):
    """A case as a list shows it."""

    model_config = ConfigDict(from_attributes=True)
    report_id: UUID
    tracking_id: str
    version: int
    status: CaseStatus
    title: str
    category: str | None
    classification: Classification | None
    region: str | None
    channel: str
    anonymous: bool
    secret: bool
    escalated: bool
    submitted_at: datetime


class Decided(BaseModel):
    """The case after a decision."""

    report_id: UUID
    status: CaseStatus
    version: int


@router.get("")
async def cases(
    request: Request,
    _: Reader,
    status: CaseStatus | None = None,
    tracking_id: str | None = None,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Cases, oldest first."""
    async with request.app.state.database.reading() as tx:
        rows = await store.list_cases(tx, status, _tracking_id(tracking_id), _place(after), limit)
    lines = [CaseLine.model_validate(row) for row in rows]
    last = lines[-1] if len(lines) == limit else None
    return {"cases": lines, "next": _marker(last) if last else None}


@router.get("/{report_id}")
async def case(request: Request, report_id: UUID, _: Reader) -> dict[str, Any]:
    """One case with its text, its legs and its whole history."""
    async with request.app.state.database.reading() as tx:
        found = fold(report_id, await store.entries(tx, report_id))
    if found.submission is None:
        raise not_found()
    return _view(found)


@router.post("/{report_id}/verification")
async def verification(
    request: Request, report_id: UUID, body: VerificationCommand, officer: Verifier
) -> Decided:
    """Classify the case and send it to the agencies named, or to those the rules name."""
    decision = Verification(**body.model_dump(exclude={"version", "agencies"}), agencies=tuple(body.agencies))
    return await _decide(
        request, report_id, officer, body, lambda c, v, now: decisions.verify(c, decision, v, now)
    )


@router.post("/{report_id}/clarification")
async def clarification(
    request: Request, report_id: UUID, body: ClarificationCommand, officer: Verifier
) -> Decided:
    """Put the case on hold with a question to the reporter."""
    return await _decide(
        request, report_id, officer, body, lambda c, v, now: decisions.hold(c, body.question, v, now)
    )


@router.post("/{report_id}/archiving")
async def archiving(request: Request, report_id: UUID, body: ArchivingCommand, officer: Verifier) -> Decided:
    """End the case for a reason that the reporter is told."""
    return await _decide(
        request,
        report_id,
        officer,
        body,
        lambda c, v, now: decisions.archive(c, body.reason, body.explanation, v, now),
    )


@router.post("/{report_id}/merging")
async def merging(request: Request, report_id: UUID, body: MergingCommand, officer: Verifier) -> Decided:
    """Let another case answer this one."""
    if body.into == report_id:
        raise Problem(
            409,
            "merged-into-itself",
            "Kasus tidak dapat digabung dengan dirinya.",
            "A case cannot join itself.",
        )

    async def hold_both(tx: Transaction) -> None:
        # Both are locked, always in the same order: else two cases could join each other at one instant.
        for each in sorted({report_id, body.into}):
            await store.lock_case(tx, each)
        target = fold(body.into, await store.entries(tx, body.into))
        if target.submission is None or target.status in UNANSWERABLE:
            raise Problem(
                409,
                "no-such-target",
                "Kasus tujuan tidak ada, sudah digabung, atau berakhir tanpa jawaban.",
                "No such case to merge into: it does not exist, is merged, or ended without an answer.",
            )

    return await _decide(
        request,
        report_id,
        officer,
        body,
        lambda c, v, now: decisions.merge(c, body.into, v, now),
        first=hold_both,
    )


@router.post("/{report_id}/closure")
async def closure(request: Request, report_id: UUID, body: Command, officer: Verifier) -> Decided:
    """Accept the agency's completion."""
    return await _decide(request, report_id, officer, body, lambda c, v, now: decisions.close(c, v, now))


async def _decide(
    request: Request,
    report_id: UUID,
    officer: Officer,
    body: Command,
    decide: Decision,
    *,
    first: Callable[[Transaction], Awaitable[None]] | None = None,
) -> Decided:
    def checked(case: Case, version: int, now: datetime) -> Any:
        if case.submission is None:
            raise not_found()
        if body.version is not None and body.version != version - 1:
            raise Problem(
                409,
                "stale-version",
                f"Kasus sudah berubah (versi {version - 1}). Muat ulang lalu putuskan lagi.",
                f"The case has changed (version {version - 1}). Reload and decide again.",
            )
        return decide(case, version, now)

    try:
        async with request.app.state.database.transaction() as tx:
            if first is not None:
                await first(tx)
            _, said = await record_decision(tx, report_id, officer.id, checked)
    except Refused as refused:
        raise _refusal(refused) from None
    return _decided(report_id, said)


def _decided(report_id: UUID, said: Said) -> Decided:
    assert said.status is not None  # it was decided, so it was submitted
    return Decided(report_id=report_id, status=said.status, version=said.version)


def _refusal(refused: Refused) -> Problem:
    allowed = ", ".join(status.label for status in refused.allowed)
    status = refused.status.label if refused.status else "belum ada"
    return Problem(
        409,
        "transition-refused",
        f"Tidak dapat dilakukan pada status «{status}»; hanya pada: {allowed}.",
        f"Not possible while {refused.status}; only while: {', '.join(refused.allowed)}.",
    )


def _tracking_id(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return parse_tracking_id(typed)
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None


def _marker(last: CaseLine) -> str:
    """The place of a row in the list; safe in a URL as it is, so without a plus sign."""
    return f"{last.submitted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last.report_id}"


def _place(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        at, _, report_id = after.partition("_")
        return datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%f%z"), UUID(report_id)
    except ValueError:
        raise invalid("after", "penanda halaman tidak dikenal", "is no page marker of ours") from None


def _view(case: Case) -> dict[str, Any]:
    assert case.submission is not None
    return {
        "report_id": case.report_id,
        "tracking_id": case.submission.tracking_id,
        "status": case.status,
        "status_label": case.status.label if case.status else None,
        "channel": case.submission.channel,
        "title": case.title,
        "text": case.text,
        "category": case.category,
        "classification": case.classification,
        "place": case.place,
        "anonymous": case.anonymous,
        "secret": case.secret,
        "evidence": case.evidence,
        "legs": list(case.legs.values()),
        "objections": case.objections,
        "closed_by": case.closed_by,
        "archive_reason": case.archive_reason,
        "escalated": case.escalated,
        "rating": case.rating,
        "history": [
            {
                "event_id": step.entry.event_id,
                "type": step.entry.fact.type,
                "at": step.entry.at,
                "officer": step.entry.officer,
                "before": step.before,
                "after": step.after,
                "refused": step.refused,
            }
            for step in case.history
        ],
    }
