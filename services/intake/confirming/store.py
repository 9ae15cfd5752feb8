"""Questions to contacts in PostgreSQL: sealed contacts and hashes of links. Times are the database's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)

_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext(:hash))")
_ASKED = sa.text(
    """
    SELECT count(*) FILTER (WHERE contact_hash = :hash AND state <> 'confirmed') AS own,
      count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS lately,
      COALESCE(bool_or(state = 'waiting' AND purpose = :purpose AND subject_id = :subject_id), false)
        AS waiting
    FROM confirmations WHERE contact_hash = :hash OR created_at > now() - interval '1 minute'
    """
).bindparams(sa.bindparam("subject_id", type_=_UUID))
"""Indexes confirmations_of_contact and confirmations_by_age."""
_ADD = sa.text(
    """
    INSERT INTO confirmations
      (confirmation_id, token_hash, contact_hash, purpose, subject_id, about, leads_to, language, sealed,
       expires_at)
    VALUES (:confirmation_id, :token_hash, :contact_hash, :purpose, :subject_id, :about, :leads_to,
      :language, :sealed, now() + :valid)
    """
).bindparams(
    sa.bindparam("confirmation_id", type_=_UUID),
    sa.bindparam("subject_id", type_=_UUID),
    sa.bindparam("valid", type_=sa.Interval),
)
_FIND = sa.text(
    """
    SELECT confirmation_id, purpose, subject_id, about, leads_to, language, sealed FROM confirmations
    WHERE token_hash = :token_hash AND expires_at > now() AND state <> 'cancelled' FOR UPDATE
    """
).columns(confirmation_id=_UUID, subject_id=_UUID)
_SETTLE = sa.text(
    "UPDATE confirmations SET state = 'confirmed', sealed = NULL WHERE confirmation_id = :confirmation_id"
).bindparams(sa.bindparam("confirmation_id", type_=_UUID))
_CANCEL = (
    sa.text(
        """
    UPDATE confirmations SET state = 'cancelled', sealed = NULL
    WHERE purpose = :purpose AND subject_id = ANY(:subject_ids) RETURNING confirmation_id
    """
    )
    .bindparams(sa.bindparam("subject_ids", type_=_UUIDS))
    .columns(confirmation_id=_UUID)
)
"""Index confirmations_of_subject. The row stays until its time is over: it still counts as a message sent."""
_OVER = (
    sa.text(
        """
    DELETE FROM confirmations WHERE confirmation_id IN (
      SELECT confirmation_id FROM confirmations WHERE expires_at <= now() LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING confirmation_id, purpose, subject_id, state = 'waiting' AS unanswered
    """
    )
    .bindparams(sa.bindparam("limit", type_=sa.Integer))
    .columns(confirmation_id=_UUID, subject_id=_UUID)
)


@dataclass(frozen=True, repr=False)
class Confirmation:
    """One question. `sealed` is the contact, for notify alone; None once its reader has said yes."""

    confirmation_id: UUID
    purpose: str
    subject_id: UUID
    about: str
    leads_to: str
    language: str
    sealed: str | None


async def asked_lately(tx: Transaction, contact_hash: str, purpose: str, subject_id: UUID) -> Any:
    """How many links this contact was sent without a yes (`own`), how many left in a minute (`lately`), and
    whether one of the subject waits for its reader (`waiting`). Takes the contact's turn: two at once count
    one another.
    """
    await tx.execute(_ONE_AT_A_TIME, {"hash": contact_hash})
    row = {"hash": contact_hash, "purpose": purpose, "subject_id": subject_id}
    return (await tx.execute(_ASKED, row)).one()


async def add(
    tx: Transaction, waiting: Confirmation, contact_hash: str, token_hash: str, valid: timedelta
) -> None:
    row = {"contact_hash": contact_hash, "token_hash": token_hash, "valid": valid}
    await tx.execute(_ADD, {**vars(waiting), **row})


async def find(tx: Transaction, token_hash: str) -> Confirmation | None:
    """The question of a link that is good, until this transaction ends."""
    row = (await tx.execute(_FIND, {"token_hash": token_hash})).first()
    return Confirmation(**row._mapping) if row else None


async def settle(tx: Transaction, confirmation_id: UUID) -> None:
    """What was sealed has gone to notify."""
    await tx.execute(_SETTLE, {"confirmation_id": confirmation_id})


async def cancel(tx: Transaction, purpose: str, subject_ids: Sequence[UUID]) -> list[UUID]:
    """End the links for these subjects; returns the ids of their messages."""
    row = {"purpose": purpose, "subject_ids": list(subject_ids)}
    return list((await tx.execute(_CANCEL, row)).scalars())


async def take_over(tx: Transaction, limit: int) -> Sequence[Any]:
    """Take out links whose time is over, confirmed ones too."""
    return (await tx.execute(_OVER, {"limit": limit})).all()
