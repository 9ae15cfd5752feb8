"""Keeps what reporters prefer and tells notify, which acts on it; each change once, the last one wins."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import sqlalchemy as sa

from services.intake.domain.preferences import Language, Preferences, QuietHours
from shared.calendar import Zone
from shared.contracts import PreferencesChanged
from shared.db.database import Transaction

_READ = sa.text(
    """
    SELECT version, language, muted, quiet_from, quiet_until, zone FROM preferences
    WHERE report_id = :report_id
    """
)
_LOCK = sa.text("SELECT FROM reports WHERE report_id = :report_id FOR NO KEY UPDATE")
"""Two changes at once get two versions."""
_WRITE = sa.text(
    """
    INSERT INTO preferences (report_id, version, language, muted, quiet_from, quiet_until, zone)
    VALUES (:report_id, :version, :language, :muted, :quiet_from, :quiet_until, :zone)
    ON CONFLICT (report_id) DO UPDATE SET version = excluded.version, language = excluded.language,
      muted = excluded.muted, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
      zone = excluded.zone
    """
)


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
    return Preferences(row.version, Language(row.language), row.muted, quiet)


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
            **fact.model_dump(include={"language", "muted", "quiet_from", "quiet_until", "zone"}),
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
        zone=(quiet.zone if quiet else Zone.WIB).value,
    )
