"""Ten thousand rules: what a decision takes, also while they are reloaded; past cases replayed."""

import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from bench.results import Result
from services.routing import catalogue, recorded
from services.routing.directory import directory, held, newest_directory, packaged, seed
from services.routing.domain.choice import Directory, choose
from services.routing.domain.replay import Replayed, replay, with_rules
from services.routing.domain.rules import Matter, Rule, Rules
from shared.clock import SystemClock
from shared.contracts import Classification
from shared.db.database import Database
from shared.service import spare_the_collector

RULES = 10_000
DECISIONS = 20_000
CASES = 1_000_000
PAGE = 20_000
BAR_US = 100.0
"""Microseconds a decision, at the median."""
PAUSE_MS = 50.0
"""Milliseconds that any decision may take while all rules are read anew."""
REPLAY_SECONDS = 300.0
TODAY = date(2026, 7, 6)

TOPICS = ("jalan", "air", "listrik", "sampah", "sekolah", "puskesmas", "parkir", "ktp", "pasar", "banjir")
WORDS = """
laporan kami di kampung ini sudah lama tidak ditanggapi petugas padahal warga setiap hari lewat dan anak
sekolah sering jatuh lampu padam air keruh sampah menumpuk mohon segera ditindaklanjuti oleh dinas terkait
karena musim hujan sebentar lagi datang terima kasih gerbang tol pasar malam jembatan gantung puskesmas
""".split()  # noqa: SIM905 - reads better than sixty strings
_FILL = """
INSERT INTO entries (event_id, report_id, type, body, recorded_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'case.verified.v1', convert_to(json_build_object(
    'tracking_id', 'K7MQ3XW9FA',
    'title', 'Laporan nomor ' || n,
    'text', ($2::text[])[1 + n % cardinality($2::text[])],
    'classification', 'non_supervision',
    'category', ($3::text[])[1 + n % cardinality($3::text[])],
    'place', json_build_object('region', ($4::text[])[1 + n % cardinality($4::text[])]),
    'anonymous', true, 'secret', false, 'agencies', '[]'::json, 'case_version', 2, 'round', 1)::text, 'UTF8'),
  now() - interval '30 days' * random()
FROM generate_series(1, $1) AS n
"""


