"""Reveals over HTTP, for officers. An identity leaves by one call, once; no other answer holds any of it."""

import asyncio
import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.intake import store as reports
from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.reveal_bodies import (
    AskedReveal,
    CodeInput,
    HolderInput,
    LogLine,
    RefusalInput,
    RevealInput,
    RevealLine,
    RevealLog,
    ShownIdentity,
)
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from services.intake.identity import record, reveal, store
from services.intake.identity.policy import Reason, reveal_rules
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.security.holders import format_code
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(
    prefix="/v1", tags=["reveals"], route_class=LimitedRoute, responses=problems(400, 401, 404, 409, 422, 503)
)

ASKERS = (Role.NATIONAL_ADMIN, Role.COORDINATOR)
APPROVERS = (Role.NATIONAL_ADMIN,)
AUDITORS = (Role.NATIONAL_ADMIN, Role.SUPERVISOR, Role.AUDITOR)
Asker = Annotated[Officer, Depends(require(*ASKERS))]
Approver = Annotated[Officer, Depends(require(*APPROVERS))]
Auditor = Annotated[Officer, Depends(require(*AUDITORS))]


@router.post("/reports/{tracking_id}/reveal", status_code=202, summary="Ask to learn who reported")
async def ask(desk: CurrentDesk, officer: Asker, tracking_id: str, body: RevealInput) -> AskedReveal:
    """Another officer, a national administrator, has to approve it within a day."""
    return await open_request(desk, officer, tracking_id, body)


async def open_request(
    desk: Desk, officer: Officer, tracking_id: str, body: RevealInput, reveal_id: UUID | None = None
) -> AskedReveal:
    """The same for a page, whose form may come twice. Raises problems."""
    reason = _reason(body)
    async with desk.database.transaction() as tx:
        tracked = await _report(tx, tracking_id)
        asked = await _too_new(tx, desk, None, officer) or await reveal.ask(
            tx,
            desk.keys.receipt_key,
            tracked,
            officer,
            reason,
            explanation=body.explanation,
            order=body.court_order,
            reveal_id=reveal_id,
        )
    if isinstance(asked, Problem):
        raise asked
    opened, code = asked
    return AskedReveal(
        reveal_id=opened.reveal_id, collect_code=format_code(code), approve_until=opened.approve_until
    )


@router.get("/reveals", summary="Requests to learn who reported")
async def listed(desk: CurrentDesk, officer: Asker) -> list[RevealLine]:
    """A coordinator sees the own ones, the national level all; the newest 200."""
    async with desk.database.reading() as tx:
        found = await store.reveals(tx, _whose(officer))
    return [_line(one) for one in found]


async def one(desk: Desk, officer: Officer, reveal_id: UUID) -> RevealLine:
    """One of these. Raises a 404 problem."""
    async with desk.database.reading() as tx:
        found = await store.find(tx, reveal_id, _whose(officer))
    if found is None:
        raise not_found()
    return _line(found)


@router.get("/reveals/reasons", summary="Reasons that can be given")
async def reasons(_: Asker) -> list[Reason]:
    """Each with the words that its reporter will read, and the rule it stands on."""
    return list(reveal_rules().reasons.values())


@router.get("/reveals/log", summary="The record of all reveals, and whether it is whole")
async def log(desk: CurrentDesk, officer: Auditor) -> RevealLog:
    """Each entry is bound to the one before and signed: an altered, forged or missing one is named. An
    agency's supervisor or auditor reads of the requests that came from within it; whether the whole is
    intact, everybody here does.
    """
    scope = None if officer.role is Role.NATIONAL_ADMIN else officer.agency
    async with desk.database.reading() as tx:
        kept = await record.read(tx)
        theirs = None if scope is None else await store.asked_below(tx, scope)
    broken = await asyncio.to_thread(kept.broken, desk.keys.receipt_public_keys)
    lines = [
        LogLine.model_validate(vars(entry))
        for entry in kept.entries
        if theirs is None or entry.reveal_id in theirs
    ]
    return RevealLog(
        intact=broken is None,
        first_break=broken.number if broken else None,
        wrong=broken.wrong if broken else None,
        unsigned=kept.unsigned,
        entries=lines,
    )


