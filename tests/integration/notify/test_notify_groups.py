"""Many at once: what a group costs the database, and that being in one changes nothing for anybody."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.notify import queueing
from services.notify.domain.delivery import DeliveryState, Lane
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from services.notify.queueing import Claim, Outcome
from services.notify.recorder import record_all
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.messaging.consumer import Event
from tests.integration.notify.conftest import SARI, Office, Provider, received, until
from tests.unit.notify.facts import LEG, about, everything, fact, status


@pytest.fixture
def statements(office: Office) -> list[str]:
    """Every statement from now on."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(" ".join(statement.split()))

    engine = office.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    return seen


def news(reports: int) -> list[c.Fact]:
    """Everything there can be said of each of so many reports."""
    lives = [(uuid4(), {LEG: uuid4(), UUID(int=2): uuid4()}) for _ in range(reports)]
    return [about(one, report, legs) for report, legs in lives for one in everything()]


async def test_the_news_of_thirty_reports_costs_as_many_statements_as_that_of_one(
    office: Office, statements: list[str]
):
    await office.hear(*news(1))
    few = statements.copy()
    statements.clear()
    await office.hear(*news(30))
    assert statements == few


async def test_thirty_contacts_cost_as_many_statements_as_one(office: Office, statements: list[str]):
    await office.hear(office.contact(uuid4(), SARI))
    few = statements.copy()
    statements.clear()
    await office.hear(*(office.contact(uuid4(), SARI) for _ in range(30)))
    assert statements == few


@pytest.mark.parametrize("count", [1, 20])
async def test_outcomes_are_recorded_and_told_in_two_statements(
    office: Office, statements: list[str], count: int
):
    await received(office, reports=count)
    async with office.database.transaction() as tx:
        wanted = Claim("email", Lane.TRANSACTIONAL, "email", ["email"], count, 10.0)
        claimed = await queueing.claim(tx, wanted)
    statements.clear()
    async with office.database.transaction() as tx:
        told = [Outcome(each, DeliveryState.DELIVERED) for each in claimed]
        await record_all(tx, told, say_delivered=True)
    assert len(statements) == 2
    assert len(await office.said()) == count


async def test_senders_without_work_ask_once_each_and_leave_the_watching_to_one(
    office: Office, statements: list[str]
):
    lanes = [office.sending_by(Pool("email", [Carrier("email", Provider())]), lane) for lane in Lane]
    async with office.sending(*lanes):
        await until(lambda: _asked(statements, "SELECT channel, lane", 4))
    assert sum(one.startswith("SELECT EXISTS") for one in statements) < 20
    assert len(set(statements)) == 3


async def test_many_due_deliveries_are_claimed_together(office: Office, statements: list[str]):
    await received(office, reports=40)
    statements.clear()
    async with office.sending(office.dispatcher("email", Provider(), concurrency=20)):
        await office.settled()
    claims = [statement for statement in statements if statement.startswith("WITH due")]
    assert len(claims) <= 4


async def test_whoever_is_told_several_things_at_once_is_unsealed_once(office: Office, monkeypatch):
    report, opened = uuid4(), []
    await office.hear(office.contact(report, SARI))
    for number in range(5):
        await office.hear(status(CaseStatus.RECEIVED, report_id=report, case_version=number))
    unseal = office.unsealer.unseal
    monkeypatch.setattr(office.unsealer, "unseal", lambda *sealed: opened.append(sealed) or unseal(*sealed))
    provider = Provider()
    async with office.sending(office.dispatcher("email", provider)):
        await office.settled()
    assert (len(provider.keys), len(opened)) == (5, 1)


@pytest.mark.parametrize("newest_last", [True, False])
async def test_within_a_group_too_news_that_is_older_does_not_lift_secrecy(office: Office, newest_last: bool):
    report = uuid4()
    old = status(CaseStatus.RECEIVED, report_id=report, secret=False, case_version=1)
    new = status(CaseStatus.FORWARDED, report_id=report, secret=True, case_version=2)
    await office.hear(*((old, new) if newest_last else (new, old)))
    async with office.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT secret FROM cases"))).scalar_one()


async def test_a_fact_that_comes_twice_in_a_group_is_told_once(office: Office):
    report, event_id = uuid4(), uuid4()
    created = fact(c.DispositionCreated, report_id=report, leg_id=uuid4(), hop=2)
    await office.hear_as([(event_id, created)] * 3)
    await office.hear_as([(event_id, created)])
    assert sorted(row.recipient for row in await office.deliveries()) == ["agency:35.3578.dishub", "reporter"]


async def test_each_delivery_carries_on_the_trace_of_its_own_fact(office: Office):
    traces = {uuid4(): f"{number:032x}" for number in (7, 8)}
    events = [
        Event(event_id, status(CaseStatus.RECEIVED, report_id=uuid4()), f"00-{trace}-{'1' * 16}-01")
        for event_id, trace in traces.items()
    ]
    async with office.database.transaction() as tx:
        await office.handlers.plan_deliveries(tx, events)
    rows = await office.deliveries()
    assert {row.event_id: row.traceparent.split("-")[1] for row in rows} == traces


async def test_the_bell_wakes_those_alone_who_have_something_to_send(office: Office):
    email, sms = office.bell.listener("email"), office.bell.listener("sms")
    await received(office, SARI)
    assert (email.is_set(), sms.is_set()) == (True, False)


async def _asked(statements: list[str], beginning: str, times: int) -> bool:
    return sum(one.startswith(beginning) for one in statements) >= times
