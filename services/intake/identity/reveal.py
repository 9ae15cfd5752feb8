"""Two officers open an identity: one asks with a reason, another approves with a code, the first sees it.

No process can do it alone: the key is unlocked by the approver's code for the length of one approval, and
what it opens is sealed to the asker's collect code before anything is written. Every step is recorded, the
denied ones too, signed with `key`; so a step that may not be taken returns its problem, and the caller raises
it after the commit.
"""

from collections.abc import Callable
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake.domain.view import Tracked
from services.intake.identity import record, store
from services.intake.identity.policy import Reason, reveal_rules
from services.intake.identity.store import Reveal, RevealState
from shared.contracts import ReportIdentityRevealed
from shared.db.database import Transaction
from shared.governments import same_government
from shared.security.envelopes import sealed_to
from shared.security.holders import WrongCode, collecting_key, new_code, unlock
from shared.security.keys import SigningKey
from shared.security.sealing import Contact, IdentitySealer, IdentityUnsealer, Unsealable
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, not_found


def may_ask(officer: Officer, tracked: Tracked) -> bool:
    """The national level for any report; a coordinator for one that is or was with their own government. A
    province that watches its cities learns from none of them who reported.
    """
    if officer.role is Role.NATIONAL_ADMIN:
        return True
    return officer.role is Role.COORDINATOR and any(
        same_government(str(officer.agency), leg.agency) for leg in tracked.progress.legs
    )


async def too_new(
    tx: Transaction, key: SigningKey, reveal_id: UUID | None, officer: Officer, *, days: int, now: float
) -> Problem | None:
    """Refused and recorded where the account was made or changed by another within so many days, or nobody
    knows: whoever keeps accounts could ask as one officer and approve as another. `now`: Unix seconds.
    """
    if not days or (officer.since is not None and officer.since + days * 86_400 <= now):
        return None
    await record.add(tx, key, reveal_id, "denied", officer=officer.id, details={"why": "account-too-new"})
    return Problem(
        403,
        "account-too-new",
        f"Akun Anda baru dibuat atau diubah petugas lain; tunggu {days} hari, dan masuklah dengan akun.",
        f"Another officer made or changed your account lately; wait {days} days and sign in with it.",
    )


async def ask(
    tx: Transaction,
    key: SigningKey,
    tracked: Tracked,
    officer: Officer,
    reason: Reason,
    *,
    explanation: str,
    order: str | None,
    reveal_id: UUID | None = None,
) -> tuple[Reveal, str] | Problem:
    """Ask to learn who filed a report; returns the reveal and the collect code, which is kept nowhere.

    `reveal_id` is of the form that asks: sent twice, it asks once.
    """
    report = tracked.report
    if not may_ask(officer, tracked):
        why = {"why": "outside-scope", "tracking_id": report.tracking_id}
        await record.add(tx, key, None, "denied", officer=officer.id, details=why)
        return not_found()
    if await store.sealed_identity(tx, report.report_id) is None:
        await record.add(tx, key, None, "denied", officer=officer.id, details={"why": "nothing-sealed"})
        return _nothing_left()
    reveal_id, code, rules = reveal_id or uuid7(), new_code(), reveal_rules()
    reveal = Reveal(
        reveal_id=reveal_id,
        report_id=report.report_id,
        tracking_id=report.tracking_id,
        state=RevealState.ASKED,
        asked_by=officer.id,
        agency=officer.agency,
        reason=reason.id,
        explanation=explanation,
        court_order=order,
        collect_key=collecting_key(code, str(reveal_id)).public_key().public_bytes_raw(),
        asked_at=tx.now,
        approve_until=tx.now + rules.approval,
    )
    if not await store.ask(tx, reveal):
        return Problem(
            409,
            "already-asked",
            "Permintaan ini sudah diajukan. Kode pengambilannya hanya ditampilkan sekali.",
            "This request was made already. Its collect code was shown that once.",
        )
    details = {
        "tracking_id": report.tracking_id,
        "reason": reason.id,
        "explanation": explanation,
        "order": order,
    }
    await record.add(tx, key, reveal_id, "asked", officer=officer.id, details=details)
    return reveal, code


async def approve(
    tx: Transaction, key: SigningKey, reveal_id: UUID, officer: Officer, code: str
) -> Problem | None:
    """Open the identity for the officer who asked. None: approved."""
    reveal = await _locked(tx, key, reveal_id, officer, _undecidable)
    if isinstance(reveal, Problem):
        return reveal
    resealed = await _resealed(tx, reveal, officer, code)
    if isinstance(resealed, Problem):
        await _denied(tx, key, reveal, officer, resealed)
        return resealed
    until = tx.now + reveal_rules().collecting
    await store.decide(tx, reveal, officer.id, RevealState.APPROVED, sealed=resealed, until=until)
    await record.add(
        tx, key, reveal_id, "approved", officer=officer.id, details={"collect_until": until.isoformat()}
    )
    return None


