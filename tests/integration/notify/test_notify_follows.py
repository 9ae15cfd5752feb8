"""Followers of public cases and areas: told in bulk, of what is public, until they have enough."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiohttp import web

from services.notify.channels.webhook import WebhookSender
from services.notify.domain.delivery import Lane
from services.notify.following import running
from services.notify.providers.pool import Pool
from services.notify.unsubscribing import mute
from shared import contracts as c
from shared.security.sealing import Contact
from shared.security.signatures import HEADER, verify
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office
from tests.integration.notify.following import AREA, MORNING, changed, follow, listed, told
from tests.unit.notify.facts import ANSWER, fact


class Dashboard:
    """A city's own system: takes everything."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes, str]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append((await request.read(), request.headers[HEADER]))
        return web.Response(status=204)


@pytest.fixture
async def dashboard():
    made, app = Dashboard(), web.Application()
    app.router.add_post("/lapor", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/lapor"
    yield made
    await runner.cleanup()


async def test_each_follower_of_a_case_is_told_once_in_the_bulk_lane(office: Office, clock):
    case = uuid4()
    for contact in (SARI, PHONE_ONLY):
        await office.hear(*follow(office, contact, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    news = [(uuid4(), changed(office, case))] * 2
    await office.hear_as(news)
    rows = await told(office)
    assert {(row.template, row.lane, row.state, row.channel) for row in rows} == {
        ("followed_changed", "bulk", "pending", "email"),
        ("followed_changed", "bulk", "pending", "sms"),
    }
    assert len(rows) == 2


async def test_who_followed_afterwards_hears_of_what_comes_then(office: Office, clock):
    case = uuid4()
    before = changed(office, case)
    clock.advance(timedelta(minutes=1))
    await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    await office.hear(before)
    assert await told(office) == []


async def test_more_followers_than_a_step_takes_are_all_told(office: Office, clock, monkeypatch):
    monkeypatch.setattr(running, "PAGE", 2)
    case = uuid4()
    for _ in range(5):
        await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    await office.hear(changed(office, case))
    assert len({row.report_id for row in await told(office)}) == 5


async def test_a_message_to_a_follower_says_what_is_public_and_how_to_stop(office: Office, clock):
    case = uuid4()
    await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    answer = c.PublicAnswer(agency_name="Dinas Perhubungan", text=ANSWER)
    await office.hear(changed(office, case, answers=(answer,)))
    await told(office)
    pool = Pool("email", [office.carrier("email", 0, office.mail(), {})])
    async with office.sending(office.sending_by(pool, Lane.BULK)):
        [row] = await office.settled()
    [mail] = await office.caught()
    assert (row.state, row.words) == ("delivered", "id 2")
    assert ANSWER in mail["text"]
    assert "/v1/notifications/unsubscribe/" in mail["text"]


async def test_of_a_case_that_is_hidden_nothing_more_is_told_in_whatever_order(office: Office, clock):
    cases = [uuid4(), uuid4()]
    for case in cases:
        await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    hidden = [fact(c.PublicCaseHidden, report_id=case, occurred_at=clock.now()) for case in cases]
    await office.hear(changed(office, cases[0]))
    await told(office)
    await office.hear(hidden[0], hidden[1], changed(office, cases[1]))
    [row] = await told(office)
    assert (row.state, row.reason) == ("skipped", "sealed: the case is not public any longer")
    assert row.details == {}


async def test_one_click_ends_a_follow_and_forgets_its_contact(office: Office, clock):
    case = uuid4()
    follow_id, words = follow(office, followed=case, tracking_id="K7MQ3XW9FA")
    await office.hear(*words)
    clock.advance(timedelta(minutes=1))
    async with office.database.transaction() as tx:
        await mute(tx, follow_id)
    await office.hear(changed(office, case))
    assert await told(office) == []
    async with office.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT count(sealed) FROM contacts"))).scalar_one() == 0


async def test_who_says_yes_again_after_stopping_hears_again(office: Office, clock):
    case = uuid4()
    follow_id, words = follow(office, followed=case, tracking_id="K7MQ3XW9FA")
    await office.hear(*words)
    async with office.database.transaction() as tx:
        await mute(tx, follow_id)
    clock.advance(timedelta(minutes=1))
    again = [each.model_copy(update={"occurred_at": clock.now()}) for each in words]
    await office.hear(*again)
    clock.advance(timedelta(minutes=1))
    await office.hear(changed(office, case))
    [row] = await told(office)
    assert row.state == "pending"


async def test_the_news_of_an_area_comes_once_a_day_in_one_message(office: Office, clock):
    clock.set(MORNING)
    await office.hear(*follow(office, area=AREA, hour=7, zone="WIB")[1])
    clock.advance(timedelta(minutes=5))
    for number in range(12):
        await office.hear(listed(office, tracking_id=f"CASE{number:06}", title=f"Halte {number}"))
    assert await told(office) == []
    clock.set(MORNING + timedelta(hours=22, minutes=30))  # half past seven, the next day
    [row] = await told(office)
    assert (row.template, row.lane, len(row.details["cases"]), row.details["more"]) == (
        "area_digest",
        "bulk",
        10,
        2,
    )
    clock.advance(timedelta(days=1))
    assert len(await told(office)) == 1  # nothing new, no message


async def test_a_case_that_is_hidden_leaves_a_digest_that_is_not_sent_yet(office: Office, clock):
    clock.set(MORNING)
    await office.hear(*follow(office, area=AREA, hour=7, zone="WIB")[1])
    clock.advance(timedelta(minutes=5))
    cases = [listed(office, tracking_id=f"CASE{number:06}") for number in range(2)]
    await office.hear(*cases)
    clock.set(MORNING + timedelta(hours=23))
    await told(office)
    for number, each in enumerate(cases):
        at = {"occurred_at": clock.now(), "tracking_id": each.tracking_id}
        await office.hear(fact(c.PublicCaseHidden, report_id=each.report_id, **at))
        [row] = await office.deliveries()
        assert len(row.details.get("cases", [])) == 1 - number
    assert row.state == "skipped"


async def test_cases_that_are_hidden_together_leave_a_digest_together(office: Office, clock):
    clock.set(MORNING)
    await office.hear(*follow(office, area=AREA, hour=7, zone="WIB")[1])
    clock.advance(timedelta(minutes=5))
    cases = [listed(office, tracking_id=f"CASE{number:06}") for number in range(3)]
    await office.hear(*cases)
    clock.set(MORNING + timedelta(hours=23))
    await told(office)
    await office.hear(
        *(fact(c.PublicCaseHidden, report_id=one.report_id, tracking_id=one.tracking_id) for one in cases[:2])
    )
    [row] = await office.deliveries()
    assert [number for number, *_ in row.details["cases"]] == [cases[2].tracking_id]


@pytest.mark.parametrize("state", ["failed", "sending", "sent"])
async def test_of_a_case_that_is_hidden_nothing_can_be_said_once_more(office: Office, clock, state):
    case = uuid4()
    await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    await office.hear(changed(office, case))
    await told(office)
    async with office.database.transaction() as tx:
        words = f"""UPDATE deliveries SET state = '{state}', reason = 'x', sent_at = now(),
            leased_until = CASE WHEN '{state}' = 'sending' THEN now() END,
            finished_at = CASE WHEN '{state}' = 'failed' THEN now() END"""
        await tx.execute(sa.text(words))
    await office.hear(fact(c.PublicCaseHidden, report_id=case))
    [row] = await office.deliveries()
    assert (row.state, row.details) == ("skipped" if state == "failed" else state, {})


async def test_news_that_crossed_the_hiding_of_its_case_reaches_nobody(office: Office, clock):
    case = uuid4()
    await office.hear(*follow(office, followed=case, tracking_id="K7MQ3XW9FA")[1])
    clock.advance(timedelta(minutes=1))
    await office.hear(changed(office, case))
    async with office.database.transaction() as tx:  # as if the two had not seen each other
        words = "INSERT INTO public_cases (report_id, tracking_id, hidden) VALUES (:case, 'K7MQ3XW9FA', true)"
        await tx.execute(sa.text(words), {"case": case})
    assert await told(office) == []


async def test_a_followers_browser_is_told_in_the_bulk_lane_too(office: Office, clock):
    case = uuid4()
    follow_id, words = follow(office, followed=case, tracking_id="K7MQ3XW9FA")
    await office.keep_browser(follow_id)
    await office.hear(*words)
    clock.advance(timedelta(minutes=1))
    await office.hear(changed(office, case))
    assert {(row.channel, row.lane) for row in await told(office)} == {("email", "bulk"), ("push", "bulk")}


async def test_a_system_is_told_of_a_new_case_at_once_and_signed(office: Office, clock, dashboard):
    office.hears_by("webhook")
    hook = Contact(hook=f"{dashboard.url} rahasia")
    await office.hear(*follow(office, hook, area=AREA, system=True)[1])
    clock.advance(timedelta(minutes=1))
    case = listed(office)
    await office.hear(case)
    await told(office)
    pool = Pool("webhook", [office.carrier("webhook", 0, WebhookSender(5, loopback=True), {})])
    async with office.sending(office.sending_by(pool, Lane.BULK)):
        [row] = await office.settled()
    [(body, signature)] = dashboard.calls
    verify(b"rahasia", body, signature)
    content = json.loads(body)
    assert (row.state, content["id"], content["event"]) == ("delivered", str(row.id), "area_digest")
    assert content["details"]["tracking_id"] == case.tracking_id