@router.post("/reveals/{reveal_id}/approval", status_code=204, summary="Approve another officer's request")
async def approve(desk: CurrentDesk, officer: Approver, reveal_id: UUID, body: CodeInput) -> Response:
    """With the approver's own code, which opens the key for this one identity."""
    async with desk.database.transaction() as tx:
        problem = await _too_new(tx, desk, reveal_id, officer)
        problem = problem or await reveal.approve(tx, desk.keys.receipt_key, reveal_id, officer, body.code)
    return _nothing_or(problem)


@router.post("/reveals/{reveal_id}/refusal", status_code=204, summary="Refuse another officer's request")
async def refuse(desk: CurrentDesk, officer: Approver, reveal_id: UUID, body: RefusalInput) -> Response:
    """With a reason, which is recorded. Nobody learns who it was."""
    async with desk.database.transaction() as tx:
        problem = await reveal.refuse(tx, desk.keys.receipt_key, reveal_id, officer, body.why)
    return _nothing_or(problem)


@router.post("/reveals/{reveal_id}/identity", summary="See an identity, once")
async def collect(desk: CurrentDesk, officer: Asker, reveal_id: UUID, body: CodeInput) -> ShownIdentity:
    """With the collect code, within 15 minutes after the approval. The reporter is told."""
    identity, _ = await see(desk, officer, reveal_id, body)
    return identity


async def see(
    desk: Desk, officer: Officer, reveal_id: UUID, body: CodeInput
) -> tuple[ShownIdentity, RevealLine]:
    """The same for a page, with the request it was asked by: all in the transaction that records the look, as
    nothing that fails after it can show the identity again. Raises problems.
    """
    async with desk.database.transaction() as tx:
        seen = await _too_new(tx, desk, reveal_id, officer) or await reveal.collect(
            tx, desk.keys.receipt_key, reveal_id, officer, body.code
        )
        found = None if isinstance(seen, Problem) else await store.find(tx, reveal_id)
    if isinstance(seen, Problem):
        raise seen
    assert found is not None  # it was collected just now
    shown = {name: getattr(seen, name) for name in ShownIdentity.model_fields}
    return ShownIdentity.model_validate(shown), _line(found)


@router.put("/reveals/holders/{officer_id}", status_code=204, summary="Give an officer a key of their own")
async def enrol(desk: CurrentDesk, officer: Approver, officer_id: str, body: HolderInput) -> Response:
    """Only somebody with the key itself can make a copy that opens anything."""
    if not 1 <= len(officer_id) <= 200:
        raise invalid("officer_id", "terlalu panjang", "is too long")
    async with desk.database.transaction() as tx:
        await store.enrol(tx, officer_id, bytes.fromhex(body.key_id), body.locked, officer.id)
        told = {"holder": officer_id, "key": body.key_id}
        await record.add(tx, desk.keys.receipt_key, None, "enrolled", officer=officer.id, details=told)
    return Response(status_code=204)


async def _too_new(tx: Transaction, desk: Desk, reveal_id: UUID | None, officer: Officer) -> Problem | None:
    days = desk.settings.reveal_account_days
    return await reveal.too_new(tx, desk.keys.receipt_key, reveal_id, officer, days=days, now=time.time())


def _nothing_or(problem: Problem | None) -> Response:
    if problem is not None:
        raise problem
    return Response(status_code=204)


def _whose(officer: Officer) -> str | None:
    return None if officer.role is Role.NATIONAL_ADMIN else officer.id


def _line(found: store.Reveal) -> RevealLine:
    return RevealLine.model_validate({**vars(found), "tracking_id": format_tracking_id(found.tracking_id)})


def _reason(body: RevealInput) -> Reason:
    reason = reveal_rules().reasons.get(body.reason)
    if reason is None:
        known = ", ".join(reveal_rules().reasons)
        raise invalid("reason", f"harus salah satu dari: {known}", f"must be one of: {known}")
    if reason.needs_order and body.court_order is None:
        raise invalid("court_order", "nomor penetapan wajib diisi", "the order's number is required")
    if not reason.needs_order and body.court_order is not None:
        raise invalid(
            "court_order",
            "hanya bila alasannya penetapan pengadilan",
            "only where a court's order is the reason",
        )
    return reason


async def _report(tx: Transaction, tracking_id: str) -> Tracked:
    try:
        found = await reports.locate(tx, parse_tracking_id(tracking_id))
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None
    if found is None:
        raise not_found()
    return found.tracked or await reports.track(tx, found.report_id)
