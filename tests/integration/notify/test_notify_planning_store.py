"""Planning over a real database: the same deliveries whatever order and repetition facts come in."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.messaging.consumer import Event
from shared.messaging.failures import Unprocessable
from shared.security.sealing import Contact
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office
from tests.unit.notify.facts import LEG, about, everything, fact, status

AFTER = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)


def states(rows) -> Counter:
    return Counter(row.state for row in rows)


async def test_a_message_waits_for_the_contact_and_leaves_when_it_comes(office: Office):
    report = uuid4()
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [waiting] = await office.deliveries()
    await office.hear(office.contact(report, SARI))
    [released] = await office.deliveries()
    assert (waiting.state, waiting.channel) == ("waiting_contact", "none")
    assert (released.state, released.channel, released.id) == ("pending", "email", waiting.id)


async def test_a_contact_may_come_long_before_the_case(office: Office):
    report = uuid4()
    await office.hear(office.contact(report, PHONE_ONLY))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [row] = await office.deliveries()
    assert (row.state, row.channel) == ("pending", "sms")


async def test_an_answer_waits_until_the_case_is_known_to_be_secret_or_not(office: Office):
    report = uuid4()
    await office.hear(office.contact(report, SARI))
    await office.hear(fact(c.DispositionResponded, report_id=report, text="Sudah."))
    [row] = await office.deliveries()
    assert row.state == "waiting_contact"


async def test_who_left_no_contact_is_skipped_with_the_reason(office: Office):
    report = uuid4()
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    await office.hear(office.contact(report, None))
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "no contact")


@pytest.mark.parametrize("withdrawn_last", [True, False])
async def test_a_withdrawn_contact_is_forgotten_in_whatever_order(office: Office, withdrawn_last: bool):
    report = uuid4()
    registered = office.contact(report, SARI)
    withdrawn = office.contact(report, None, withdrawn=True, occurred_at=AFTER)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    for word in (registered, withdrawn) if withdrawn_last else (withdrawn, registered):
        await office.hear(word)
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "contact withdrawn")
    async with office.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT sealed FROM contacts"))).scalar_one() is None


@pytest.mark.parametrize("newest_last", [True, False])
async def test_the_latest_contact_counts_in_whatever_order(office: Office, newest_last: bool):
    report = uuid4()
    older, newer = office.contact(report, SARI), office.contact(report, PHONE_ONLY, occurred_at=AFTER)
    await office.hear(*((older, newer) if newest_last else (newer, older)))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [row] = await office.deliveries()
    assert row.channel == "sms"


async def test_a_contact_that_does_not_open_is_parked_with_a_reason_free_of_values(office: Office):
    foreign = office.contact(uuid4(), SARI).model_copy(update={"report_id": uuid4()})
    with pytest.raises(Unprocessable, match=r"^contact\.registered: altered, or sealed for another report$"):
        await office.hear(foreign)


async def test_an_agencys_warning_waits_for_the_disposition_that_names_its_desk(office: Office):
    report = uuid4()
    await office.hear(fact(c.SlaWarning, report_id=report))
    assert states(await office.deliveries()) == {"waiting_contact": 1}
    await office.hear(fact(c.DispositionCreated, report_id=report))
    assert states(await office.deliveries()) == {"pending": 2}


async def test_an_agency_without_a_desk_address_is_skipped_with_the_reason(office: Office):
    await office.hear(fact(c.DispositionCreated, report_id=uuid4(), desk_email=None, leg_id=uuid4()))
    [row] = await office.deliveries()
    assert (row.state, row.reason, row.details) == ("skipped", "no desk address", {})


async def test_two_facts_that_cross_in_two_transactions_are_released_by_the_sweeper(office: Office):
    report = uuid4()
    async with office.database.transaction() as one, office.database.transaction() as other:
        news, contact = status(CaseStatus.RECEIVED, report_id=report), office.contact(report, SARI)
        await office.handlers.plan_deliveries(one, [Event(uuid4(), news)])
        await office.handlers.register_contacts(other, [Event(uuid4(), contact)])
    assert states(await office.deliveries()) == {"waiting_contact": 1}
    assert await sweep(office.database, attempts=3) == 1
    assert states(await office.deliveries()) == {"pending": 1}


async def test_news_older_than_what_is_known_does_not_lift_secrecy(office: Office):
    report = uuid4()
    await office.hear(
        status(CaseStatus.FORWARDED, CaseStatus.RECEIVED, report_id=report, secret=True, case_version=3)
    )
    await office.hear(status(CaseStatus.RECEIVED, report_id=report, secret=False, case_version=1))
    async with office.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT secret FROM cases"))).scalar_one()


async def test_nobody_is_named_in_any_table(office: Office):
    report = uuid4()
    await office.hear(
        office.contact(report, Contact("Kenari Sembilan", "+6281299990001", "kenari@pelapor.example"))
    )
    await office.hear(*everything(report_id=report, anonymous=True))
    async with office.database.transaction() as tx:
        tables = (
            await tx.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'notify'"))
        ).scalars()
        for table in tables.all():
            rows = await tx.execute(sa.text(f"SELECT CAST(t AS text) FROM {table} AS t"))
            for row in rows.scalars():
                assert not [w for w in ("kenari", "Kenari", "99990001") if w in row], table


def told(rows) -> Counter:
    return Counter(
        (row.event_id, row.recipient, row.channel, row.template, row.state, row.reason) for row in rows
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    contact=st.sampled_from([SARI, PHONE_ONLY, None]),
    flags=st.fixed_dictionaries({"anonymous": st.booleans(), "secret": st.booleans()}),
)
async def test_any_order_and_repetition_of_facts_leads_to_the_same_deliveries(
    office: Office, seed, contact, flags
):
    chance = random.Random(seed)
    outcomes = []
    for shuffled in (False, True):
        report = uuid4()
        legs = {LEG: uuid4(), UUID(int=2): uuid4()}
        news = [about(one, report, legs) for one in everything(**flags)]
        numbered = list(enumerate([office.contact(report, contact), *news]))
        base = uuid4().int
        events = {number: UUID(int=(base + number) % 2**128) for number, _ in numbered}
        if shuffled:
            numbered += chance.sample(numbered, k=len(numbered) // 2)
            chance.shuffle(numbered)
        cut = chance.randrange(len(numbered))
        for batch in (numbered[:cut], numbered[cut:]):
            await office.hear_as([(events[number], one) for number, one in batch])
        numbers = {event: number for number, event in events.items()}
        rows = await office.deliveries(report)
        outcomes.append(Counter((numbers[key[0]], *key[1:]) for key in told(rows).elements()))
    assert outcomes[0] == outcomes[1]
    assert max(Counter((number, recipient) for number, recipient, *_ in outcomes[0].elements()).values()) == 1
    assert "waiting_contact" not in {key[4] for key in outcomes[0]}


async def test_a_released_message_is_due_at_once(office: Office):
    report = uuid4()
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    await office.hear(office.contact(report, SARI))
    [row] = await office.deliveries()
    assert datetime.now(UTC) - row.due_at < timedelta(seconds=5)
