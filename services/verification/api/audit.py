"""What anyone can check: the signed root of each day, and with a receipt the proof of one's own entries."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.verification import audit_store
from services.verification.domain.proof import proof_of
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.published import published_key
from shared.security.receipts import InvalidReceipt, UnknownReceiptKey, verify_receipt
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class PublishedRoot(BaseModel):
    """The root of a day; `statement` is signed (JWS, Ed25519) and says all the rest."""

    number: int
    day: date
    sealed_at: datetime
    chains: int = Field(description="Cases whose history has grown since the root before.")
    statement: str


class RootPage(BaseModel):
    """Newest first."""

    roots: list[PublishedRoot]
    next: int | None = Field(description="`before` of the next page; null on the last.")


class ProofWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    receipt: str = Field(max_length=8_000, description="As it was given when the report was filed.")


@router.get("/roots")
async def roots(
    request: Request,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=400)] = 30,
) -> RootPage:
    """The published roots: keep them, and nobody can change what was recorded before without your knowing."""
    async with request.app.state.database.reading() as tx:
        rows = await audit_store.roots(tx, before, limit)
    found = [PublishedRoot.model_validate(row, from_attributes=True) for row in rows]
    return RootPage(roots=found, next=found[-1].number if len(found) == limit else None)


@router.get("/key")
async def key(request: Request) -> dict[str, Any]:
    """The public key that the roots are signed with, as a JWK."""
    if request.app.state.audit_key is None:
        raise _not_sealed()
    return published_key(request.app.state.audit_key)


@router.post("/proofs")
async def proofs(request: Request, body: ProofWanted) -> dict[str, Any]:
    """The way from the entries of a report to the newest root that covers them. Holds nobody's words."""
    keys = request.app.state.receipt_keys
    if keys is None:
        raise _not_sealed()
    try:
        tracking_id = parse_tracking_id(verify_receipt(keys, body.receipt)["tracking_id"])
    except UnknownReceiptKey as error:
        raise invalid(
            "receipt",
            f"ditandatangani dengan kunci yang tidak kami kenal (kid {error.kid})",
            f"is signed with a key that we do not know (kid {error.kid})",
        ) from None
    except (InvalidReceipt, InvalidTrackingId, KeyError):
        raise invalid("receipt", "bukan tanda terima kami", "is no receipt of ours") from None
    async with request.app.state.database.reading() as tx:
        report_id = await audit_store.report_of(tx, tracking_id)
        if report_id is None:
            raise not_found()
        seal = await audit_store.last_seal(tx, report_id)
        if seal is None:
            raise _not_yet()
        leaves = await audit_store.leaves_of(tx, seal.number)
        entries = await audit_store.entries_of(tx, report_id)
    return proof_of(report_id, entries, leaves, seal.statement)


def _not_yet() -> Problem:
    return Problem(
        409,
        "not-sealed-yet",
        "Riwayat laporan ini belum masuk segel harian; coba lagi besok.",
        "The history of this report is not under a daily root yet; try again tomorrow.",
    )


def _not_sealed() -> Problem:
    return Problem(
        503,
        "audit-not-configured",
        "Layanan ini belum diberi kunci untuk menyegel riwayat.",
        "This service was given no key to seal histories with (LAPOR_AUDIT_PRIVATE_KEY).",
    )
