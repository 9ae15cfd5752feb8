"""Keeps who supports a report, and says so: once for each contact, and until it is taken back."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.intake.keyring import Keyring
from shared.contracts import ContactRegistered, ReportSupported
from shared.db.database import Transaction
from shared.security.codes import new_access_code
from shared.security.sealing import Contact

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_KEEP = sa.text(
    """
    INSERT INTO supports (supporter_id, report_id, token, code_hash, supported_at)
    VALUES (:supporter_id, :report_id, :token, :code_hash, :now)
    ON CONFLICT (report_id, token) WHERE token IS NOT NULL AND withdrawn_at IS NULL DO NOTHING
    RETURNING supporter_id
    """
).bindparams(
    sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("report_id", type_=_UUID),
    sa.bindparam("now", type_=_TIME),
)  # fmt: skip
_FIND = sa.text(
    """
    SELECT supporter_id, code_hash, withdrawn_at FROM supports
    WHERE supporter_id = :supporter_id AND report_id = :report_id FOR UPDATE
    """
).bindparams(sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("report_id", type_=_UUID))
_WITHDRAW = sa.text(
    "UPDATE supports SET withdrawn_at = :now, token = NULL WHERE supporter_id = :supporter_id"
).bindparams(sa.bindparam("supporter_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
_COUNT = sa.text(
    "SELECT count(*) FROM supports WHERE report_id = :report_id AND withdrawn_at IS NULL"
).bindparams(sa.bindparam("report_id", type_=_UUID))


async def support(
    tx: Transaction, keys: Keyring, report_id: UUID, contact: Contact | None
) -> tuple[UUID, str] | None:
    """Returns the supporter's id and the code that takes it back; None where this contact supports already.

    The contact travels sealed, to notify alone, under the supporter's id and never the report's.
    """
    supporter_id, code = uuid7(), new_access_code()
    row = {
        "supporter_id": supporter_id,
        "report_id": report_id,
        "token": keys.reporter_token(contact) if contact else None,
        "code_hash": keys.codes.hash(supporter_id, code),
        "now": tx.now,
    }
    if (await tx.execute(_KEEP, row)).first() is None:
        return None
    tx.say(ReportSupported(report_id=report_id, occurred_at=tx.now, supporter_id=supporter_id))
    # Said for every support: whether somebody left a contact is nobody's business but notify's.
    tx.say(
        ContactRegistered(
            report_id=supporter_id,
            occurred_at=tx.now,
            sealed=keys.sealer.seal(supporter_id, contact) if contact else None,
            language=contact.language if contact else "id",
        )
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
    return True


async def count(tx: Transaction, report_id: UUID) -> int:
    """How many support a report now."""
    return int((await tx.execute(_COUNT, {"report_id": report_id})).scalar_one())
