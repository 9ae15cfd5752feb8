"""The sums of the reports on performance: each case's tally, kept with its facts, and cells that add them up.

A handler only writes down what a case counts now; one transaction at a time adds up, and takes no lock of a
case. Both are exact at any moment: what is not yet added up is known to be so.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.domain.cells import ALL, COUNTS, HISTOGRAMS, Cell, Contributions, Slot, difference
from services.sla.domain.clocks import DUTIES
from services.sla.domain.facts import Recorded
from services.sla.domain.measure import Measured
from services.sla.domain.performance import FORMAT, Tally, tally
from shared.db.database import Database, Transaction

BATCH = 1000
"""Cases added up in one transaction."""

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
_DUTIES = sa.bindparam("duties", sorted(duty.value for duty in DUTIES), type_=pg.ARRAY(sa.Text))

_WRITE_DOWN = sa.text(
    """
    INSERT INTO tallies AS t (report_id, tally, count_at)
    SELECT report_id, tally, '-infinity'
    FROM unnest(:report_ids, CAST(:tallies AS text[])) AS given (report_id, tally) ORDER BY report_id
    ON CONFLICT (report_id) DO UPDATE
      SET tally = excluded.tally, version = t.version + 1, count_at = '-infinity'
      WHERE t.tally <> excluded.tally
    """
).bindparams(_IDS)
"""In the order in which cases are locked. A tally that says the same is not written again."""

_LOOK_AGAIN = sa.text(
    """
    WITH held AS MATERIALIZED (
      SELECT t.report_id FROM tallies t JOIN (
        SELECT report_id, min(deadline) AS due FROM timers
        WHERE report_id = ANY(:report_ids) AND running AND clock = ANY(:duties) GROUP BY report_id
      ) next USING (report_id)
      WHERE t.count_at IS NULL OR t.count_at > next.due OR t.counted NOT LIKE '%,[]]'
      ORDER BY report_id FOR NO KEY UPDATE OF t
    )
    UPDATE tallies t SET version = version + 1, count_at = '-infinity'
    FROM held WHERE t.report_id = held.report_id
    """
).bindparams(_IDS, _DUTIES)
"""A deadline that has only moved away is looked at when it would have come, and needs no writing now; one
that was counted as overdue (a tally ends with these) may be so no more.
"""

_ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('lapor.sla.performance'))")

_FIND = sa.text(
    f"""
    SELECT report_id, version, tally, counted FROM (
      SELECT report_id, version, tally, count_at,
        CASE WHEN edition = COALESCE((SELECT filling FROM performance_edition), 1) THEN counted END AS counted
      FROM tallies
    ) t
    WHERE count_at <= :now AND tally LIKE '[{FORMAT},%' AND COALESCE(counted LIKE '[{FORMAT},%', true)
    ORDER BY count_at LIMIT :batch
    """  # noqa: S608 (the format is our own)
)
"""Index tallies_to_count. Takes no lock: only one transaction adds up, and `counted` is its own. What other
code has written waits for a recount.
"""

_RUNNING = sa.text(
    """
    SELECT report_id, clock, agency, deadline FROM timers
    WHERE report_id = ANY(:report_ids) AND running AND deadline IS NOT NULL AND clock = ANY(:duties)
    """
).bindparams(_IDS, _DUTIES)
"""The primary key of `timers` begins with the report."""

_ADD = sa.text(
    f"""
    INSERT INTO performance AS p (edition, {", ".join((*Cell._fields, *COUNTS, *HISTOGRAMS))})
    SELECT COALESCE((SELECT filling FROM performance_edition), 1), {", ".join(Cell._fields)},
      {", ".join(f"COALESCE({name}, 0)" for name in COUNTS)},
      {", ".join(f"COALESCE({name}, '{{}}')" for name in HISTOGRAMS)}
    FROM jsonb_populate_recordset(CAST(NULL AS performance), CAST(:cells AS jsonb))
    ON CONFLICT (edition, {", ".join(Cell._fields)}) DO UPDATE SET
      {", ".join(f"{name} = p.{name} + excluded.{name}" for name in COUNTS)},
      {
        ", ".join(
            f"{name} = CASE WHEN excluded.{name} = '{{}}' THEN p.{name} ELSE ARRAY("
            "SELECT COALESCE(old, 0) + COALESCE(new, 0) "
            f"FROM unnest(p.{name}, excluded.{name}) WITH ORDINALITY AS d (old, new, day) ORDER BY day) END"
            for name in HISTOGRAMS
        )
    }
    """  # noqa: S608 (the names are our own)
)

_MEET = sa.text(
    """
    INSERT INTO performance_members (dimension, above, member)
    SELECT * FROM unnest(CAST(:dimension AS text[]), CAST(:above AS text[]), CAST(:member AS text[]))
    ON CONFLICT DO NOTHING
    """
)

_HOLD = sa.text(
    "SELECT FROM tallies WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE"
).bindparams(_IDS)
"""In the order in which handlers write them down, and last: nobody waits while sums are computed."""

_COUNTED = sa.text(
    """
    UPDATE tallies t SET counted = given.counted,
      edition = COALESCE((SELECT filling FROM performance_edition), 1),
      count_at = CASE WHEN t.version = given.version THEN given.count_at ELSE '-infinity' END
    FROM unnest(:report_ids, CAST(:versions AS int[]), CAST(:counted AS text[]), :count_at)
      AS given (report_id, version, counted, count_at)
    WHERE t.report_id = given.report_id
    """
).bindparams(_IDS, sa.bindparam("count_at", type_=pg.ARRAY(sa.DateTime(timezone=True))))
"""What has been written down meanwhile is looked at next time."""


async def record(
    tx: Transaction, cases: Mapping[UUID, tuple[Iterable[Recorded], Iterable[Measured]]]
) -> None:
    """Write down what these locked cases count now: at most one statement, however many they are."""
    tallies = {report_id: tally(*of_case) for report_id, of_case in cases.items()}
    known = {report_id: found.text() for report_id, found in tallies.items() if found is not None}
    if known:
        await tx.execute(_WRITE_DOWN, {"report_ids": list(known), "tallies": list(known.values())})


async def look_again(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Call it when deadlines of these cases have been moved, and saved, without any fact of theirs."""
    await tx.execute(_LOOK_AGAIN, {"report_ids": sorted(report_ids)})


