"""Sealed identities, reveals and their record in PostgreSQL. Reads nothing that is sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(_UUID))

_SEALED = sa.text("SELECT sealed FROM identities WHERE report_id = :report_id")
_FORGET = (
    sa.text(
        """
    WITH voided AS (
      UPDATE reveals SET state = 'void', sealed = NULL
      WHERE report_id = ANY(:report_ids) AND state IN ('asked', 'approved')
    ), senders AS (DELETE FROM report_senders WHERE report_id = ANY(:report_ids) RETURNING sender_token
    ), answered AS (
      DELETE FROM channel_answers
      WHERE sender_token IN (SELECT sender_token FROM senders) AND answered_at <= :sent RETURNING message_id
    ), messages AS (DELETE FROM sms_series WHERE settled AND report_id = ANY(:report_ids)
    ), files AS (DELETE FROM attachments WHERE report_id = ANY(:report_ids)
    ), accounts AS (DELETE FROM account_reports WHERE report_id = ANY(:report_ids)
    ), tokens AS (UPDATE reports SET reporter_token = NULL WHERE report_id = ANY(:report_ids)
    ), gone AS (
      UPDATE identities SET sealed = NULL, forgotten_at = :now
      WHERE report_id = ANY(:report_ids) AND sealed IS NOT NULL RETURNING report_id
    )
    SELECT report_id FROM gone UNION ALL SELECT message_id FROM answered
    """
    )
    .bindparams(_IDS, sa.bindparam("now", type_=_TIME), sa.bindparam("sent", type_=_TIME))
    .columns(report_id=_UUID)
)
"""The wrapped data key lies in `sealed`: without it nothing opens what is left of an identity elsewhere.
Index channel_answers_of_sender.
"""
_ON_ITS_WAY = timedelta(hours=1)
"""An answer as young may still have to be sent, and be about another report; it is forgotten in a week."""
_DUE = sa.text(
    """
    SELECT report_id FROM identities WHERE sealed IS NOT NULL AND check_at <= :now
    ORDER BY check_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
).bindparams(sa.bindparam("now", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
"""Index identities_due."""
_CHECK_AT = sa.text(
    """
    UPDATE identities SET check_at = later.at
    FROM unnest(CAST(:report_ids AS uuid[]), CAST(:times AS timestamptz[])) AS later (report_id, at)
    WHERE identities.report_id = later.report_id
    """
).bindparams(_IDS, sa.bindparam("times", type_=pg.ARRAY(_TIME)))
_SOONER = sa.text(
    """
    WITH sooner AS (UPDATE browsers SET check_at = LEAST(check_at, :at) WHERE report_id = :report_id)
    UPDATE identities SET check_at = LEAST(check_at, :at)
    WHERE report_id = :report_id AND sealed IS NOT NULL
    """
).bindparams(sa.bindparam("at", type_=_TIME))

_HOLDER = sa.text("SELECT locked FROM reveal_holders WHERE officer = :officer AND key_id = :key_id")
_ENROL = sa.text(
    """
    INSERT INTO reveal_holders (officer, key_id, locked, enrolled_by, enrolled_at)
    VALUES (:officer, :key_id, :locked, :by, :now)
    ON CONFLICT (officer, key_id) DO UPDATE SET locked = excluded.locked, enrolled_by = excluded.enrolled_by,
      enrolled_at = excluded.enrolled_at
    """
).bindparams(sa.bindparam("now", type_=_TIME))

_REVEAL_TYPES: dict[str, Any] = {
    **dict.fromkeys(("reveal_id", "report_id"), _UUID),
    **dict.fromkeys(("tracking_id", "state", "asked_by", "agency", "reason", "explanation"), sa.Text()),
    "court_order": sa.Text(),
    "collect_key": sa.LargeBinary(),
    **dict.fromkeys(("asked_at", "approve_until"), _TIME),
}
_ASK = sa.text(
    f"INSERT INTO reveals ({', '.join(_REVEAL_TYPES)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f':{name}' for name in _REVEAL_TYPES)}) "
    "ON CONFLICT (reveal_id) DO NOTHING RETURNING reveal_id"
).bindparams(*[sa.bindparam(name, type_=kind) for name, kind in _REVEAL_TYPES.items()])
_LOCK = (
    sa.text("SELECT * FROM reveals WHERE reveal_id = :reveal_id FOR NO KEY UPDATE")
    .bindparams(sa.bindparam("reveal_id", type_=_UUID))
    .columns(reveal_id=_UUID, report_id=_UUID)
)
_FIND = (
    sa.text(
        "SELECT * FROM reveals WHERE reveal_id = :reveal_id "
        "AND (CAST(:officer AS text) IS NULL OR asked_by = :officer)"
    )
    .bindparams(sa.bindparam("reveal_id", type_=_UUID))
    .columns(reveal_id=_UUID, report_id=_UUID)
)
_LIST = sa.text(
    "SELECT * FROM reveals WHERE CAST(:officer AS text) IS NULL OR asked_by = :officer "
    "ORDER BY asked_at DESC, reveal_id LIMIT 200"
).columns(reveal_id=_UUID, report_id=_UUID)
"""Index reveals_newest."""
_ASKED_BELOW = sa.text(
    "SELECT reveal_id FROM reveals WHERE agency = :agency OR starts_with(agency, :below)"
).columns(reveal_id=_UUID)
_DECIDE = sa.text(
    """
    UPDATE reveals SET state = :state, decided_by = :officer, decided_at = :now, sealed = :sealed,
      collect_until = :collect_until
    WHERE reveal_id = :reveal_id
    """
).bindparams(
    sa.bindparam("reveal_id", type_=_UUID),
    sa.bindparam("now", type_=_TIME),
    sa.bindparam("sealed", type_=sa.Text),
    sa.bindparam("collect_until", type_=_TIME),
)
_SHOWN = sa.text(
    "UPDATE reveals SET state = 'shown', sealed = NULL, shown_at = :now WHERE reveal_id = :reveal_id"
).bindparams(sa.bindparam("reveal_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
_DROP_UNCOLLECTED = sa.text(
    "UPDATE reveals SET state = 'void', sealed = NULL WHERE state = 'approved' AND collect_until <= :now"
).bindparams(sa.bindparam("now", type_=_TIME))


class RevealState(StrEnum):
    """Where a reveal stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SHOWN = "shown"
    VOID = "void"
    """Approved and not collected in time, or the identity was forgotten meanwhile."""


@dataclass(frozen=True)
class Reveal:
    """One request to learn who reported. Holds nothing that is readable without its collect code."""

    reveal_id: UUID
    report_id: UUID
    tracking_id: str
    state: RevealState
    asked_by: str
    agency: str | None
    reason: str
    explanation: str
    court_order: str | None
    collect_key: bytes
    asked_at: datetime
    approve_until: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    sealed: str | None = None
    collect_until: datetime | None = None
    shown_at: datetime | None = None


async def sealed_identity(tx: Transaction, report_id: UUID) -> str | None:
    """The envelope of who filed a report; None if nobody said, or it is forgotten."""
    row = (await tx.execute(_SEALED, {"report_id": report_id})).first()
    return row.sealed if row else None


async def forget(tx: Transaction, report_ids: Collection[UUID]) -> list[UUID]:
    """Destroy what could tell who filed these; returns the ids by which notify knows their contacts: of the
    reports of which something was left, and of messages of their senders that were answered.
    """
    row = {"report_ids": sorted(report_ids), "now": tx.now, "sent": tx.now - _ON_ITS_WAY}
    rows = await tx.execute(_FORGET, row)
    return list(rows.scalars())


async def due(tx: Transaction, limit: int) -> list[UUID]:
    """Identities that may have to be forgotten by now, locked for this transaction."""
    return list((await tx.execute(_DUE, {"now": tx.now, "limit": limit})).scalars())


async def check_again(tx: Transaction, times: Mapping[UUID, datetime]) -> None:
    """Look at these again later."""
    ids = sorted(times)
    await tx.execute(_CHECK_AT, {"report_ids": ids, "times": [times[each] for each in ids]})


async def check_sooner(tx: Transaction, report_id: UUID, at: datetime) -> None:
    """Look at this one at `at` already."""
    await tx.execute(_SOONER, {"report_id": report_id, "at": at})


async def asked_below(tx: Transaction, agency: str) -> set[UUID]:
    """The requests of officers of an agency or below it."""
    rows = await tx.execute(_ASKED_BELOW, {"agency": agency, "below": f"{agency}."})
    return set(rows.scalars())


async def locked_key(tx: Transaction, officer: str, key: bytes) -> str | None:
    """An officer's locked copy of the key with this id."""
    row = (await tx.execute(_HOLDER, {"officer": officer, "key_id": key.hex()})).first()
    return row.locked if row else None


async def enrol(tx: Transaction, officer: str, key: bytes, locked: str, by: str) -> None:
    """Keep an officer's locked copy; a new one replaces the old one."""
    row = {"officer": officer, "key_id": key.hex(), "locked": locked, "by": by, "now": tx.now}
    await tx.execute(_ENROL, row)


async def ask(tx: Transaction, reveal: Reveal) -> bool:
    """False if there is one with this id, also one that came at the same moment."""
    row = {name: getattr(reveal, name) for name in _REVEAL_TYPES}
    return (await tx.execute(_ASK, row)).first() is not None


async def lock_reveal(tx: Transaction, reveal_id: UUID) -> Reveal | None:
    """A reveal, until this transaction ends."""
    row = (await tx.execute(_LOCK, {"reveal_id": reveal_id})).first()
    return _reveal(row) if row else None


async def find(tx: Transaction, reveal_id: UUID, asked_by: str | None = None) -> Reveal | None:
    """A reveal, of one officer or of anybody."""
    row = (await tx.execute(_FIND, {"reveal_id": reveal_id, "officer": asked_by})).first()
    return _reveal(row) if row else None


async def reveals(tx: Transaction, asked_by: str | None = None) -> Sequence[Reveal]:
    """The newest, of one officer or of all."""
    return [_reveal(row) for row in await tx.execute(_LIST, {"officer": asked_by})]


async def decide(
    tx: Transaction,
    reveal: Reveal,
    officer: str,
    state: RevealState,
    *,
    sealed: str | None = None,
    until: datetime | None = None,
) -> None:
    row = {"reveal_id": reveal.reveal_id, "officer": officer, "state": state.value, "now": tx.now}
    await tx.execute(_DECIDE, {**row, "sealed": sealed, "collect_until": until})


async def shown(tx: Transaction, reveal: Reveal) -> None:
    """What was shown cannot be shown again."""
    await tx.execute(_SHOWN, {"reveal_id": reveal.reveal_id, "now": tx.now})


async def drop_uncollected(tx: Transaction) -> None:
    """What nobody came for in time is gone."""
    await tx.execute(_DROP_UNCOLLECTED, {"now": tx.now})


def _reveal(row: Any) -> Reveal:
    values = {name: getattr(row, name) for name in Reveal.__dataclass_fields__}
    return Reveal(**{**values, "state": RevealState(row.state)})
