"""How a decision is taken, alone or with others: held, checked, recorded; and how each refusal is told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request

from services.verification import desk_store
from services.verification.api.access import Scope, scope_of
from services.verification.api.bodies import Command, Decided
from services.verification.domain.case import Case
from services.verification.domain.claim import Claimed
from services.verification.domain.deadline import ZONE
from services.verification.domain.decisions import NotImpartial, ReasonMissing, Refused, possible
from services.verification.handlers import Decision, record_decision
from services.verification.store import Held
from shared.contracts import CaseStatus, Fact
from shared.db.database import Transaction
from shared.security.tokens import Officer
from shared.web.problems import Problem, invalid, not_found

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The version that the officer saw, as the case's `ETag`."),
]


def seen_version(if_match: str | None, body: Command) -> int | None:
    """The version that a decision was made on, from either place. Raises problems."""
    if if_match is None or if_match.strip() == "*":
        return body.version
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 9:
        raise invalid("If-Match", "bukan versi kasus", "is no version of a case")
    if body.version is not None and body.version != int(text):
        raise invalid("version", "berbeda dengan If-Match", "differs from If-Match")
    return int(text)


async def take(
    request: Request,
    officer: Officer,
    report_id: UUID,
    seen: int | None,
    decide: Decision,
    *,
    with_: UUID | None = None,
    note: str | None = None,
) -> Decided:
    """Decide a case in the officer's scope; `with_` is another that must be held too. Raises problems."""

    def checked(case: Case, version: int, now: datetime) -> Fact:
        if seen is not None and seen != version - 1:
            raise stale(case.status, version - 1)
        return decide(case, version, now)

    try:
        async with request.app.state.database.transaction() as tx:
            held = await _hold(tx, scope_of(officer), report_id, with_)
            _, said = await record_decision(tx, held, officer.id, checked, note)
    except Claimed as claimed:
        raise already_claimed(claimed) from None
    except NotImpartial:
        raise not_impartial() from None
    except ReasonMissing as missing:
        raise _reason_missing(missing) from None
    except Refused as refused:
        raise _refusal(refused) from None
    assert said.status is not None  # it was decided, so it was submitted
    return Decided(report_id=report_id, status=said.status, version=said.version)


async def _hold(tx: Transaction, scope: Scope, report_id: UUID, with_: UUID | None) -> Held:
    held = await desk_store.hold(tx, scope, {report_id, with_ or report_id})
    if report_id not in held:
        raise not_found()
    if with_ is not None and (with_ not in held or held[with_].said.status in UNANSWERABLE):
        raise Problem(
            409,
            "no-such-target",
            "Kasus tujuan tidak ada, sudah digabung, atau berakhir tanpa jawaban.",
            "No such case to merge into: it does not exist, is merged, or ended without an answer.",
        )
    return held[report_id]


UNANSWERABLE = frozenset({CaseStatus.MERGED, CaseStatus.ARCHIVED, CaseStatus.WITHDRAWN})
"""A case that is joined to one of these would never be answered."""


def already_claimed(claimed: Claimed) -> Problem:
    """Says until when, and not by whom."""
    until = claimed.until.astimezone(ZONE.tz)
    return Problem(
        409,
        "claimed",
        f"Kasus ini sedang ditangani petugas lain sampai pukul {until:%H.%M} {ZONE.value}.",
        f"Another officer has this case until {until:%H:%M} {ZONE.value}.",
    )


def stale(status: CaseStatus | None, version: int) -> Problem:
    """The officer saw another case than the one there is; says what can be done with this one."""
    label = status.label if status else "belum ada"
    can = ", ".join(action.label for action in possible(status)) or "tidak ada"
    can_en = ", ".join(possible(status)) or "nothing"
    return Problem(
        409,
        "stale-version",
        f"Kasus sudah berubah: versi {version}, status «{label}». Muat ulang. Yang dapat diputuskan: {can}.",
        f"The case has changed: version {version}, {status}. Reload. Possible now: {can_en}.",
    )


def not_impartial() -> Problem:
    """Whoever archived a case does not decide its appeal."""
    return Problem(
        403,
        "not-impartial",
        "Anda yang mengarsipkan kasus ini; bandingnya harus diputuskan petugas lain.",
        "You archived this case; another officer must decide its appeal.",
    )


def _reason_missing(missing: ReasonMissing) -> Problem:
    signs = ", ".join(sign.label for sign in missing.signs)
    signs_en = ", ".join(sign.label_en for sign in missing.signs)
    return invalid(
        "secrecy_reason",
        f"wajib diisi bila laporan tidak dirahasiakan, karena memuat: {signs}",
        f"is required to leave the report open, because it contains: {signs_en}",
    )


def _refusal(refused: Refused) -> Problem:
    allowed = ", ".join(status.label for status in refused.allowed)
    status = refused.status.label if refused.status else "belum ada"
    can = ", ".join(action.label for action in refused.possible) or "tidak ada"
    return Problem(
        409,
        "transition-refused",
        f"Tidak dapat dilakukan pada status «{status}»; hanya pada: {allowed}. Yang dapat diputuskan: {can}.",
        f"Not possible while {refused.status}; only while: {', '.join(refused.allowed)}. "
        f"Possible now: {', '.join(refused.possible) or 'nothing'}.",
    )
