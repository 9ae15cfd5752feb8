"""Clears away what uploads leave behind when a sender never comes back or a process dies, and what agencies
sent and never named. Hourly and bounded.

Takes nothing that a row names: what is being checked, an upload that may go on, a message's attachment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.evidence import metrics, uploads_store
from services.intake.evidence.desk import EvidenceDesk
from services.intake.evidence.unnamed import sweep_unnamed
from services.intake.evidence.uploads import Uploads
from shared.db.database import Transaction
from shared.storage.port import is_object_key
from shared.telemetry.logs import log

GRACE = timedelta(hours=1)
"""An object is written before its row: so long at most, whatever happened in between."""
MOST = 2_000
"""Of each kind, in one sweep; the next one goes on."""
_PAGE = 500

_NAMED = sa.text(
    """
    SELECT key FROM unnest(:keys) AS key WHERE
      EXISTS (SELECT FROM evidence e WHERE e.quarantine_key = key AND e.state = 'pending')
      OR EXISTS (SELECT FROM evidence_uploads u WHERE key IN (u.object_key, u.tail_key))
      OR EXISTS (SELECT FROM staged_objects s WHERE s.object_key = key)
    """
).bindparams(sa.bindparam("keys", type_=pg.ARRAY(sa.Text)))
"""evidence_in_quarantine; uploads under way are few."""
_FORGET_REPORTERS = sa.text(
    """
    UPDATE reports SET reporter_token = NULL WHERE reporter_token IS NOT NULL AND filed_at < :before
    """
)
"""Index reports_by_reporter."""


@dataclass(frozen=True)
class Swept:
    """How much was cleared away."""

    uploads: int
    objects: int
    unnamed: int
    """Agencies' files, each with its objects."""


class Sweeper:
    """Sweeps one deployment's quarantine."""

    def __init__(self, desk: EvidenceDesk) -> None:
        self._desk, self._uploads = desk, Uploads(desk)
        self._after: str | None = None

    async def sweep(self, grace: timedelta = GRACE) -> Swept:
        """Raises StoreUnavailable; what was done until then is done."""
        unnamed = await sweep_unnamed(self._desk.database, self._desk.buckets, MOST)
        swept = Swept(await self._expired(), await self._nameless(grace), unnamed)
        async with self._desk.database.transaction() as tx:
            await tx.execute(_FORGET_REPORTERS, {"before": tx.now - timedelta(days=2)})
        metrics.SWEPT.labels("upload").inc(swept.uploads)
        metrics.SWEPT.labels("object").inc(swept.objects)
        metrics.SWEPT.labels("unnamed").inc(swept.unnamed)
        if count := swept.uploads + swept.objects + swept.unnamed:
            log.info("evidence_swept", count=count)
        return swept

    async def _expired(self) -> int:
        """Uploads that nobody goes on with: their parts, their tail, then their row."""
        async with self._desk.database.reading() as tx:
            rows = await uploads_store.expired(tx, MOST)
        for row in rows:
            if row.evidence_id is None:
                await self._uploads.forget_objects(row)
            async with self._desk.database.transaction() as tx:
                await uploads_store.forget(tx, row.upload_id)
        return len(rows)

    async def _nameless(self, grace: timedelta) -> int:
        """Objects in quarantine that no row names, page by page from where the last sweep stopped."""
        swept, before = 0, datetime.now(UTC) - grace
        for _ in range(MOST // _PAGE):
            page = await self._desk.buckets.quarantine.listed(_PAGE, self._after)
            old = [found.key for found in page if found.modified < before and is_object_key(found.key)]
            async with self._desk.database.reading() as tx:
                nameless = set(old) - await _named(tx, old)
            for key in sorted(nameless):
                await self._desk.buckets.quarantine.delete(key)
            swept += len(nameless)
            self._after = page[-1].key if len(page) == _PAGE else None
            if self._after is None:
                break
        return swept


async def _named(tx: Transaction, keys: Sequence[str]) -> set[str]:
    return set((await tx.execute(_NAMED, {"keys": list(keys)})).scalars())
