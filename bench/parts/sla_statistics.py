"""Reports on performance with a million cases: how soon they answer, and how fast cases are added up.

The sums are those of made-up cases of one year, spread over provinces, categories and agencies unevenly.
"""

import json
import time
from uuid import uuid4

import asyncpg
import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from bench.results import Result
from services.sla.api.statistics import router
from services.sla.domain.cells import STATUSES
from services.sla.domain.performance import Leg, Tally
from services.sla.performance import count_batch
from shared.clock import SystemClock
from shared.db.database import Database

BAR_MS = 100.0
CASES = 1_000_000
COUNTED = 3_000
ROUNDS = 15
YEAR = {"from": "2026-01", "to": "2026-12"}
QUESTIONS = {
    "the nation by month": {},
    "agencies of a province": {"by": "agency", "agency": "11"},
    "all ministries": {"by": "agency", "agency": "kl"},
    "provinces": {"by": "region"},
    "cities of a province": {"by": "region", "region": "11", "classification": "supervision"},
    "categories in a city": {"by": "category", "region": "11.01"},
    "ministries in a province": {"by": "agency", "agency": "kl", "region": "11"},
    "channels, as CSV": {"by": "channel", "format": "csv"},
}

_MADE_UP = """
CREATE UNLOGGED TABLE made_up AS
SELECT 202601 + mod(n, 12) AS month,
  CASE WHEN ministry THEN ARRAY['*', 'kl', 'kl.k' || unit * 5 + mod(city, 5)]
    ELSE ARRAY['*', province, format('%s.%s%s', province, province, lpad(city::text, 2, '0')),
               format('%s.%s%s.d%s', province, province, lpad(city::text, 2, '0'), unit)] END AS agencies,
  ARRAY[province, format('%s.%s', province, lpad(city::text, 2, '0'))] AS regions,
  'kategori ' || floor(21 * random() * random())::int AS category,
  (ARRAY['web', 'mobile', 'sms', 'whatsapp'])[1 + mod(n, 4)] AS channel,
  (ARRAY['non_supervision', 'supervision', 'information', 'aspiration'])
    [1 + floor(4 * random() * random())::int] AS classification,
  floor(7 * random() * random())::int AS status,
  floor(5 * random())::int AS verification, floor(10 * random())::int AS first_response,
  floor(25 * random())::int AS settlement
FROM (
  SELECT n, (11 + floor(38 * random() * random()))::int::text AS province,
    1 + floor(14 * random())::int AS city, floor(26 * random())::int AS unit, random() < 0.2 AS ministry
  FROM generate_series(1, $1::int) n
) drawn
"""


def _fill() -> str:
    """The cells of `services.sla.domain.cells`, all at once."""
    statuses = ", ".join(f"count(*) FILTER (WHERE status = {n})" for n, _ in enumerate(STATUSES))
    histograms = ", ".join(
        f"ARRAY[{', '.join(f'count(*) FILTER (WHERE {name} = {day})' for day in range(days))}]::int[]"
        for name, days in (("verification", 5), ("first_response", 10), ("settlement", 25))
    )
    return f"""
    INSERT INTO performance (edition, agency, region, category, classification, channel, month, cases,
      {", ".join(STATUSES)}, verification_days, first_response_days, settlement_days)
    SELECT 1, c.agency, c.region, c.category, c.classification, c.channel, month,
      count(*), {statuses}, {histograms}
    FROM made_up m, LATERAL (
      SELECT agency, '*', '*', '*', '*' FROM unnest(m.agencies) agency
      UNION ALL SELECT agency, '*', '*', m.classification, '*' FROM unnest(m.agencies) agency
      UNION ALL SELECT agency, '*', m.category, '*', '*' FROM unnest(m.agencies[:3]) agency
      UNION ALL SELECT agency, region, '*', '*', '*'
        FROM unnest(m.agencies[:3]) agency, unnest(m.regions) region
      UNION ALL SELECT '*', region, m.category, '*', '*' FROM unnest(m.regions) region
      UNION ALL SELECT '*', region, '*', m.classification, '*' FROM unnest(m.regions) region
      UNION ALL VALUES ('*', '*', m.category, m.classification, '*'), ('*', '*', '*', '*', m.channel)
    ) c (agency, region, category, classification, channel)
    GROUP BY c.agency, c.region, c.category, c.classification, c.channel, month
    """


