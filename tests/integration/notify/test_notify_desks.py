"""Writing to offices: whose desk, when it is open, and what is never kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import structlog

from services.notify.handlers import Handlers
from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, EscalationStep
from shared.security.links import Purpose
from tests.integration.notify.conftest import NATIONAL_DESK, SARI, Office, Provider
from tests.unit.notify.facts import AGENCY, CAUSE, TEXT, fact, moved, status

EVENING = datetime(2026, 7, 6, 15, 0, tzinfo=UTC)
"""22.00 in Jakarta, where offices open again at 01.00 UTC."""
MORNING = datetime(2026, 7, 7, 1, 0, tzinfo=UTC)


async def case(office: Office, **more) -> dict[str, UUID]:
    """A case at an agency, of which everybody has heard; nothing of that is left to send."""
    ids = {"report_id": uuid4(), "leg_id": uuid4()}
    await office.hear(office.contact(ids["report_id"], SARI))
    await office.hear(fact(c.DispositionCreated, **ids, **more))
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("DELETE FROM deliveries"))
    return ids


@pytest.mark.parametrize(
    ("step", "desk"),
    [
        (EscalationStep.OFFICER, "pengaduan@dishub.example"),
        (EscalationStep.COORDINATOR, "koordinator@surabaya.example"),
        (EscalationStep.NATIONAL_ADMIN, NATIONAL_DESK),
    ],
)
async def test_a_reminder_reaches_the_desk_of_its_step(office: Office, step: EscalationStep, desk: str):
    await office.hear(fact(c.SlaReminded, **await case(office), step=step, overdue_days=3))
    async with office.sending():
        [row] = await office.settled()
    [mail] = await office.caught()
    assert (row.state, mail["to"]) == ("delivered", [desk])
    assert "3 hari kerja" in mail["subject"] + mail["text"]
    assert "K7M-Q3XW-9FA" in mail["text"]


async def test_a_late_verification_reminds_the_national_desk_of_the_report(office: Office):
    report = uuid4()
    reminded = fact(c.SlaReminded, report_id=report, clock=ClockKind.VERIFICATION, leg_id=None, agency=None)
    await office.hear(office.contact(report, None), reminded)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert mail["to"] == [NATIONAL_DESK]
    assert f"/petugas/kasus/{report}" in mail["text"]


@pytest.mark.parametrize("coordinator", [None, c.Desk(agency="35.3578", name="Pemerintah Kota Surabaya")])
async def test_a_coordinator_who_cannot_be_written_to_is_skipped_with_the_reason(office: Office, coordinator):
    ids = await case(office, coordinator=coordinator)
    await office.hear(fact(c.SlaReminded, **ids, step=EscalationStep.COORDINATOR))
    [row] = await office.deliveries()
    assert (row.recipient, row.state) == (f"coordinator:{AGENCY}", "skipped")
    assert row.reason == "no coordinator address"


async def test_without_a_national_desk_its_reminders_are_skipped_with_the_reason(office: Office):
    [_, facts] = Handlers(office.unsealer, office.bell).subscriptions()
    office.handling |= facts.handlers
    await office.hear(fact(c.SlaReminded, **await case(office), step=EscalationStep.NATIONAL_ADMIN))
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "no national desk address")


@pytest.mark.parametrize("reminder_first", [True, False])
async def test_the_national_desk_is_told_of_a_leg_once_its_agency_is_known(office: Office, reminder_first):
    ids = {"report_id": uuid4(), "leg_id": uuid4()}
    news = [
        fact(c.SlaReminded, **ids, step=EscalationStep.NATIONAL_ADMIN),
        fact(c.DispositionCreated, **ids),
    ]
    await office.hear(status(CaseStatus.RECEIVED, report_id=ids["report_id"]))
    for one in news if reminder_first else reversed(news):
        await office.hear(one)
    states = {row.recipient: row.state for row in await office.deliveries()}
    assert states["national"] == "pending"


async def test_an_office_that_is_closed_is_written_to_when_it_opens(office: Office, clock):
    ids = await case(office)
    clock.set(EVENING)
    await office.hear(fact(c.SlaWarning, **ids, fired_at=EVENING))
    [asleep] = await office.deliveries()
    clock.set(MORNING - timedelta(seconds=1))
    before = await sweep(office.database, attempts=3)
    clock.set(MORNING)
    after = await sweep(office.database, attempts=3)
    [awake] = await office.deliveries()
    assert (asleep.state, asleep.opens_at) == ("waiting_hours", MORNING)
    assert (before, after, awake.state) == (0, 1, "pending")


async def test_what_waits_for_an_office_is_not_sent_meanwhile(office: Office, clock):
    ids = await case(office)
    clock.set(EVENING)
    await office.hear(fact(c.SlaReminded, **ids, fired_at=EVENING))
    provider = Provider()
    async with office.sending(office.dispatcher("email", provider)):
        await sweep(office.database, attempts=3)
    assert provider.keys == []


async def test_an_office_that_has_opened_since_is_written_to_at_once(office: Office, clock):
    ids = await case(office)
    clock.set(MORNING + timedelta(hours=1))
    await office.hear(fact(c.SlaWarning, **ids, fired_at=EVENING))
    [row] = await office.deliveries()
    assert row.state == "pending"


async def test_the_reporter_hears_of_an_evening_breach_the_same_evening(office: Office, clock):
    ids = await case(office)
    clock.set(EVENING)
    await office.hear(fact(c.SlaBreached, **ids, fired_at=EVENING))
    states = {row.recipient: row.state for row in await office.deliveries()}
    assert states["reporter"] == "pending"


async def test_moved_deadlines_are_told_to_reporter_and_agency_with_old_new_and_why(office: Office):
    ids = await case(office)
    moves = [moved(ClockKind.SETTLEMENT, 24, 27, leg_id=ids["leg_id"])]
    await office.hear(fact(c.DeadlinesAmended, report_id=ids["report_id"], moved=moves))
    async with office.sending():
        rows = await office.settled()
    caught = await office.caught()
    assert [row.details for row in rows] == [{}, {}]
    assert {mail["to"][0] for mail in caught} == {SARI.email, "pengaduan@dishub.example"}
    for mail in caught:
        for word in ("Senin, 27 Juli 2026", "Jumat, 24 Juli 2026", CAUSE):
            assert word in mail["text"]


@pytest.mark.parametrize("flags", [{"anonymous": True}, {"secret": True}])
async def test_moved_deadlines_of_a_discreet_case_do_not_tell_where_it_is(office: Office, flags):
    ids = await case(office, **flags)
    moves = [moved(ClockKind.SETTLEMENT, 24, 27, leg_id=ids["leg_id"])]
    await office.hear(fact(c.DeadlinesAmended, report_id=ids["report_id"], moved=moves))
    async with office.sending():
        await office.settled()
    [mail] = [mail for mail in await office.caught() if mail["to"] == [SARI.email]]
    assert "Senin, 27 Juli 2026" in mail["text"]
    assert "Surabaya" not in str(mail)


async def test_a_disposition_arrives_with_its_links_and_they_are_kept_nowhere(office: Office):
    ids = {"report_id": uuid4(), "leg_id": uuid4()}
    with structlog.testing.capture_logs() as lines:
        await office.hear(fact(c.DispositionCreated, **ids))
        waiting = await office.deliveries()
        async with office.sending():
            rows = await office.settled()
        said = await office.said()
    [mail] = await office.caught()
    assert TEXT in mail["text"]
    assert mail["text"].count("https://lapor.example/l/") == len(Purpose)
    assert "/l/" not in f"{waiting} {rows} {said} {lines}"
    assert "eyJ" not in f"{waiting} {rows} {said} {lines}"
