"""How an account's holder wants to hear: told report by report, so that no fact names an account."""

from datetime import time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.accounts.sessions import Session
from services.intake.domain.preferences import Language, Preferences, QuietHours, Way
from services.intake.preferences import prefer, preferences
from shared.calendar import Zone
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_READ = sa.text(
    "SELECT language, muted, quiet_from, quiet_until, zone, digest_at, channel "
    "FROM account_preferences "
    "WHERE account_id = :account_id"
).bindparams(sa.bindparam("account_id", type_=_UUID))
_WRITE = sa.text(
    """
    INSERT INTO account_preferences
      (account_id, language, muted, quiet_from, quiet_until, zone, digest_at, channel)
    SELECT account_id, :language, :muted, :quiet_from, :quiet_until, :zone, :digest_at, :channel FROM accounts
    WHERE account_id = :account_id AND generation = :generation
    ON CONFLICT (account_id) DO UPDATE SET language = excluded.language, muted = excluded.muted,
      quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, zone = excluded.zone,
      digest_at = excluded.digest_at, channel = excluded.channel
    RETURNING account_id
    """
).bindparams(
    sa.bindparam("account_id", type_=_UUID),
    sa.bindparam("muted", type_=sa.Boolean),
    sa.bindparam("quiet_from", type_=sa.Text),
    sa.bindparam("quiet_until", type_=sa.Text),
    sa.bindparam("digest_at", type_=sa.Text),
    sa.bindparam("channel", type_=sa.Text),
)
_REPORTS = (
    sa.text("SELECT report_id FROM account_reports WHERE account_id = :account_id ORDER BY report_id")
    .bindparams(sa.bindparam("account_id", type_=_UUID))
    .columns(report_id=_UUID)
)
"""Index account_reports_of. In one order, so that two changes at once do not wait for one another."""


async def wished(tx: Transaction, session: Session) -> Preferences | None:
    """What the account's holder has chosen; None if nothing yet."""
    row = (await tx.execute(_READ, {"account_id": session.account_id})).first()
    if row is None:
        return None
    quiet = None
    if row.quiet_from is not None:
        begin, end = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until)
        quiet = QuietHours(begin, end, Zone(row.zone))
    return Preferences(
        language=Language(row.language),
        muted=row.muted,
        quiet=quiet,
        digest_at=time.fromisoformat(row.digest_at) if row.digest_at else None,
        digest_zone=Zone(row.zone),
        channel=Way(row.channel) if row.channel else None,
    )


async def wish(tx: Transaction, session: Session, wanted: Preferences) -> bool:
    """Keep a choice, and let it hold for all reports of the account; False if the session is over."""
    quiet = wanted.quiet
    row = {
        **vars(session),
        "language": wanted.language.value,
        "muted": wanted.muted,
        "quiet_from": f"{quiet.begin:%H:%M}" if quiet else None,
        "quiet_until": f"{quiet.end:%H:%M}" if quiet else None,
        "zone": wanted.zone.value,
        "digest_at": f"{wanted.digest_at:%H:%M}" if wanted.digest_at else None,
        "channel": wanted.channel.value if wanted.channel else None,
    }
    if (await tx.execute(_WRITE, row)).first() is None:
        return False
    for report_id in list((await tx.execute(_REPORTS, {"account_id": session.account_id})).scalars()):
        await prefer(tx, report_id, wanted)
    return True


async def let_hold(tx: Transaction, session: Session, report_id: UUID) -> None:
    """Let the account's choice hold for a report that has just become its own, unless that has its own."""
    wanted = await wished(tx, session)
    if wanted is not None and not (await preferences(tx, report_id)).version:
        await prefer(tx, report_id, wanted)
