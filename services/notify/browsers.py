"""The browsers that want to hear of a report: kept sealed, forgotten when told or when they are gone.

Nothing here opens a subscription; it is opened for one message, in memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.store import as_rows
from shared.db.database import Transaction

_SAVE = sa.text(
    """
    INSERT INTO browsers (report_id, sealed, withdrawn, said_at, event_id)
    SELECT DISTINCT ON (report_id) report_id, sealed, withdrawn, said_at, event_id
    FROM jsonb_populate_recordset(CAST(NULL AS browsers), CAST(:rows AS jsonb))
    ORDER BY report_id, said_at DESC, withdrawn DESC, event_id DESC
    ON CONFLICT (report_id) DO UPDATE SET sealed = excluded.sealed, withdrawn = excluded.withdrawn,
      said_at = excluded.said_at, event_id = excluded.event_id
    WHERE (excluded.said_at, excluded.withdrawn, excluded.event_id)
        > (browsers.said_at, browsers.withdrawn, browsers.event_id)
    """
)
"""The latest word wins; at one instant, the wish to be forgotten."""
_DROP_GONE = sa.text(
    """
    UPDATE browsers SET sealed = NULL
    FROM unnest(CAST(:report_ids AS uuid[]), CAST(:sealed AS text[])) AS gone (report_id, sealed)
    WHERE browsers.report_id = gone.report_id AND browsers.sealed = gone.sealed
    """
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("sealed", type_=pg.ARRAY(sa.Text)),
)
"""The row stays, so that an old word that comes again changes nothing."""


@dataclass(frozen=True, repr=False)
class Word:
    """What was said of a report's browser, by which event and when; nothing sealed: forget it."""

    report_id: UUID
    event_id: UUID
    said_at: datetime
    sealed: str | None
    withdrawn: bool


async def save(tx: Transaction, words: Iterable[Word]) -> None:
    """Keep subscriptions sealed, or that there is none any more; the newest word of each report counts."""
    await tx.execute(_SAVE, as_rows(_row(word) for word in words))


async def drop_gone(tx: Transaction, gone: Sequence[tuple[UUID, str]]) -> None:
    """Forget subscriptions that their push service no longer knows, and not those that replaced them."""
    await tx.execute(
        _DROP_GONE, {"report_ids": [report for report, _ in gone], "sealed": [sealed for _, sealed in gone]}
    )


def _row(word: Word) -> dict[str, Any]:
    return {
        "report_id": word.report_id,
        "sealed": None if word.withdrawn else word.sealed,
        "withdrawn": word.withdrawn,
        "said_at": word.said_at,
        "event_id": word.event_id,
    }