_MEMBERS = """
INSERT INTO performance_members
SELECT DISTINCT 'agency', COALESCE(substring(agency FROM '^(.*)\\.'), '*'), agency
FROM made_up, unnest(agencies) agency WHERE agency <> '*'
UNION SELECT DISTINCT 'region', COALESCE(substring(region FROM '^(.*)\\.'), '*'), region
FROM made_up, unnest(regions) region
UNION SELECT DISTINCT 'category', '*', category FROM made_up
UNION SELECT DISTINCT 'classification', '*', classification FROM made_up
UNION SELECT DISTINCT 'channel', '*', channel FROM made_up
"""


async def measure(database_url: str, cases: int = CASES) -> list[Result]:
    """On an empty database of the sla service; leaves its sums behind."""
    made = await make(database_url, cases)
    database = Database(database_url, SystemClock())
    try:
        answers = await _answers(database)
        counted = await _count(database)
    finally:
        await database.close()
    return [Result(f"sums kept of {cases:,} cases", made, "rows"), *answers, *counted]


async def make(database_url: str, cases: int) -> int:
    """The sums of so many cases; returns how many rows they are."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET work_mem = '512MB'; SET jit = off; SELECT setseed(0.5)")
        await connection.execute(
            "DROP TABLE IF EXISTS made_up; TRUNCATE performance, performance_members, tallies"
        )
        await connection.execute(_MADE_UP.replace("$1::int", str(int(cases))))
        await connection.execute(_fill())
        await connection.execute(_MEMBERS)
        await connection.execute("DROP TABLE made_up")
        await connection.execute("VACUUM ANALYZE performance")
        return int(await connection.fetchval("SELECT count(*) FROM performance"))
    finally:
        await connection.close()


async def _answers(database: Database) -> list[Result]:
    """The whole way through the API but the network, one question after the other."""
    app = FastAPI()
    app.state.database, app.state.clock = database, database.clock
    app.include_router(router)
    results = []
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sla") as client:
        for name, question in QUESTIONS.items():
            seconds = []
            for _ in range(ROUNDS + 1):
                started = time.perf_counter()
                (await client.get("/v1/statistics", params={**YEAR, **question})).raise_for_status()
                seconds.append(time.perf_counter() - started)
            seconds = sorted(seconds[1:])  # the first one makes the connection and warms the cache
            median = 1000 * seconds[len(seconds) // 2]
            results += [
                Result(f"statistics, {name}", median, "ms, median", bar=BAR_MS, ok=median < BAR_MS),
                Result("  slowest", 1000 * seconds[-1], "ms"),
            ]
    return results


async def _count(database: Database) -> list[Result]:
    """Cases that have changed, each of them another, added up beside the million."""
    before = [_tally(number, answered=False) for number in range(COUNTED)]
    after = [_tally(number, answered=True) for number in range(COUNTED)]
    await _write_down(database, before)
    new = await _timed(database)
    await _write_down(database, after)
    changed = await _timed(database)
    return [
        Result("new cases added up", COUNTED / new, "per s"),
        Result("answered cases added up again", COUNTED / changed, "per s"),
    ]


def _tally(number: int, *, answered: bool) -> Tally:
    province, city = f"{11 + number % 38}", f"{1 + number % 14:02}"
    leg = Leg(f"{province}.{province}{city}.d{number % 8}", touched=answered, answered=answered)
    leg.first_response = number % 6 if answered else None
    return Tally(
        month=202601 + number % 12,
        channel="web",
        region=f"{province}.{city}",
        category=f"kategori {number % 21}",
        classification="non_supervision",
        verified=True,
        touched=True,
        verification=number % 4,
        legs=(leg,),
    )


_IDS = [uuid4() for _ in range(COUNTED)]


async def _write_down(database: Database, tallies: list[Tally]) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            sa.text(
                "INSERT INTO tallies (report_id, tally, count_at) "
                "SELECT (row ->> 0)::uuid, row ->> 1, '-infinity' "
                "FROM jsonb_array_elements(CAST(:rows AS jsonb)) row "
                "ON CONFLICT (report_id) DO UPDATE SET tally = excluded.tally, count_at = excluded.count_at"
            ),
            {"rows": json.dumps([[str(i), t.text()] for i, t in zip(_IDS, tallies, strict=True)])},
        )


async def _timed(database: Database) -> float:
    started = time.perf_counter()
    while await count_batch(database):
        pass
    return time.perf_counter() - started
