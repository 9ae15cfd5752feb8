"""Fills the sla service's tables with open clocks, as if their facts had been handled; by SQL, for speed.

Every case is one leg of a city's agency, sent out in the four days before `NOW`: a first response, a
settlement and the way to the Ombudsman run for it. One case in twenty had a question to its reporter.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from services.sla.domain.measure import Stretch, straight
from services.sla.rulebook import packaged
from shared.calendar import Zone
from shared.contracts import ClockKind

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)
"""Nine in the morning of a Monday in Jakarta; what had to be said since Friday morning is due."""
SENT = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)]
LIMITS = {ClockKind.FIRST_RESPONSE: 5, ClockKind.SETTLEMENT: 14, ClockKind.OMBUDSMAN: 60}
PAUSED = 20
"""One case in so many has paused."""

_ID = "md5('{0}' || n)::uuid"
_REPORT = "format('0198a000-0000-7000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid"
_CASES = f"""
INSERT INTO cases (report_id, open, next_due_at, clocks_version, told, watched)
SELECT {_REPORT}, true, p.deadline, 1, {_ID.format("told")}, {_ID.format("watched")}
FROM generate_series($1::bigint, $2) n JOIN plan p ON p.place = 1 AND p.day = mod(n, 4)
"""
_TIMERS = f"""
INSERT INTO timers (report_id, clock, started_by, place, started_at, round, leg_id, agency, zone, region,
  days, running, deadline, provisional, computed, marks, due)
SELECT {_REPORT}, p.clock, {_ID.format("sent")}, p.place, p.started_at, 1,
  CASE WHEN p.place < 3 THEN {_ID.format("leg")} END, CASE WHEN p.place < 3 THEN '35.3578.dishub' END,
  'WIB', '35.78', CASE WHEN mod(n, {PAUSED}) > 0 THEN p.days END, true, p.deadline, false,
  {_ID.format("c")}, p.marks, p.due
FROM generate_series($1::bigint, $2) n JOIN plan p ON p.day = mod(n, 4)
"""
_FACTS = f"""
INSERT INTO facts (event_id, report_id, type, occurred_at, leg_id, agency, zone, classification)
SELECT md5(f.type || n)::uuid, {_REPORT}, f.type, p.started_at + f.after, NULL, NULL, NULL, NULL
FROM generate_series($1::bigint, $2) n JOIN plan p ON p.place = 1 AND p.day = mod(n, 4),
  (VALUES ('report.submitted', interval '-1 hour'), ('case.clarification-requested', interval '1 hour'),
          ('report.supplemented', interval '2 hours')) f (type, after)
WHERE mod(n, {PAUSED}) = 0
UNION ALL
SELECT {_ID.format("sent")}, {_REPORT}, 'disposition.created', p.started_at, {_ID.format("leg")},
  '35.3578.dishub', 'WIB', 'non_supervision'
FROM generate_series($1::bigint, $2) n JOIN plan p ON p.place = 1 AND p.day = mod(n, 4)
WHERE mod(n, {PAUSED}) = 0
"""
_QUIET = f"""
INSERT INTO timers (report_id, clock, started_by, place, started_at, round, zone, days, running, deadline,
  provisional, computed, marks, due)
SELECT {_REPORT}, 'ombudsman', {_ID.format("quiet")}, 1, $3, 1, 'WIB', 60, true, at, false,
  {_ID.format("c")}, '{{100}}', ARRAY[at]
FROM (SELECT n, $3::timestamptz + interval '1 day' + random() * interval '80 days' AS at
      FROM generate_series($1::bigint, $2) n) drawn
"""
_STEADY = f"""
INSERT INTO timers (report_id, clock, started_by, place, started_at, round, zone, days, running, deadline,
  provisional, computed, marks, due)
SELECT {_REPORT}, 'first-response', {_ID.format("steady")}, 1, $3, 1, 'WIB', 5, true, at, false,
  {_ID.format("c")}, '{{100}}', ARRAY[at]
FROM (SELECT n, $3::timestamptz + (n - $1) * interval '1 second' / $4::float AS at
      FROM generate_series($1::bigint, $2) n) drawn
"""
STEP = 250_000


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("+asyncpg", ""))


async def fill_cases(url: str, cases: int) -> None:
    """So many cases, with three open clocks each."""
    connection = await connect(url)
    try:
        await connection.execute(
            "CREATE UNLOGGED TABLE plan (day int, place smallint, clock text, days smallint,"
            " started_at timestamptz, deadline timestamptz, marks smallint[], due timestamptz[])"
        )
        await connection.copy_records_to_table("plan", records=_plan())
        for statement in (_CASES, _TIMERS, _FACTS):
            for first, last in _steps(1, cases):
                await connection.execute(statement, first, last)
        await connection.execute("DROP TABLE plan")
        await connection.execute("VACUUM ANALYZE cases, timers, facts")
    finally:
        await connection.close()


async def fill_quiet(url: str, first: int, count: int) -> None:
    """More open clocks, none of which is due within a day of `NOW`."""
    connection = await connect(url)
    try:
        for start, last in _steps(first, count):
            await connection.execute(_QUIET, start, last, NOW)
        await connection.execute("VACUUM ANALYZE timers")
    finally:
        await connection.close()


async def fill_steady(url: str, first: int, count: int, since: datetime, rate: float) -> None:
    """Clocks that come due one after the other, `rate` in a second."""
    connection = await connect(url)
    try:
        await connection.execute(_STEADY, first, first + count - 1, since, rate)
    finally:
        await connection.close()


def _steps(first: int, count: int) -> list[tuple[int, int]]:
    return [(n, min(n + STEP, first + count) - 1) for n in range(first, first + count, STEP)]


def _plan() -> list[tuple[Any, ...]]:
    """Each day's clocks as they would be laid."""
    rules = packaged()
    calendar = rules.book.calendar("35.78")
    rows = []
    for day, sent in enumerate(SENT):
        for place, (kind, days) in enumerate(LIMITS.items(), 1):
            run, marks = straight(Stretch(kind, sent, days, Zone.WIB), calendar, rules.limits)
            assert run.deadline is not None
            started_at = datetime.combine(sent, datetime.min.time(), UTC) + timedelta(hours=3)
            row = (day, place, kind.value, days, started_at, run.deadline.due_at)
            rows.append((*row, [mark for mark, _ in marks], [at for _, at in marks]))
    return rows