def measure() -> list[Result]:
    """Decisions in memory. Needs no server."""
    agencies = packaged().directory.agencies
    known = Directory(agencies, Rules(ruleset(), agencies))
    known.rules.index(TODAY)
    took = sorted(_timed(known, cases(DECISIONS)))
    median = took[len(took) // 2] * 1e6
    return [
        Result(f"decision, {RULES:,} rules, median", median, "µs", bar=BAR_US, ok=median < BAR_US),
        Result("decision, 99th percentile", took[len(took) * 99 // 100] * 1e6, "µs"),
    ]


async def measure_stored(database_url: str, count: int = CASES) -> list[Result]:
    """What takes a database: the reload after a change, and the replay of recorded cases."""
    database = Database(database_url, SystemClock())
    try:
        return [*await _reload(database), *await _replay(database, database_url, count)]
    finally:
        await database.close()


async def _reload(database: Database) -> list[Result]:
    """Decisions of one process while it takes up changed rules: nothing may stand still meanwhile."""
    spare_the_collector()  # as the service does
    async with database.transaction() as tx:
        await seed(tx)
        await catalogue.add_rules(tx, list(ruleset()))
    async with database.transaction() as tx:
        await newest_directory(tx)
        await catalogue.touch(tx)
    held.database = database
    matters, waits, begun = list(cases(1_000)), list[float](), time.perf_counter()
    before = held.stamp
    while held.stamp == before:
        started = time.perf_counter()
        async with database.transaction() as tx:
            known = await directory(tx)
        choose(known.rules, known.agencies, matters[len(waits) % 1_000], (), TODAY)
        waits.append(time.perf_counter() - started)
    worst = max(waits) * 1e3
    return [
        Result(f"{RULES:,} rules and all agencies taken up", (time.perf_counter() - begun) * 1e3, "ms"),
        Result("  decisions meanwhile", len(waits), "", ok=len(waits) > 1),
        Result("  longest of them, with its transaction", worst, "ms", bar=PAUSE_MS, ok=worst < PAUSE_MS),
    ]


async def _replay(database: Database, database_url: str, count: int) -> list[Result]:
    """Recorded cases read page by page and asked of two sets of rules, as `POST /v1/rules/replay` does."""
    await _fill(database_url, count)
    agencies = packaged().directory.agencies
    before = Directory(agencies, Rules(ruleset(), agencies))
    after = with_rules(before, _changed(), TODAY)
    started, total = time.perf_counter(), Replayed()
    place: recorded.Place | None = recorded.Place(datetime(2000, 1, 1, tzinfo=UTC), recorded.BEGINNING)
    until = datetime.now(tz=UTC) + timedelta(days=1)
    while place is not None:
        async with database.transaction() as tx:
            rows, place = await recorded.page(tx, place, until, PAGE)
        page = replay(map(recorded.past_case, rows), before, after, TODAY)
        total.cases, total.moved = total.cases + page.cases, total.moved + page.moved
    seconds = time.perf_counter() - started
    bar = REPLAY_SECONDS * count / CASES
    return [
        Result("cases replayed", total.cases, "", bar=count, ok=total.cases == count),
        Result("  that would have gone elsewhere", total.moved, "", ok=total.moved > 0),
        Result("  replay", seconds, "s", bar=bar, ok=seconds < bar),
    ]


def ruleset() -> Iterator[Rule]:
    """Rules of every shape: for topics in places, some for words of the text, some for everywhere."""
    places = [
        agency.calendar for agency in packaged().directory.agencies if agency.kind in {"city", "regency"}
    ]
    chance = random.Random(1)
    for number in range(RULES):
        topic, region = TOPICS[number % len(TOPICS)], places[number // len(TOPICS) % len(places)]
        spare = number // (len(TOPICS) * len(places))
        keywords = (f"{chance.choice(WORDS)} {chance.choice(WORDS)}",) if spare or number % 10 == 0 else ()
        yield Rule(
            id=f"aturan-{number:05}",
            candidates=("@local.dpupr", "@local", "@province.dpupr", "kl.kemenpu"),
            categories=(topic,) if number % 7 else (),
            classification=Classification.SUPERVISION if number % 3 == 0 else None,
            region=region if number % 50 else None,
            keywords=keywords,
        )


def cases(count: int) -> Iterator[Matter]:
    """Cases of the usual length, anywhere, about anything."""
    chance = random.Random(2)
    places = [agency.calendar for agency in packaged().directory.agencies if agency.calendar]
    kinds = list(Classification)
    for _ in range(count):
        text = " ".join(chance.choices(WORDS, k=50))
        yield Matter(chance.choice(TOPICS), chance.choice(kinds), chance.choice(places), text)


def _changed() -> list[Rule]:
    return [
        Rule(
            f"baru-{topic}",
            ("@province.dlh", "kl.kemenlh"),
            categories=(topic,),
            keywords=("sampah menumpuk",),
        )
        for topic in TOPICS
    ]


def _timed(known: Directory, matters: Iterable[Matter]) -> Iterator[float]:
    for matter in matters:
        started = time.perf_counter()
        choose(known.rules, known.agencies, matter, (), TODAY)
        yield time.perf_counter() - started


async def _fill(database_url: str, count: int) -> None:
    connection: Any = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    sample = list(cases(997))
    texts, places = [matter.text for matter in sample], [matter.region for matter in sample]
    await connection.execute("TRUNCATE entries")
    await connection.execute(_FILL, count, texts, list(TOPICS), places, timeout=600)
    await connection.execute("ANALYZE entries")
    await connection.close()
