"""Keeps who supports a report, and says so, until it is taken back. Never tells whether a contact does.

A contact hears nothing but one question before its reader has said yes (`confirming`), and then hears once.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.intake import confirming
from services.intake.domain.report import Report
from services.intake.keyring import Keyring
from shared.contracts import ContactRegistered, ReportSupported
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id, new_access_code
from shared.security.sealing import Contact

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_KEEP = sa.text(
    """
    INSERT INTO supports (supporter_id, report_id, token, code_hash, supported_at)
    VALUES (:supporter_id, :report_id, :token, :code_hash, :now)
    ON CONFLICT (report_id, token) WHERE token IS NOT NULL AND withdrawn_at IS NULL
      DO UPDATE SET token = excluded.token
    RETURNING supporter_id
    """
).bindparams(
    sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("report_id", type_=_UUID),
    sa.bindparam("token", type_=sa.Text), sa.bindparam("now", type_=_TIME),
).columns(supporter_id=_UUID)  # fmt: skip
"""Index supports_once: returns the support that the contact has already, if there is one."""
_FIND = sa.text(
    """
    SELECT supporter_id, code_hash, withdrawn_at FROM supports
    WHERE supporter_id = :supporter_id AND report_id = :report_id FOR UPDATE
    """
).bindparams(sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("report_id", type_=_UUID))
_WITHDRAW = sa.text(
    "UPDATE supports SET withdrawn_at = :now, token = NULL WHERE supporter_id = :supporter_id"
).bindparams(sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
_CONFIRM = (
    sa.text(
        """
    UPDATE supports SET confirmed_at = COALESCE(confirmed_at, :now)
    WHERE supporter_id = :supporter_id AND token IS NOT NULL AND withdrawn_at IS NULL RETURNING supporter_id
    """
    )
    .bindparams(sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
    .columns(supporter_id=_UUID)
)
_LAPSE = sa.text(
    "UPDATE supports SET token = NULL WHERE supporter_id = ANY(:supporter_ids) AND confirmed_at IS NULL"
).bindparams(sa.bindparam("supporter_ids", type_=pg.ARRAY(_UUID)))
_REFUSE = sa.text(
    """
    UPDATE supports SET token = NULL WHERE supporter_id = :supporter_id AND token IS NOT NULL
    RETURNING confirmed_at IS NOT NULL AS confirmed
    """
).bindparams(sa.bindparam("supporter_id", type_=_UUID))
_COUNT = sa.text(
    "SELECT count(*) FROM supports WHERE report_id = :report_id AND withdrawn_at IS NULL"
).bindparams(sa.bindparam("report_id", type_=_UUID))


async def support(
    tx: Transaction, keys: Keyring, origin: str, report: Report, contact: Contact | None
) -> tuple[UUID, str]:
    """Returns the supporter's id and the code that takes it back.

    A contact is asked first, by a link under `origin`, and kept sealed until then. One that supports already
    is asked again, and what it is told stays one; this support then counts as one without a contact: anybody
    may type anybody's, and neither the answer nor the number tells them. Raises a 429 problem.
    """
    supporter_id, code = uuid7(), new_access_code()
    contact = confirming.reachable(contact) if contact else None
    row = {
        "supporter_id": supporter_id,
        "report_id": report.report_id,
        "token": keys.reporter_token(contact) if contact else None,
        "code_hash": keys.codes.hash(supporter_id, code),
        "now": tx.now,
    }
    told = (await tx.execute(_KEEP, row)).scalar_one()
    if told != supporter_id:
        await tx.execute(_KEEP, {**row, "token": None})
    tx.say(ReportSupported(report_id=report.report_id, occurred_at=tx.now, supporter_id=supporter_id))
    # Whoever says yes is registered then; until then there is nobody to be told.
    tx.say(ContactRegistered(report_id=supporter_id, occurred_at=tx.now))
    if contact:
        shown_id = format_tracking_id(report.tracking_id)
        leads_to = f"/lacak/{shown_id}"
        await confirming.ask(
            tx, keys, CONFIRMATION, told, contact, origin=origin, about=shown_id, leads_to=leads_to
        )
    return supporter_id, code


async def take_back(tx: Transaction, keys: Keyring, report_id: UUID, supporter_id: UUID, code: str) -> bool:
    """Whether the code fits; taking back twice changes nothing more."""
    row = (await tx.execute(_FIND, {"supporter_id": supporter_id, "report_id": report_id})).first()
    if not keys.codes.verify(supporter_id, code, row.code_hash if row else None) or row is None:
        return False
    if row.withdrawn_at is None:
        await tx.execute(_WITHDRAW, {"supporter_id": supporter_id, "now": tx.now})
        about = {"report_id": report_id, "occurred_at": tx.now, "supporter_id": supporter_id}
        tx.say(ReportSupported(**about, withdrawn=True))
        tx.say(ContactRegistered(report_id=supporter_id, occurred_at=tx.now, withdrawn=True))
        await confirming.cancel(tx, CONFIRMATION.name, [supporter_id])
    return True


async def count(tx: Transaction, report_id: UUID) -> int:
    """How many support a report now."""
    return int((await tx.execute(_COUNT, {"report_id": report_id})).scalar_one())


async def _confirmed(tx: Transaction, supporter_id: UUID) -> bool:
    row = {"supporter_id": supporter_id, "now": tx.now}
    return (await tx.execute(_CONFIRM, row)).first() is not None


async def _lapsed(tx: Transaction, supporter_ids: Sequence[UUID]) -> None:
    """They still count; nothing tells who they were."""
    await tx.execute(_LAPSE, {"supporter_ids": list(supporter_ids)})


async def _refused(tx: Transaction, supporter_id: UUID) -> None:
    forgotten = (await tx.execute(_REFUSE, {"supporter_id": supporter_id})).first()
    if forgotten and forgotten.confirmed:
        tx.say(ContactRegistered(report_id=supporter_id, occurred_at=tx.now, withdrawn=True))


CONFIRMATION = confirming.Purpose(
    name="support",
    words={
        "id": "LAPOR! Ada yang meminta kabar laporan {about} ke kontak ini. Jika itu Anda, buka {link} "
        "dalam {days} hari. Jika bukan, abaikan.",
        "en": "LAPOR! Someone asked for news of report {about} to this contact. If you did, open {link} "
        "within {days} days. If not, do nothing.",
        "jv": "LAPOR! Wonten ingkang nyuwun kabar laporan {about} kagem kontak punika. Menawi panjenengan, "
        "bikak {link} ing {days} dinten.",
        "su": "LAPOR! Aya nu ménta béja laporan {about} pikeun kontak ieu. Upami éta Anjeun, buka {link} "
        "dina {days} poé. Upami sanés, antep.",
    },
    question=(
        "Kirim kabar perkembangan laporan ini ke kontak Anda?",
        "Send news of how this report goes on to your contact?",
    ),
    done=(
        "Kontak Anda dikonfirmasi. Kami mengabari Anda bila ada perkembangan.",
        "Your contact is confirmed. We will tell you how it goes on.",
    ),
    confirmed=_confirmed,
    lapsed=_lapsed,
    refused=_refused,
)
