"""Clears away what agencies sent for their work and no completion names: the objects, then the row.

Takes nothing that a completion names, and nothing that one could still name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake import store as reports
from services.intake.domain import showing
from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.progress import GIVEN_UP
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN
from services.intake.evidence.buckets import Buckets
from services.intake.identity.policy import retention
from shared.db.database import Database, Transaction

BATCH = 200
_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)
_TIME = sa.DateTime(timezone=True)

_DUE = (
    sa.text(
        """
    SELECT evidence_id, report_id FROM evidence WHERE check_at <= :now AND state <> 'pending'
    ORDER BY check_at LIMIT :limit
    """
    )
    .bindparams(sa.bindparam("now", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
    .columns(evidence_id=_UUID, report_id=_UUID)
)
"""Index evidence_unnamed."""
_CHECK_AT = sa.text(
    """
    UPDATE evidence SET check_at = later.at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:times AS timestamptz[])) AS later (evidence_id, at)
    WHERE evidence.evidence_id = later.evidence_id
    """
).bindparams(sa.bindparam("ids", type_=_UUIDS), sa.bindparam("times", type_=pg.ARRAY(_TIME)))
_DELETE = sa.text("DELETE FROM evidence WHERE evidence_id = ANY(:ids) AND state <> 'pending'").bindparams(
    sa.bindparam("ids", type_=_UUIDS)
)


@dataclass(frozen=True)
class Parted:
    """Files that are over, and when to look at each other again; None: never, as a completion names it."""

    over: tuple[EvidenceFile, ...]
    later: Mapping[UUID, datetime | None]


def parted(looked_at: Iterable[tuple[Tracked, UUID]], now: datetime) -> Parted:
    """What becomes of agencies' files by now. Pure."""
    over: list[EvidenceFile] = []
    later: dict[UUID, datetime | None] = {}
    for tracked, evidence_id in looked_at:
        file = next(one for one in tracked.evidence if one.evidence_id == evidence_id)
        if file in showing.shown(tracked.evidence, tracked.progress.timeline):
            later[evidence_id] = None
            continue
        ended = _ended(tracked, file)
        at = ended + retention().unnamed_evidence if ended else None
        if at is not None and at <= now:
            over.append(file)
        else:
            later[evidence_id] = at or now + retention().look_again
    return Parted(tuple(over), later)


async def sweep_unnamed(database: Database, buckets: Buckets, most: int) -> int:
    """Look at files that are due, `most` at once; returns how many are gone. Raises StoreUnavailable: those
    whose objects are not all deleted then stay due.
    """
    gone = 0
    for _ in range(most // BATCH):
        async with database.transaction() as tx:
            due = (await tx.execute(_DUE, {"now": tx.now, "limit": BATCH})).all()
            report_ids = sorted({row.report_id for row in due})
            tracked = dict(zip(report_ids, await reports.track_many(tx, report_ids), strict=True))
            found = parted([(tracked[row.report_id], row.evidence_id) for row in due], tx.now)
            await _look_again(tx, found.later)
        for file in found.over:
            await _forget_objects(buckets, file)
        async with database.transaction() as tx:
            await tx.execute(_DELETE, {"ids": [file.evidence_id for file in found.over]})
        gone += len(found.over)
        if len(due) < BATCH:
            break
    return gone


def first_look(now: datetime) -> datetime:
    """When to look at an agency's file that comes now: sooner nothing of it is over."""
    return now + retention().unnamed_evidence


def _ended(tracked: Tracked, file: EvidenceFile) -> datetime | None:
    """Since when no completion can name a file: its leg was given back, or the case has ended."""
    given_up = [
        leg.since for leg in tracked.progress.legs if leg.leg_id == str(file.leg_id) and leg.state in GIVEN_UP
    ]
    case = None if tracked.progress.status in OPEN else tracked.progress.since
    return min((at for at in (*given_up, case) if at is not None), default=None)


async def _look_again(tx: Transaction, later: Mapping[UUID, datetime | None]) -> None:
    if later:
        await tx.execute(_CHECK_AT, {"ids": [*later], "times": [*later.values()]})


async def _forget_objects(buckets: Buckets, file: EvidenceFile) -> None:
    for key in filter(None, (file.object_key, file.preview_key)):
        await buckets.clean.delete(key)
    if file.original_key:
        await buckets.originals.delete(file.original_key)
