"""Writes down what happened to reports after they were filed: each fact once, many facts in one statement."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.moments import Moment
from shared.contracts import Deadline, DeadlinesChanged
from shared.db.database import Transaction

DEADLINES = TypeAdapter(tuple[Deadline, ...])
_UUID = pg.UUID(as_uuid=True)

_REMEMBER = (
    sa.text(
        """
        WITH told AS (
          SELECT * FROM jsonb_to_recordset(:moments)
            AS m (event_id uuid, report_id uuid, kind text, at timestamptz, data jsonb)
        ), known AS (
          SELECT report_id FROM reports WHERE report_id IN (SELECT report_id FROM told)
        ), written AS (
          INSERT INTO moments (event_id, report_id, kind, at, data)
          SELECT event_id, report_id, kind, at, data FROM told JOIN known USING (report_id)
          ON CONFLICT (event_id) DO NOTHING
        ), changed AS (
          INSERT INTO listing_due (report_id) SELECT report_id FROM known
        )
        SELECT report_id FROM known
        """
    )
    .bindparams(sa.bindparam("moments", type_=pg.JSONB))
    .columns(report_id=_UUID)
)
_RENEW_DEADLINES = (
    sa.text(
        """
        WITH told AS (
          SELECT * FROM jsonb_to_recordset(:renewals)
            AS d (report_id uuid, clocks_version int, deadlines jsonb)
        ), known AS (
          SELECT report_id FROM reports WHERE report_id IN (SELECT report_id FROM told)
        ), written AS (
          INSERT INTO deadlines (report_id, clocks_version, deadlines)
          SELECT report_id, clocks_version, deadlines FROM told JOIN known USING (report_id)
          ORDER BY report_id
          ON CONFLICT (report_id) DO UPDATE
            SET clocks_version = excluded.clocks_version, deadlines = excluded.deadlines
            WHERE deadlines.clocks_version < excluded.clocks_version
        )
        SELECT report_id FROM known
        """
    )
    .bindparams(sa.bindparam("renewals", type_=pg.JSONB))
    .columns(report_id=_UUID)
)
"""Always in the same order, so that two processes never wait for each other crosswise."""

_HIDE = sa.text(
    "UPDATE reports SET secret = true WHERE report_id = ANY(:report_ids) AND NOT secret"
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))


async def remember(tx: Transaction, moments: Sequence[tuple[UUID, Moment]]) -> set[UUID]:
    """Keep moments, each once; returns those of their reports that were ever filed."""
    if not moments:
        return set()
    rows = [
        {
            "event_id": str(moment.event_id), "report_id": str(report_id), "kind": moment.kind.value,
            "at": moment.at.isoformat(), "data": dict(moment.data),
        }
        for report_id, moment in moments
    ]  # fmt: skip
    return set((await tx.execute(_REMEMBER, {"moments": rows})).scalars())


async def renew_deadlines(tx: Transaction, facts: Iterable[DeadlinesChanged]) -> set[UUID]:
    """Keep each report's newest deadlines; returns those reports that were ever filed."""
    newest = {fact.report_id: fact for fact in sorted(facts, key=lambda fact: fact.clocks_version)}
    if not newest:
        return set()
    rows = [
        {
            "report_id": str(fact.report_id), "clocks_version": fact.clocks_version,
            "deadlines": DEADLINES.dump_python(fact.deadlines, mode="json"),
        }
        for fact in newest.values()
    ]  # fmt: skip
    return set((await tx.execute(_RENEW_DEADLINES, {"renewals": rows})).scalars())


async def hide(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Make reports secret for good."""
    if report_ids:
        await tx.execute(_HIDE, {"report_ids": sorted(report_ids)})
