"""Claiming a case, so that two officers do not work on it at once; and letting it go."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request

from services.verification import desk_store, store
from services.verification.api.access import Verifier, scope_of
from services.verification.api.bodies import ClaimTaken
from services.verification.api.deciding import already_claimed, not_impartial
from services.verification.domain.claim import Claim, Claimed, must_be_free
from services.verification.domain.decisions import NotImpartial, must_be_impartial
from services.verification.domain.fold import UNDECIDED, fold
from shared.web.problems import Problem, not_found

router = APIRouter()


@router.post("/{report_id}/claim")
async def claim(request: Request, report_id: UUID, officer: Verifier) -> ClaimTaken:
    """Keep a case that waits for a decision for a while; claiming again begins the while anew. Whoever may
    not decide an appeal may not keep it from others either.
    """
    lasting = timedelta(minutes=request.app.state.service.settings.claim_minutes)
    try:
        async with request.app.state.database.transaction() as tx:
            held = (await desk_store.hold(tx, scope_of(officer), [report_id])).get(report_id)
            if held is None:
                raise not_found()
            must_be_free(held.claim, officer.id, tx.now)
            if held.said.status not in UNDECIDED:
                raise _nothing_to_decide()
            must_be_impartial(fold(report_id, await store.entries(tx, report_id)), officer.id)
            taken = Claim(officer.id, tx.now + lasting)
            await desk_store.set_claim(tx, report_id, taken)
    except Claimed as claimed:
        raise already_claimed(claimed) from None
    except NotImpartial:
        raise not_impartial() from None
    return ClaimTaken(report_id=report_id, claimed_until=taken.until)


@router.delete("/{report_id}/claim", status_code=204)
async def release(request: Request, report_id: UUID, officer: Verifier) -> None:
    """Let a case go. Without a claim of one's own there is nothing to do; another's stays."""
    try:
        async with request.app.state.database.transaction() as tx:
            held = (await desk_store.hold(tx, scope_of(officer), [report_id])).get(report_id)
            if held is None:
                raise not_found()
            must_be_free(held.claim, officer.id, tx.now)
            if held.claim is not None:
                await desk_store.set_claim(tx, report_id, None)
    except Claimed as claimed:
        raise already_claimed(claimed) from None


def _nothing_to_decide() -> Problem:
    return Problem(
        409,
        "nothing-to-decide",
        "Kasus ini tidak sedang menunggu verifikasi.",
        "This case is not waiting for its verification.",
    )
