"""What is done in the background: asked ratings, flagged cases, supporters, and errands that fail."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.verification import aside, errands
from services.verification.domain.closing import ask_rating_at
from services.verification.domain.errands import Errand
from services.verification.supporters import count_supporters
from shared import contracts as c
from shared.messaging.consumer import Event
from shared.security.tokens import Role
from tests.integration.verification.deciding import VERIFICATION
from tests.integration.verification.lives import legs_life


@pytest.fixture
async def closed(desk, admin, clock):
    """A case whose reporter accepted the agency's answer."""
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    clock.advance(timedelta(minutes=5))
    await desk.hear(*legs_life(report_id, clock.now())[1:4])
    clock.advance(timedelta(hours=1))
    await desk.hear(c.ReportAccepted(report_id=report_id, occurred_at=clock.now()))
    assert (await desk.row(report_id)).status == "closed"
    return report_id


async def asked(desk) -> list[c.CaseRatingRequested]:
    await errands.do_some(desk.database, Errand.RATING)
    return [fact for fact in await desk.said() if isinstance(fact, c.CaseRatingRequested)]


async def test_a_rating_is_asked_some_working_days_after_the_closing_and_once(desk, clock, closed):
    assert await asked(desk) == []
    clock.advance(ask_rating_at(clock.now()) - clock.now())
    [fact] = await asked(desk)
    assert (fact.report_id, fact.tracking_id) == (closed, "K7MQ3XW001")
    assert (await desk.row(closed)).version == fact.case_version
    assert await asked(desk) == [fact]


@pytest.mark.parametrize("word", [c.ReportRated, c.ReportObjected])
async def test_who_has_rated_or_objected_is_not_asked(desk, clock, closed, word):
    more = {"score": 4} if word is c.ReportRated else {"text": "Masih padam."}
    clock.advance(timedelta(hours=1))
    await desk.hear(word(report_id=closed, occurred_at=clock.now(), **more))
    clock.advance(timedelta(days=10))
    assert await asked(desk) == []


# facts of cases that nobody has submitted


async def test_facts_of_an_unknown_case_wait_and_are_flagged_after_an_hour(desk, open_client, clock):
    stranger = uuid4()
    await desk.hear(c.ReportWithdrawn(report_id=stranger, occurred_at=clock.now()))
    operator = open_client(Role.OPERATOR)
    assert (await operator.get("/v1/cases/unknown")).json() == {"cases": []}
    clock.advance(aside.PATIENCE)
    [flagged] = (await operator.get("/v1/cases/unknown")).json()["cases"]
    assert (flagged["report_id"], flagged["facts"]) == (str(stranger), ["report.withdrawn.v1"])


async def test_a_submission_that_comes_late_ends_the_waiting(desk, clock):
    late = uuid4()
    await desk.hear(c.ReportReplied(report_id=late, occurred_at=clock.now(), text="halo"))
    await desk.file(report_id=late)
    clock.advance(timedelta(hours=2))
    async with desk.database.transaction() as tx:
        assert await aside.count_unknown(tx) == 0
    assert await desk.rows("SELECT FROM waiting") == []


async def test_an_officer_of_an_agency_does_not_see_what_waits(open_client, desk):
    assert (await open_client(Role.COORDINATOR, "35").get("/v1/cases/unknown")).status_code == 403


# supporters


async def test_supporters_are_counted_once_and_stay_withdrawn_in_any_order(desk, admin, clock):
    report_id, first, second = await desk.file(), uuid4(), uuid4()

    def word(supporter_id, *, withdrawn=False):
        fact = c.ReportSupported(
            report_id=report_id, occurred_at=clock.now(), supporter_id=supporter_id, withdrawn=withdrawn
        )
        return Event(uuid4(), fact)

    async with desk.database.transaction() as tx:
        await count_supporters(tx, [word(first, withdrawn=True), word(first), word(second), word(second)])
    async with desk.database.transaction() as tx:
        await count_supporters(tx, [word(first)])
    assert (await admin.get(f"/v1/cases/{report_id}")).json()["supporters"] == 1
    assert (await admin.get(f"/v1/cases/{report_id}/cluster")).json()["supporters"] == 1


# errands that fail


async def test_an_errand_that_fails_is_put_off_and_the_others_are_done(desk, monkeypatch):
    broken, sound = await desk.file(), await desk.file()
    really = errands.DOERS[Errand.SKETCH]

    async def fails_for_one(tx, report_ids):
        if broken in report_ids:
            raise ValueError("no sketch")
        await really(tx, report_ids)

    monkeypatch.setitem(errands.DOERS, Errand.SKETCH, fails_for_one)
    await errands.do_some(desk.database, Errand.SKETCH)
    assert [row.report_id for row in await desk.rows("SELECT report_id FROM sketches")] == [sound]
    [left] = await desk.rows("SELECT report_id, attempts FROM errands WHERE errand = 'sketch'")
    assert (left.report_id, left.attempts) == (broken, 1)
