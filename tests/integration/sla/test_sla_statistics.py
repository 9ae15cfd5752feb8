"""Reports on performance: kept incrementally, exact whatever arrives when, and open to everyone."""

import asyncio
import csv
import random
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.sla.api.statistics import router
from services.sla.performance import BATCH, count_batch, look_again
from services.sla.recount import recount
from shared import contracts as c
from shared.db.database import Database
from shared.web.problems import install_problem_handlers
from tests.integration.sla.facts import Story, deliver_together, statements

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)
KEMENSOS = "kl.kemensos"


def day(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


@pytest.fixture
async def sla(database, clock):
    clock.set(day(60))
    return await database("sla")


@pytest.fixture
async def client(sla, clock):
    app = FastAPI()
    install_problem_handlers(app)
    app.state.database, app.state.clock = sla, clock
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sla") as client:
        yield client


async def ask(client: httpx.AsyncClient, **question: Any) -> Any:
    answer = await client.get("/v1/statistics", params={"from": "2026-07", "to": "2026-07", **question})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def add_up(database: Database) -> None:
    while await count_batch(database):
        pass


PLACE = c.report.Place(region="35.78")


def settled(filed: float = 0, answered: float = 2, completed: float = 4) -> Story:
    return (
        Story()
        .add(c.ReportSubmitted, day(filed), place=PLACE)
        .add(c.CaseVerified, day(filed + 0.5), place=PLACE)
        .add(c.DispositionCreated, day(filed + 0.5))
        .add(c.DispositionResponded, day(filed + answered))
        .add(c.DispositionCompleted, day(filed + completed))
        .add(c.CaseClosed, day(filed + 30))
        .add(c.ReportRated, day(filed + 31), score=4)
    )


def waiting() -> Story:
    return Story().add(c.ReportSubmitted, day(0)).add(c.DispositionCreated, day(1), agency=KEMENSOS)


SHOWN = sa.text(
    "SELECT * FROM performance WHERE edition = COALESCE((SELECT shown FROM performance_edition), 1)"
)


async def cells(database: Database) -> set[tuple[Any, ...]]:
    """Every cell that is not empty, as readers see it; trailing zeros of histograms do not matter."""
    async with database.reading() as tx:
        read = await tx.execute(SHOWN)
        rows = [tuple(_trimmed(value) for value in row[1:]) for row in read]
    return {row for row in rows if any(row[6:])}


def _trimmed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(value[: max((place for place, number in enumerate(value, 1) if number), default=0)])


async def test_what_was_filed_is_counted_by_status_duration_and_rating(sla, client) -> None:
    for story in (settled(), settled(1), settled(0, answered=1), waiting()):
        await story.deliver(sla)
    await add_up(sla)
    total = (await ask(client))["report"]["total"]
    assert total["cases"] == 4
    assert total["statuses"]["settled"] == 3
    assert total["share_settled"] == 0.75
    assert total["working_days"]["settlement"] == {"count": 3, "median": 4, "p90": 4}
    assert total["rating"] == {"count": 3, "mean": None}


async def test_a_city_and_its_province_count_what_their_units_do(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    found = await ask(client, by="agency", agency="35")
    assert [(row["key"], row["cases"]) for row in found["report"]["rows"]] == [("35.3578", 1)]
    assert found["report"]["total"]["cases"] == 1


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ({"by": "agency"}, ["35", "kl"]),
        ({"by": "region"}, ["-", "35"]),
        ({"by": "region", "region": "35"}, ["35.78"]),
        ({"by": "channel"}, ["web"]),
        ({"by": "classification"}, ["non_supervision"]),
        ({"by": "month"}, ["2026-07"]),
        ({"by": "month", "to": "2026-09"}, ["2026-07"]),
        ({"by": "agency", "region": "35.78", "to": "2026-09"}, ["35"]),
        ({"by": "region", "agency": KEMENSOS, "to": "2026-09"}, ["-"]),
    ],
)
async def test_rows_are_what_lies_directly_below(
    sla, client, question: dict[str, str], keys: list[str]
) -> None:
    for story in (settled(), waiting()):
        await story.deliver(sla)
    await add_up(sla)
    found = await ask(client, **question)
    assert sorted(row["key"] for row in found["report"]["rows"]) == keys


async def test_a_duty_becomes_a_breach_when_its_time_has_come_without_any_fact(sla, client, clock) -> None:
    clock.set(day(2))
    await waiting().deliver(sla)
    await add_up(sla)
    before = (await ask(client))["report"]["total"]["breaches"]["first-response"]
    clock.set(day(20))
    await add_up(sla)
    after = (await ask(client))["report"]["total"]["breaches"]["first-response"]
    assert (before, after) == (0, 1)


@pytest.mark.parametrize(("moved_to", "breaches"), [(1.5, 1), (30, 0)])
async def test_a_deadline_moved_by_law_counts_where_it_now_lies(
    sla, client, clock, moved_to: float, breaches: int
) -> None:
    clock.set(day(3))
    story = waiting()
    await story.deliver(sla)
    await add_up(sla)
    async with sla.transaction() as tx:
        move = sa.text("UPDATE timers SET deadline = :to WHERE clock = 'first-response'")
        await tx.execute(move, {"to": day(moved_to)})
        await look_again(tx, [story.report_id])
    await add_up(sla)
    clock.set(day(3.5))
    await add_up(sla)
    assert (await ask(client))["report"]["total"]["breaches"]["first-response"] == breaches


