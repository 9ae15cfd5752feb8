"""Keeps what reporters prefer and tells notify, which acts on it; each change once, the last one wins."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import sqlalchemy as sa

from services.intake.domain.preferences import Language, Preferences, QuietHours, Way
from shared.calendar import Zone
from shared.contracts import PreferencesChanged
from shared.db.database import Transaction

_READ = sa.text(
    """
    SELECT version, language, muted, quiet_from, quiet_until, zone, digest_at, channel
    FROM preferences
    WHERE report_id = :report_id
    """
)
_LOCK = sa.text("SELECT FROM reports WHERE report_id = :report_id FOR NO KEY UPDATE")
"""Two changes at once get two versions."""
_WRITE = sa.text(
    """
    INSERT INTO preferences
      (report_id, version, language, muted, quiet_from, quiet_until, zone, digest_at, channel)
    VALUES
      (:report_id, :version, :language, :muted, :quiet_from, :quiet_until, :zone, :digest_at, :channel)
    ON CONFLICT (report_id) DO UPDATE SET version = excluded.version, language = excluded.language,
      muted = excluded.muted, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
      zone = excluded.zone, digest_at = excluded.digest_at, channel = excluded.channel
    """
)


_KEPT = {"language", "muted", "quiet_from", "quiet_until", "zone", "digest_at", "channel"}


async def preferences(tx: Transaction, report_id: UUID) -> Preferences:
    """What the reporter wants now."""
    row = (await tx.execute(_READ, {"report_id": report_id})).first()
    if row is None:
        return Preferences()
    quiet = None
    if row.quiet_from is not None:
        quiet = QuietHours(
            time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until), Zone(row.zone)
        )
    digest_at = time.fromisoformat(row.digest_at) if row.digest_at else None
    return Preferences(
        row.version,
        Language(row.language),
        row.muted,
        quiet,
        digest_at,
        Zone(row.zone),
        Way(row.channel) if row.channel else None,
    )


async def prefer(tx: Transaction, report_id: UUID, wanted: Preferences) -> Preferences:
    """Take over what the reporter wants; wanting the same again changes nothing."""
    await tx.execute(_LOCK, {"report_id": report_id})
    before = await preferences(tx, report_id)
    if before.version and before.same_as(wanted):
        return before
    after = replace(wanted, version=before.version + 1)
    fact = _changed(tx, report_id, after)
    await tx.execute(
        _WRITE,
        {
            "report_id": report_id,
            "version": after.version,
            **fact.model_dump(include=_KEPT),
        },
    )
    tx.say(fact)
    return after


def _changed(tx: Transaction, report_id: UUID, after: Preferences) -> PreferencesChanged:
    quiet = after.quiet
    return PreferencesChanged(
        report_id=report_id,
        occurred_at=tx.now,
        preferences_version=after.version,
        language=after.language.value,
        muted=after.muted,
        quiet_from=f"{quiet.begin:%H:%M}" if quiet else None,
        quiet_until=f"{quiet.end:%H:%M}" if quiet else None,
        zone=after.zone.value,
        digest_at=f"{after.digest_at:%H:%M}" if after.digest_at else None,
        channel=after.channel.value if after.channel else None,
    )
