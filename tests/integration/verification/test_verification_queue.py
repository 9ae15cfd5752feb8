"""The queue on a real database: its order, its pages, its filters, and what each line tells."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared import contracts as c
from tests.integration.verification.deciding import NAMED, decide, listed
from tests.integration.verification.lives import legs_life, supplemented
from tests.support.problems import wrong_field


async def pages(client, **query) -> list[list[str]]:
    """The tracking ids of every page until there is no next one."""
    found, after = [], None
    while True:
        address = "/v1/cases?" + "&".join(
            f"{k}={v}" for k, v in {**query, **({"after": after} if after else {})}.items()
        )
        body = (await client.get(address)).json()  # the marker goes into the address as it came
        found.append([line["tracking_id"] for line in body["cases"]])
        if (after := body["next"]) is None:
            return found


async def test_cases_are_listed_as_they_are_due_page_by_page_without_loss_or_repetition(desk, admin, clock):
    for n in (4, 0, 3, 1, 2):  # days, some of them no working days
        await desk.file(occurred_at=clock.now() + timedelta(days=n))
    await decide(admin, await desk.file(), "archiving")  # waits for nothing, so it comes last
    first, second, third, rest = await pages(admin, limit=2)
    assert (first, second) == (["K7MQ3XW002", "K7MQ3XW004"], ["K7MQ3XW005", "K7MQ3XW003"])
    assert (third, rest) == (["K7MQ3XW001", "K7MQ3XW006"], [])


async def test_a_list_can_be_narrowed_to_a_status(desk, admin):
    archived, _ = await desk.file(), await desk.file()
    await decide(admin, archived, "archiving")
    assert await pages(admin, status="archived") == [["K7MQ3XW001"]]


async def test_a_case_whose_submission_has_not_arrived_is_not_listed(desk, admin, clock):
    await desk.hear(supplemented(uuid4(), clock.now()))
    assert await pages(admin) == [[]]


@pytest.mark.parametrize(
    "after", ["yesterday", "-_2026-07-06T02:00:00_42", f"2026-07-06T02:00:00_-_{UUID(int=1)}"]
)
async def test_a_page_marker_that_is_none_of_ours_is_refused_by_field(admin, after):
    response = await admin.get("/v1/cases", params={"after": after})
    assert wrong_field(response) == (422, "after")


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
@pytest.mark.parametrize("marker", ["-_{edge}_{id}", "{edge}_2026-07-06T02:00:00+00:00_{id}"])
async def test_a_page_marker_from_beyond_the_edge_of_time_is_refused(admin, marker, edge):
    after = marker.format(edge=edge, id=UUID(int=1))
    assert (await admin.get("/v1/cases", params={"after": after})).status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "status=lost", "region=Jawa", "older_than_days=-1"]
)
async def test_a_list_is_not_asked_for_anyhow(admin, query):
    response = await admin.get(f"/v1/cases?{query}")
    assert wrong_field(response) == (422, query.partition("=")[0])


@pytest.fixture
async def mixed(desk, clock):
    """Three cases that differ in everything one can ask for."""
    at = clock.now() - timedelta(days=10)
    await desk.file(category="jalan", place=c.Place(region="35.78.01"), channel="sms", occurred_at=at)
    await desk.file(category="jalan", place=c.Place(region="35.15"))
    await desk.file(category="air", place=c.Place(region="35.7"))
    return [f"K7MQ3XW00{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"category": "jalan"}, [1, 2]),
        ({"region": "35.78"}, [1]),
        ({"region": "35"}, [1, 2, 3]),
        ({"region": "35.78.02"}, []),
        ({"channel": "sms"}, [1]),
        ({"older_than_days": 5}, [1]),
        ({"category": "jalan", "region": "35.15", "status": "received"}, [2]),
        ({"agency": "35.3578"}, []),
    ],
    ids=str,
)
async def test_the_queue_is_narrowed_to_what_is_asked_for(admin, mixed, query, found):
    assert await listed(admin, **query) == [mixed[n - 1] for n in found]


async def test_a_case_is_found_by_its_agency_and_by_all_above_it(desk, admin, clock):
    report_id = await desk.file()
    await desk.hear(*legs_life(report_id, clock.now())[:2])
    for agency, found in (("35.3578.dishub", 1), ("35", 1), ("35.3578.dinkes", 0)):
        assert len(await listed(admin, agency=agency)) == found


async def test_a_line_tells_when_the_case_is_due_and_how_many_working_days_are_left(desk, admin, clock):
    await desk.file()
    clock.advance(timedelta(days=1))
    [line] = (await admin.get("/v1/cases")).json()["cases"]
    assert (line["due_at"], line["working_days_left"]) == ("2026-07-09T16:59:59.999999Z", 2)


@pytest.mark.parametrize(
    ("clock_kind", "due", "entries"),
    [("verification", "2026-07-10T16:59:59Z", 2), ("settlement", "2026-07-09T16:59:59.999999Z", 1)],
)
async def test_a_deadline_that_the_law_moved_is_moved_in_the_queue(desk, admin, clock_kind, due, entries):
    report_id = await desk.file()
    at = desk.database.clock.now()
    later = datetime(2026, 7, 10, 16, 59, 59, tzinfo=UTC)
    moved = c.MovedDeadline(clock=clock_kind, zone="WIB", before=at, after=later)
    why = {"amendment": "a-1", "cause": "cuti bersama", "cause_en": "joint leave", "legal_source": "SKB"}
    await desk.hear(c.DeadlinesAmended(report_id=report_id, occurred_at=at, moved=(moved,), **why))
    [line] = (await admin.get("/v1/cases")).json()["cases"]
    assert (line["due_at"], (await desk.row(report_id)).chain_length) == (due, entries)


async def test_a_secret_case_shows_no_title_in_the_queue(desk, admin):
    await desk.file(secret=True)
    await desk.file(text=NAMED)
    lines = (await admin.get("/v1/cases")).json()["cases"]
    assert [(line["title"], line["secret_proposed"]) for line in lines] == [(None, False), (None, True)]