async def refuse(
    tx: Transaction, key: SigningKey, reveal_id: UUID, officer: Officer, why: str
) -> Problem | None:
    """Nobody learns who it was. None: refused."""
    reveal = await _locked(tx, key, reveal_id, officer, _undecidable)
    if isinstance(reveal, Problem):
        return reveal
    await store.decide(tx, reveal, officer.id, RevealState.REFUSED)
    await record.add(tx, key, reveal_id, "refused", officer=officer.id, details={"why": why})
    return None


async def collect(
    tx: Transaction, key: SigningKey, reveal_id: UUID, officer: Officer, code: str
) -> Contact | Problem:
    """The identity, once, for the officer who asked; the reporter is told, but for a court's order."""
    reveal = await _locked(tx, key, reveal_id, officer, _uncollectable)
    if isinstance(reveal, Problem):
        return reveal
    own = collecting_key(code, str(reveal_id))
    if reveal.sealed is None or own.public_key().public_bytes_raw() != reveal.collect_key:
        problem = _wrong_code()
        await _denied(tx, key, reveal, officer, problem)
        return problem
    contact = IdentityUnsealer(own).unseal(reveal_id, reveal.sealed)
    await store.shown(tx, reveal)
    await record.add(
        tx, key, reveal_id, "shown", officer=officer.id, details={"reporter_told": reveal.court_order is None}
    )
    if reveal.court_order is None:
        reason = reveal_rules().reasons[reveal.reason]
        tx.say(
            ReportIdentityRevealed(
                report_id=reveal.report_id,
                occurred_at=tx.now,
                reason=reason.id,
                words=reason.words,
                words_en=reason.words_en,
            )
        )
    return contact


async def _resealed(tx: Transaction, reveal: Reveal, officer: Officer, code: str) -> str | Problem:
    sealed = await store.sealed_identity(tx, reveal.report_id)
    if sealed is None:  # forgotten in the moment in which somebody asked for it
        return _nothing_left()
    locked = await store.locked_key(tx, officer.id, sealed_to(sealed))
    if locked is None:
        return Problem(
            403,
            "not-a-key-holder",
            "Anda bukan pemegang kunci untuk identitas ini.",
            "You hold no key for this identity.",
        )
    try:
        contact = IdentityUnsealer(unlock(locked, officer.id, code)).unseal(reveal.report_id, sealed)
    except (WrongCode, Unsealable):
        return _wrong_code()
    return IdentitySealer.to(reveal.collect_key).seal(reveal.reveal_id, contact)


async def _locked(
    tx: Transaction,
    key: SigningKey,
    reveal_id: UUID,
    officer: Officer,
    unfit: Callable[[Reveal, Officer, Transaction], Problem | None],
) -> Reveal | Problem:
    """The request, held until this ends, if `unfit` finds nothing against it; what it finds is recorded."""
    reveal = await store.lock_reveal(tx, reveal_id)
    if reveal is None:
        return not_found()
    if problem := unfit(reveal, officer, tx):
        await _denied(tx, key, reveal, officer, problem)
        return problem
    return reveal


def _undecidable(reveal: Reveal, officer: Officer, tx: Transaction) -> Problem | None:
    if officer.id == reveal.asked_by:
        return Problem(
            403,
            "two-persons",
            "Permintaan Anda sendiri harus diputuskan petugas lain.",
            "Your own request has to be decided by another officer.",
        )
    if reveal.state is not RevealState.ASKED:
        return Problem(
            409,
            "reveal-decided",
            "Permintaan ini sudah diputuskan.",
            "This request has been decided already.",
        )
    if tx.now > reveal.approve_until:
        return Problem(
            409,
            "reveal-expired",
            "Batas waktu permintaan ini sudah lewat; ajukan yang baru.",
            "The time for this request is over; ask anew.",
        )
    return None


def _uncollectable(reveal: Reveal, officer: Officer, tx: Transaction) -> Problem | None:
    if officer.id != reveal.asked_by:
        return Problem(
            403,
            "not-yours",
            "Hanya petugas yang meminta yang dapat melihat identitas ini.",
            "Only the officer who asked may see this identity.",
        )
    if reveal.state is RevealState.SHOWN:
        return Problem(
            409,
            "already-shown",
            "Identitas ini sudah ditampilkan satu kali.",
            "This identity was shown once.",
        )
    if reveal.state is not RevealState.APPROVED:
        return Problem(
            409, "not-approved", "Permintaan ini tidak disetujui.", "This request has not been approved."
        )
    if reveal.collect_until is None or tx.now > reveal.collect_until:
        return Problem(
            409,
            "reveal-expired",
            "Waktu untuk melihat identitas ini sudah lewat; ajukan yang baru.",
            "The time to see this identity is over; ask anew.",
        )
    return None


async def _denied(
    tx: Transaction, key: SigningKey, reveal: Reveal, officer: Officer, problem: Problem
) -> None:
    await record.add(tx, key, reveal.reveal_id, "denied", officer=officer.id, details={"why": problem.code})


def _wrong_code() -> Problem:
    return Problem(403, "wrong-code", "Kode tidak cocok.", "The code does not match.")


def _nothing_left() -> Problem:
    return Problem(
        409,
        "nothing-to-reveal",
        "Pelapor tidak meninggalkan identitas, atau identitasnya sudah dimusnahkan.",
        "The reporter left no identity, or it has been destroyed.",
    )
