"""How reporters want to hear: in which language, whether at all, when not, and what once a day alone."""

from collections.abc import Iterable
from datetime import time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.deadlines import zone_named
from services.notify.domain.digest import outside_quiet
from services.notify.store import as_rows
from shared.contracts import PreferencesChanged
from shared.db.database import Transaction

_SAVE = sa.text(
    """
    INSERT INTO wishes
      (report_id, version, language, muted, quiet_from, quiet_until, zone, digest_at, channel)
    SELECT DISTINCT ON (report_id)
      report_id, version, language, muted, quiet_from, quiet_until, zone, digest_at, channel
    FROM jsonb_populate_recordset(CAST(NULL AS wishes), CAST(:rows AS jsonb))
    ORDER BY report_id, version DESC
    ON CONFLICT (report_id) DO UPDATE SET version = excluded.version, language = excluded.language,
      muted = excluded.muted, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
      zone = excluded.zone, digest_at = excluded.digest_at, channel = excluded.channel
    WHERE excluded.version > wishes.version
    """
)

_DROP_MUTED = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = 'muted by the reporter', details = '{}',
      finished_at = now()
    WHERE report_id = ANY(:report_ids) AND recipient IN ('reporter', 'browser')
      AND state IN ('pending', 'waiting_hours', 'waiting_digest')
      AND EXISTS (SELECT FROM wishes WHERE wishes.report_id = deliveries.report_id AND muted)
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))


async def save(tx: Transaction, facts: Iterable[PreferencesChanged]) -> None:
    """Keep what was wished, and drop what is not wanted any more and not sent yet."""
    told = list(facts)
    await tx.execute(_SAVE, as_rows(_row(fact) for fact in told))
    if muted := {fact.report_id for fact in told if fact.muted}:
        await drop_muted(tx, muted)


async def drop_muted(tx: Transaction, report_ids: Iterable[UUID]) -> None:
    """Skip what is not sent yet in those of these reports that are muted."""
    await tx.execute(_DROP_MUTED, {"report_ids": sorted(report_ids)})


def _digest_at(fact: PreferencesChanged) -> str | None:
    if fact.digest_at is None:
        return None
    quiet = (fact.quiet_from, fact.quiet_until)
    hours = [None if text is None else time.fromisoformat(text) for text in quiet]
    return outside_quiet(time.fromisoformat(fact.digest_at), *hours).isoformat("minutes")


def _row(fact: PreferencesChanged) -> dict[str, Any]:
    quiet = (
        fact.quiet_from is not None and fact.quiet_until is not None and fact.quiet_from != fact.quiet_until
    )
    return {
        "report_id": fact.report_id,
        "version": fact.preferences_version,
        "language": fact.language,
        "muted": fact.muted,
        "channel": fact.channel,
        "quiet_from": fact.quiet_from if quiet else None,
        "quiet_until": fact.quiet_until if quiet else None,
        "zone": zone_named(fact.zone, None).key,
        "digest_at": _digest_at(fact),
    }