async def count_batch(database: Database, batch: int = BATCH) -> int:
    """Add up at most `batch` cases whose tally has changed or whose duty is overdue by now; returns how many.

    Zero also while another process is adding up.
    """
    async with database.transaction() as tx:
        if not (await tx.execute(_ONE_AT_A_TIME)).scalar_one():
            return 0
        found = list(await tx.execute(_FIND, {"now": tx.now, "batch": batch}))
        if found:
            await _count(tx, found)
    return len(found)


async def _count(tx: Transaction, found: list[Any]) -> None:
    """What these cases counted goes out of the sums, and what they count now goes in."""
    ids = [row.report_id for row in found]
    running: dict[UUID, list[Any]] = {}
    for duty in await tx.execute(_RUNNING, {"report_ids": ids}):
        running.setdefault(duty.report_id, []).append(duty)
    changes: Contributions = {}
    counted: list[str] = []
    count_at: list[datetime | None] = []
    for row in found:
        duties = running.get(row.report_id, [])
        now = Tally.read(row.tally).as_of((one.clock, one.agency) for one in duties if one.deadline < tx.now)
        before = Tally.read(row.counted) if row.counted is not None else None
        for key, number in difference(before, now).items():
            changes[key] = changes.get(key, 0) + number
        counted.append(now.text())
        count_at.append(min((one.deadline for one in duties if one.deadline >= tx.now), default=None))
    cells = rows_of(changes)
    if cells:
        await tx.execute(_ADD, {"cells": json.dumps(cells)})
        await _meet(tx, cells)
    await tx.execute(_HOLD, {"report_ids": ids})
    versions = [row.version for row in found]
    await tx.execute(
        _COUNTED, {"report_ids": ids, "versions": versions, "counted": counted, "count_at": count_at}
    )


def rows_of(changes: Contributions) -> list[dict[str, Any]]:
    """Changes of the sums as rows of the table: one for each cell that changes."""
    cells: dict[Cell, dict[str, Any]] = {}
    for (cell, slot), number in changes.items():
        if number:
            _put(cells.setdefault(cell, cell._asdict()), slot, number)
    return list(cells.values())


def _put(row: dict[str, Any], slot: Slot, number: int) -> None:
    if slot.days < 0:
        row[slot.name] = number
        return
    days = row.setdefault(slot.name, [])
    days.extend([0] * (slot.days + 1 - len(days)))
    days[slot.days] = number


async def _meet(tx: Transaction, cells: list[dict[str, Any]]) -> None:
    """Remember which agencies, regions, categories and so on there are: nobody has to search."""
    met = sorted(
        {
            (dimension, _above(dimension, cell[dimension]), cell[dimension])
            for cell in cells
            for dimension in ("agency", "region", "category", "classification", "channel")
            if cell[dimension] != ALL
        }
    )
    columns = zip(*met, strict=True) if met else ([], [], [])
    await tx.execute(_MEET, dict(zip(("dimension", "above", "member"), map(list, columns), strict=True)))


def _above(dimension: str, member: str) -> str:
    above, dot, _ = member.rpartition(".")
    return above if dot and dimension in {"agency", "region"} else ALL
