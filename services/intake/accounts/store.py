"""Accounts, their codes and the reports that are theirs. Times of codes are the database's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.accounts.sessions import Session
from shared.db.database import Transaction

CODE_SECONDS = 300
MOST_TRIES = 5
MOST_CODES = 3
"""For one contact in a quarter of an hour."""
_UUID = pg.UUID(as_uuid=True)

_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext(:hash))")
_ASKED = sa.text(
    """
    SELECT count(*) FILTER (WHERE contact_hash = :hash) AS own,
      count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS lately
    FROM account_codes WHERE created_at > now() - interval '15 minutes'
    """
)
"""Index account_codes_by_age."""
_ADD_CODE = sa.text(
    """
    INSERT INTO account_codes (code_id, contact_hash, code_hash, expires_at)
    VALUES (:code_id, :hash, :code_hash, now() + make_interval(secs => :seconds))
    """
).bindparams(sa.bindparam("code_id", type_=_UUID), sa.bindparam("seconds", type_=sa.Float))
_TRY = sa.text(
    """
    UPDATE account_codes SET tries = tries + 1, used = (code_hash = :code_hash)
    WHERE code_id = (SELECT code_id FROM account_codes WHERE contact_hash = :hash
                     ORDER BY created_at DESC, code_id DESC LIMIT 1)
      AND NOT used AND tries < :most AND expires_at > now()
    RETURNING used
    """
)
"""Index account_codes_newest. Only the newest code counts, and a used one never again."""
_OPEN = (
    sa.text(
        """
    INSERT INTO accounts (account_id, contact_hash, sealed, generation)
    VALUES (:account_id, :hash, :sealed, 1)
    ON CONFLICT (contact_hash) DO UPDATE SET contact_hash = excluded.contact_hash
    RETURNING account_id, generation
    """
    )
    .bindparams(sa.bindparam("account_id", type_=_UUID))
    .columns(account_id=_UUID)
)
_STANDS = sa.text(
    "SELECT 1 FROM accounts WHERE account_id = :account_id AND generation = :generation"
).bindparams(sa.bindparam("account_id", type_=_UUID))
_END = sa.text(
    "UPDATE accounts SET generation = generation + 1 "
    "WHERE account_id = :account_id AND generation = :generation"
).bindparams(sa.bindparam("account_id", type_=_UUID))
_DELETE = sa.text(
    """
    WITH gone AS (
      DELETE FROM accounts WHERE account_id = :account_id AND generation = :generation RETURNING contact_hash
    )
    UPDATE account_codes SET used = true FROM gone WHERE account_codes.contact_hash = gone.contact_hash
    """
).bindparams(sa.bindparam("account_id", type_=_UUID))
_LINK = sa.text(
    """
    INSERT INTO account_reports (report_id, account_id, linked_at)
    SELECT :report_id, account_id, :now FROM accounts
    WHERE account_id = :account_id AND generation = :generation
    ON CONFLICT (report_id) DO UPDATE SET linked_at = account_reports.linked_at
      WHERE account_reports.account_id = excluded.account_id
    RETURNING report_id
    """
).bindparams(
    sa.bindparam("report_id", type_=_UUID),
    sa.bindparam("account_id", type_=_UUID),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)
_HAS = sa.text(
    "SELECT 1 FROM account_reports WHERE report_id = :report_id AND account_id = :account_id"
).bindparams(sa.bindparam("report_id", type_=_UUID), sa.bindparam("account_id", type_=_UUID))
_REPORTS = sa.text(
    "SELECT report_id FROM account_reports WHERE account_id = :account_id "
    "ORDER BY linked_at DESC, report_id DESC LIMIT :limit OFFSET :offset"
).columns(report_id=_UUID)
"""Index account_reports_of."""
_OLD_CODES = (
    sa.text(
        """
    DELETE FROM account_codes WHERE code_id IN (
      SELECT code_id FROM account_codes WHERE created_at < now() - interval '1 day' LIMIT :limit
    ) RETURNING code_id
    """
    )
    .bindparams(sa.bindparam("limit", type_=sa.Integer))
    .columns(code_id=_UUID)
)
"""Index account_codes_by_age."""


async def asked_lately(tx: Transaction, contact_hash: str) -> Any:
    """How many codes were sent: to the contact in a quarter of an hour (`own`), to everybody in a minute
    (`lately`). Takes the contact's turn, so that two requests at once count one another.
    """
    await tx.execute(_ONE_AT_A_TIME, {"hash": contact_hash})
    return (await tx.execute(_ASKED, {"hash": contact_hash})).one()


async def add_code(tx: Transaction, code_id: UUID, contact_hash: str, code_hash: str) -> None:
    row = {"code_id": code_id, "hash": contact_hash, "code_hash": code_hash, "seconds": CODE_SECONDS}
    await tx.execute(_ADD_CODE, row)


async def try_code(tx: Transaction, contact_hash: str, code_hash: str) -> bool:
    """Whether this is the contact's newest code, in time, unused and within its tries. Counts the try."""
    row = {"hash": contact_hash, "code_hash": code_hash, "most": MOST_TRIES}
    tried = (await tx.execute(_TRY, row)).first()
    return tried is not None and bool(tried.used)


async def open_account(tx: Transaction, account_id: UUID, contact_hash: str, sealed: str) -> Session:
    """The account of a contact; a new one (`account_id`) if there was none."""
    row = (await tx.execute(_OPEN, {"account_id": account_id, "hash": contact_hash, "sealed": sealed})).one()
    return Session(row.account_id, row.generation)


async def stands(tx: Transaction, session: Session) -> bool:
    """Whether the account still exists and has not ended its sessions."""
    return (await tx.execute(_STANDS, vars(session))).first() is not None


async def end_sessions(tx: Transaction, session: Session) -> None:
    await tx.execute(_END, vars(session))


async def delete(tx: Transaction, session: Session) -> None:
    """Destroy an account's identity and its links. The reports stay, and nobody's name is on them."""
    await tx.execute(_DELETE, vars(session))


async def link(tx: Transaction, session: Session, report_id: UUID) -> bool:
    """Make a report an account's; False if the session is over or the report is another account's."""
    row = {**vars(session), "report_id": report_id, "now": tx.now}
    return (await tx.execute(_LINK, row)).first() is not None


async def has(tx: Transaction, session: Session, report_id: UUID) -> bool:
    """Whether a report is the account's."""
    row = {"report_id": report_id, "account_id": session.account_id}
    return (await tx.execute(_HAS, row)).first() is not None


async def report_ids(tx: Transaction, session: Session, limit: int, offset: int) -> Sequence[UUID]:
    """The account's reports, the newest first."""
    row = {"account_id": session.account_id, "limit": limit, "offset": offset}
    return list((await tx.execute(_REPORTS, row)).scalars())


async def forget_codes(tx: Transaction, limit: int) -> list[UUID]:
    """Codes of yesterday and before."""
    return list((await tx.execute(_OLD_CODES, {"limit": limit})).scalars())
