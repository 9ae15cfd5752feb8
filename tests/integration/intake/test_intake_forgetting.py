"""When their time is over, nothing opens who reported: no full copy of both databases, with all keys."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from services.intake.identity.captures import forget_captures
from services.intake.identity.forgetting import forget_after_withdrawal, forget_due
from services.intake.identity.rotation import rewrap_identities
from services.notify.bell import Bell
from services.notify.handlers import Handlers
from shared.contracts import AnswerRequested, CaseStatus, ContactRegistered
from shared.messaging.consumer import Event
from shared.security.envelopes import Opener, Unsealable
from shared.security.keys import generate_keys, load_seal_private_keys
from shared.security.sealing import IdentitySealer, IdentityUnsealer, Unsealer

from .conftest import PNG, REPORT
from .evidence_desk import sent

WHO = {"name": "Kenari Rahasia", "phone": "0812-7777-8888", "nik": "3578010101900001"}
_YEARS = timedelta(days=2 * 365)
_ENVELOPE = re.compile(r"[A-Za-z0-9_-]{150,}")


async def copy_of(database):
    """Everything a database holds, as text."""
    content = []
    async with database.reading() as tx:
        tables = await tx.execute(
            sa.text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        )
        for table in tables.scalars():
            content += (await tx.execute(sa.text(f"SELECT to_jsonb(t)::text FROM {table} t"))).scalars()
            if table == "outbox":
                content += (
                    await tx.execute(sa.text("SELECT convert_from(body, 'UTF8') FROM outbox"))
                ).scalars()
    return "\n".join(content)


def opened(copies, report_id, keys):
    """How many envelopes in the copies open with any key there is."""
    (reveal,) = load_seal_private_keys(keys["LAPOR_REVEAL_PRIVATE_KEY"])
    found = 0
    for envelope in _ENVELOPE.findall(copies):
        for unsealer in (Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]), IdentityUnsealer(reveal)):
            try:
                found += unsealer.unseal(report_id, envelope).name == "Kenari Rahasia"
            except Unsealable:
                continue
    return found


@pytest.fixture
async def both(intake, database, keys):
    """Intake, and notify that hears what intake says on the private exchange."""
    notify = await database("notify")
    unsealer = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"])
    handlers = Handlers(unsealer, Bell())

    async def carry() -> None:
        """As the relay does: what was said is heard, and then no longer kept."""
        for fact in await intake.said(ContactRegistered):
            async with notify.transaction() as tx:
                await handlers.register_contacts(tx, [Event(uuid7(), fact)])
        await intake.rows("DELETE FROM outbox RETURNING 1")

    async def copies() -> str:
        return await copy_of(intake.database) + await copy_of(notify)

    return carry, copies


async def test_after_a_withdrawal_nothing_opens_in_a_copy_of_both_databases(intake, both, clock, keys):
    carry, copies = both
    filed = await intake.file(contact=WHO)
    await carry()
    assert opened(await copies(), filed.report_id, keys) == 2
    await intake.http.post(f"{filed.url}/withdrawal", headers=filed.code)
    clock.advance(timedelta(days=3))
    assert await forget_due(intake.database) == 1
    await carry()
    assert opened(await copies(), filed.report_id, keys) == 0


async def test_after_the_retention_nothing_opens_in_a_copy_of_both_databases(intake, both, clock, keys):
    carry, copies = both
    filed = await intake.file(contact=WHO)
    await intake.status(filed.report_id, 4, CaseStatus.CLOSED)
    await carry()
    clock.advance(_YEARS)
    await forget_due(intake.database)
    await carry()
    assert opened(await copies(), filed.report_id, keys) == 0


async def test_the_report_itself_stays(intake, clock):
    filed = await intake.file(contact=WHO)
    await intake.status(filed.report_id, 4, CaseStatus.CLOSED)
    clock.advance(_YEARS)
    await forget_due(intake.database)
    assert (await intake.http.get(filed.url)).json()["title"] == REPORT["title"]


async def test_a_reporter_who_withdraws_is_not_forgotten_before_being_told(intake, clock):
    filed = await intake.file(contact=WHO)
    await intake.http.post(f"{filed.url}/withdrawal", headers=filed.code)
    clock.advance(timedelta(days=3, seconds=-1))
    assert await forget_due(intake.database) == 0


async def test_an_open_case_is_looked_at_again_later(intake, clock):
    await intake.file(contact=WHO)
    clock.advance(_YEARS)
    assert await forget_due(intake.database) == 1
    assert await forget_due(intake.database) == 0
    (row,) = await intake.rows("SELECT sealed IS NOT NULL AS kept FROM identities")
    assert row.kept


async def test_a_case_closed_a_year_ago_is_forgotten_a_year_later(intake, clock):
    filed = await intake.file(contact=WHO)
    clock.advance(timedelta(days=365))
    await intake.status(filed.report_id, 4, CaseStatus.CLOSED)
    clock.advance(timedelta(days=365))
    await forget_due(intake.database)
    assert (await intake.rows("SELECT forgotten_at AS at FROM identities"))[0].at is None
    clock.advance(timedelta(days=365))
    await forget_due(intake.database)
    assert (await intake.rows("SELECT forgotten_at AS at FROM identities"))[0].at is not None


async def test_much_to_forget_is_forgotten_in_batches(intake, clock):
    for _ in range(5):
        filed = await intake.file(contact=WHO)
        await intake.status(filed.report_id, 4, CaseStatus.CLOSED)
    clock.advance(_YEARS)
    assert [await forget_due(intake.database, 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_notify_is_told_once_for_each(intake, clock):
    filed = await intake.file(contact=WHO)
    await intake.http.post(f"{filed.url}/withdrawal", headers=filed.code)
    clock.advance(timedelta(days=4))
    await forget_due(intake.database)
    await forget_due(intake.database)
    assert [fact.withdrawn for fact in await intake.said(ContactRegistered)] == [False, True]


async def test_a_new_reveal_key_takes_over_in_batches_and_the_old_one_opens_nothing(intake, keys):
    filed = [(await intake.file(contact=WHO)).report_id for _ in range(5)]
    (old,) = load_seal_private_keys(keys["LAPOR_REVEAL_PRIVATE_KEY"])
    fresh = generate_keys()
    (new,) = load_seal_private_keys(fresh["LAPOR_REVEAL_PRIVATE_KEY"])
    sealer = IdentitySealer(fresh["LAPOR_REVEAL_PUBLIC_KEY"])
    assert await rewrap_identities(intake.database, Opener([old]), sealer, batch=2) == (5, 0)
    assert await rewrap_identities(intake.database, Opener([old]), sealer, batch=2) == (0, 0)
    rows = await intake.rows("SELECT report_id, sealed FROM identities")
    assert sorted(row.report_id for row in rows) == sorted(filed)
    for row in rows:
        assert IdentityUnsealer(new).unseal(row.report_id, row.sealed).nik == "3578010101900001"
        with pytest.raises(Unsealable):
            IdentityUnsealer(old).unseal(row.report_id, row.sealed)


async def test_notify_cannot_open_what_is_sealed_for_a_reveal(intake, keys):
    filed = await intake.file(contact=WHO)
    (row,) = await intake.rows("SELECT sealed FROM identities")
    with pytest.raises(Unsealable):
        Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(filed.report_id, row.sealed)


async def test_the_nik_does_not_travel_to_notify(intake, keys):
    filed = await intake.file(contact=WHO)
    (fact,) = await intake.said(ContactRegistered)
    contact = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(filed.report_id, fact.sealed)
    assert (contact.name, contact.nik) == ("Kenari Rahasia", None)


async def test_nothing_of_an_sms_sender_stays_either(intake, clock):
    await intake.sms("KOTA SURABAYA lampu jalan di depan pasar padam sejak pekan lalu")
    (report,) = await intake.rows("SELECT report_id FROM reports")
    await intake.status(report.report_id, 4, CaseStatus.WITHDRAWN)
    assert await intake.count("report_senders") == 1
    clock.advance(_YEARS)
    assert await forget_due(intake.database) == 1
    kept = [await intake.count(table) for table in ("report_senders", "sms_series", "attachments")]
    assert kept == [0, 0, 0]


async def test_whom_its_messages_were_answered_to_goes_with_an_sms_sender(intake, clock):
    await intake.sms("KOTA SURABAYA lampu jalan di depan pasar padam sejak pekan lalu")
    (report,) = await intake.rows("SELECT report_id, tracking_id FROM reports")
    await intake.sms(f"STATUS {report.tracking_id}")
    answered = [fact.report_id for fact in await intake.said(AnswerRequested)]
    await intake.status(report.report_id, 4, CaseStatus.WITHDRAWN)
    async with intake.database.transaction() as tx:
        await forget_after_withdrawal(tx, report.report_id)
    clock.advance(timedelta(days=3))
    await forget_due(intake.database)
    forgotten = {fact.report_id for fact in await intake.said(ContactRegistered) if fact.withdrawn}
    assert forgotten == {report.report_id, *answered}
    assert (len(answered), await intake.count("channel_answers")) == (1, 0)


async def test_an_answer_to_the_same_sender_that_may_be_on_its_way_is_not_lost(intake, clock):
    await intake.sms("KOTA SURABAYA lampu jalan di depan pasar padam sejak pekan lalu")
    (report,) = await intake.rows("SELECT report_id, tracking_id FROM reports")
    await intake.status(report.report_id, 4, CaseStatus.WITHDRAWN)
    clock.advance(_YEARS)
    await intake.sms(f"STATUS {report.tracking_id}")
    await forget_due(intake.database)
    assert await intake.count("channel_answers") == 1


async def test_where_a_photo_was_taken_is_forgotten_with_its_reporter(intake, clock):
    filed = await intake.file(contact=WHO)
    await sent(intake, filed, PNG)
    await intake.rows("UPDATE evidence SET sealed_capture = 'sealed' RETURNING 1")
    await intake.http.post(f"{filed.url}/withdrawal", headers=filed.code)
    clock.advance(timedelta(days=3))
    await forget_due(intake.database)
    assert (await intake.rows("SELECT sealed_capture FROM evidence"))[0].sealed_capture is None


async def test_where_a_photo_was_taken_is_forgotten_also_of_who_left_no_contact(intake, clock):
    for filed in [await intake.file() for _ in range(3)]:
        await sent(intake, filed, PNG)
        await intake.rows("UPDATE evidence SET sealed_capture = 'sealed' RETURNING 1")
        await intake.status(filed.report_id, 4, CaseStatus.CLOSED)
    clock.advance(_YEARS - timedelta(seconds=1))
    await forget_captures(intake.database, batch=2)
    assert await intake.rows("SELECT 1 FROM evidence WHERE sealed_capture IS NOT NULL")
    clock.advance(timedelta(seconds=1))
    await forget_captures(intake.database, batch=2)
    assert not await intake.rows("SELECT 1 FROM evidence WHERE sealed_capture IS NOT NULL")


async def test_what_tells_two_reports_of_one_reporter_together_goes_too(intake, clock):
    filed = await intake.file(contact=WHO)
    assert (await intake.rows("SELECT reporter_token FROM reports"))[0].reporter_token is not None
    await intake.http.post(f"{filed.url}/withdrawal", headers=filed.code)
    clock.advance(timedelta(days=3))
    await forget_due(intake.database)
    assert (await intake.rows("SELECT reporter_token FROM reports"))[0].reporter_token is None
