"""Asks reporters of closed cases how it was, once a case, some working days later, whoever closed it."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification import store
from services.verification.domain.closing import to_be_rated
from services.verification.domain.fold import fold
from shared.contracts import CaseRatingRequested
from shared.db.database import Transaction

_ASKED = sa.text(
    """
    INSERT INTO rating_requests (report_id, asked_at) SELECT unnest(:report_ids), :now
    ON CONFLICT DO NOTHING RETURNING report_id
    """
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)
_VERSIONED = sa.text("UPDATE cases SET version = version + 1 WHERE report_id = ANY(:report_ids)").bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
)


async def ask(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Ask for those of these cases that are still closed and not rated."""
    ids = set(report_ids)
    held = await store.lock_cases(tx, ids)
    known = await store.entries_of(tx, ids)
    cases = {report_id: fold(report_id, known[report_id]) for report_id in sorted(ids)}
    due = [report_id for report_id, case in cases.items() if to_be_rated(case, tx.now)]
    if not due:
        return
    asked = list((await tx.execute(_ASKED, {"report_ids": due, "now": tx.now})).scalars())
    for report_id in asked:
        case = cases[report_id]
        assert case.submission is not None  # it was closed, so it was submitted
        tx.say(
            CaseRatingRequested(
                report_id=report_id,
                occurred_at=tx.now,
                case_version=held[report_id].said.version + 1,
                tracking_id=case.submission.tracking_id,
                anonymous=case.anonymous,
                secret=case.secret,
            )
        )
    await tx.execute(_VERSIONED, {"report_ids": asked})