async def test_any_order_and_repetition_gives_the_sums_of_one_pass(sla) -> None:
    told = [fact for story in (settled(), settled(2), waiting(), settled(0, 9, 40)) for fact in story.told]
    shuffled = random.Random(7)
    mixed = told + shuffled.choices(told, k=8)
    shuffled.shuffle(mixed)
    while mixed:
        size = shuffled.randint(1, 5)
        group, mixed = mixed[:size], mixed[size:]
        await deliver_together(sla, group)
        if shuffled.random() < 0.6:
            await count_batch(sla)
    await add_up(sla)
    step_by_step = await cells(sla)
    await recount(sla)
    assert step_by_step and step_by_step == await cells(sla)


async def test_adding_up_by_several_at_once_while_facts_come_in_counts_everything_once(sla) -> None:
    stories = [settled(number % 5) for number in range(12)]

    async def tell(mine: list[Story]) -> None:
        for story in mine:
            await story.deliver(sla)

    async def count() -> None:
        for _ in range(25):
            await count_batch(sla, 3)
            await asyncio.sleep(0.01)

    await asyncio.gather(tell(stories[::2]), tell(stories[1::2]), count(), count())
    await add_up(sla)
    incrementally = await cells(sla)
    await recount(sla)
    assert incrementally == await cells(sla)


async def test_readers_see_the_old_sums_until_a_recount_is_complete(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    seen = []

    def look(_: int) -> None:
        seen.append(asyncio.ensure_future(ask(client)))

    await recount(sla, look)
    assert [(await each)["report"]["total"]["cases"] for each in seen] == [1]
    assert (await ask(client))["report"]["total"]["cases"] == 1


async def test_a_group_of_facts_costs_one_statement_however_many_its_cases(sla) -> None:
    seen = statements(sla)
    await deliver_together(sla, [settled().told[0] for _ in range(20)])
    assert sum("tallies" in statement for statement in seen) == 1


async def test_a_fact_heard_again_leaves_nothing_to_add_up(sla) -> None:
    story = settled()
    await story.deliver(sla)
    await add_up(sla)
    await story.deliver(sla, 1, 3)
    assert await count_batch(sla, BATCH) == 0


async def test_what_is_not_yet_added_up_is_told(sla, client) -> None:
    await settled().deliver(sla)
    before = (await ask(client))["waiting"]
    await add_up(sla)
    assert (before, (await ask(client))["waiting"]) == (1, 0)


@pytest.mark.parametrize(
    ("question", "accept", "kind"),
    [
        ({}, "*/*", "application/json"),
        ({}, "text/csv", "text/csv"),
        ({}, "text/html, text/csv;q=0.5, application/json;q=0.9", "application/json"),
        ({"format": "csv"}, "application/json", "text/csv"),
        ({"format": "json"}, "text/csv", "application/json"),
    ],
)
async def test_the_format_is_negotiated(
    sla, client, question: dict[str, str], accept: str, kind: str
) -> None:
    answer = await client.get("/v1/statistics", params=question, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind


async def test_csv_is_a_file_with_a_name_and_the_same_figures(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    answer = await client.get(
        "/v1/statistics", params={"from": "2026-07", "to": "2026-07", "by": "agency", "format": "csv"}
    )
    names, row, total = csv.reader(StringIO(answer.text, newline=""))
    assert 'filename="kinerja-lapor-agency-202607-202607.csv"' in answer.headers["content-disposition"]
    assert dict(zip(names, row, strict=True))["Laporan (reports)"] == "1"
    assert total[0] == "Seluruhnya (total)"


async def test_an_answer_that_has_not_changed_is_not_sent_again(sla, client) -> None:
    first = await client.get("/v1/statistics")
    again = await client.get("/v1/statistics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"from": "2026-13"}, "from"),
        ({"from": "2026"}, "from"),
        ({"to": "bulan ini"}, "to"),
        ({"from": "2026-03", "to": "2026-02"}, "from"),
        ({"from": "2020-01", "to": "2026-01"}, "from"),
        ({"by": "officer"}, "by"),
        ({"agency": "35..3578"}, "agency"),
        ({"agency": "35.3578.dishub.parkir"}, "agency"),
        ({"region": "35.78.01"}, "region"),
        ({"region": "99"}, "region"),
        ({"category": "x"}, "category"),
        ({"category": "a\x00b"}, "category"),
        ({"classification": "besar"}, "classification"),
        ({"channel": "fax"}, "channel"),
        ({"format": "xlsx"}, "format"),
        ({"by": "agency", "region": "35", "category": "air"}, "by"),
        ({"agency": "35", "region": "35", "category": "air"}, "category"),
        ({"channel": "sms", "region": "35"}, "channel"),
        ({"agency": "35.3578.dishub", "by": "category"}, "agency"),
        ({"agency": "35.3578", "by": "agency", "region": "35.78"}, "agency"),
        ({"by": "classification", "agency": "35", "region": "35"}, "by"),
        ({"urutan": "volume"}, "urutan"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_field(
    sla, client, question: dict[str, str], field: str
) -> None:
    answer = await client.get("/v1/statistics", params=question)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_nothing_in_an_answer_names_a_report(sla, client) -> None:
    story = settled()
    await story.deliver(sla)
    await add_up(sla)
    text = (await client.get("/v1/statistics", params={"from": "2026-07", "by": "agency"})).text
    assert str(story.report_id) not in text and "K7MQ3XW9FA" not in text


async def test_what_other_code_has_written_down_waits_for_a_recount(sla, client) -> None:
    await settled().deliver(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("UPDATE tallies SET tally = '[0,\"of another shape\"]'"))
    assert await count_batch(sla) == 0
    await recount(sla)
    assert (await ask(client))["report"]["total"]["cases"] == 1
