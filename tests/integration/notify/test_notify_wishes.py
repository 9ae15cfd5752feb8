"""How reporters want to hear of their reports, and answers to those who wrote by SMS."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus, Channel
from shared.security.sealing import Contact
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office
from tests.unit.notify.facts import MONDAY, fact, status

JAKARTA = timedelta(hours=7)
BOTH = Contact(email="sari@surel.example", phone="+6281234567890")


def wish(report: UUID, version: int = 1, **more) -> c.PreferencesChanged:
    values = {"language": "id", "preferences_version": version, **more}
    return c.PreferencesChanged(report_id=report, occurred_at=MONDAY, **values)


async def wishing(office: Office, **more) -> UUID:
    report = uuid4()
    await office.hear(office.contact(report, SARI), wish(report, **more))
    return report


@pytest.mark.parametrize("newest_last", [True, False])
async def test_the_newest_wish_counts_in_whatever_order(office: Office, newest_last: bool):
    report = uuid4()
    old, new = wish(report, 1, language="id"), wish(report, 2, language="en")
    await office.hear(office.contact(report, SARI))
    for one in (old, new) if newest_last else (new, old):
        await office.hear(one)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert mail["headers"]["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "subject"), [("jv", "sampun katampi"), ("su", "parantos ditampi")])
async def test_a_reporter_is_told_in_a_language_of_a_region(office: Office, language: str, subject: str):
    report = await wishing(office, language=language)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert mail["headers"]["Content-Language"] == language
    assert subject in mail["headers"]["Subject"]


@pytest.mark.parametrize(
    ("contact", "wished", "told_by"),
    [
        (BOTH, None, "email"),
        (BOTH, "sms", "sms"),
        (BOTH, "email", "email"),
        (PHONE_ONLY, "email", "sms"),
        (BOTH, "telegram", "email"),
    ],
)
async def test_a_reporter_is_told_by_the_channel_they_wish_where_their_contact_has_it(
    office: Office, contact: Contact, wished: str | None, told_by: str
):
    report = uuid4()
    await office.hear(office.contact(report, contact), wish(report, channel=wished))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [row] = await office.deliveries()
    assert (row.state, row.channel) == ("pending", told_by)


async def test_a_reporter_who_wants_nothing_is_told_nothing(office: Office):
    report = await wishing(office, muted=True)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [row] = await office.deliveries()
    assert (row.state, row.reason, row.details) == ("skipped", "muted by the reporter", {})


async def test_what_was_not_sent_yet_is_dropped_when_the_reporter_wants_nothing(office: Office):
    report = uuid4()
    await office.hear(office.contact(report, SARI), status(CaseStatus.RECEIVED, report_id=report))
    await office.hear(wish(report, muted=True))
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "muted by the reporter")


async def test_the_agency_of_a_muted_report_hears_as_always(office: Office):
    report = await wishing(office, muted=True)
    await office.hear(fact(c.DispositionCreated, report_id=report, leg_id=uuid4()))
    assert [row.state for row in await office.deliveries()] == ["pending"]


@pytest.mark.parametrize(
    ("hour", "quiet", "zone", "opens_at"),
    [
        (22, ("21:00", "05:00"), "WIB", datetime(2026, 7, 6, 22, 0, tzinfo=UTC)),
        (4, ("21:00", "05:00"), "WIB", datetime(2026, 7, 5, 22, 0, tzinfo=UTC)),
        (12, ("11:30", "13:15"), "WIB", datetime(2026, 7, 6, 6, 15, tzinfo=UTC)),
        (20, ("21:00", "05:00"), "WITA", datetime(2026, 7, 6, 21, 0, tzinfo=UTC)),
        (12, ("21:00", "05:00"), "WIB", None),
        (5, ("21:00", "05:00"), "WIB", None),
        (12, ("12:00", "12:00"), "WIB", None),
    ],
)
async def test_a_reporter_is_left_alone_in_quiet_hours_of_their_zone(
    office: Office, clock, hour: int, quiet, zone: str, opens_at
):
    clock.set(datetime(2026, 7, 6, hour, 0, tzinfo=UTC) - JAKARTA)
    report = await wishing(office, quiet_from=quiet[0], quiet_until=quiet[1], zone=zone)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    [row] = await office.deliveries()
    assert (row.state, row.opens_at) == ("waiting_hours" if opens_at else "pending", opens_at)


async def test_what_came_in_quiet_hours_is_sent_when_they_end(office: Office, clock):
    clock.set(datetime(2026, 7, 6, 15, 0, tzinfo=UTC))
    report = await wishing(office, quiet_from="21:00", quiet_until="05:00")
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    clock.set(datetime(2026, 7, 6, 22, 0, tzinfo=UTC))
    assert await sweep(office.database, attempts=3) == 1
    [row] = await office.deliveries()
    assert row.state == "pending"


def asked(office: Office, contact: Contact, channel: Channel = Channel.SMS) -> c.AnswerRequested:
    message = uuid4()
    sealed = office.sealer.seal(message, contact)
    return c.AnswerRequested(
        report_id=message, occurred_at=MONDAY, channel=channel, sealed=sealed, text="Status: Selesai."
    )


async def test_who_asked_by_sms_is_answered_by_sms_and_nothing_is_kept(office: Office):
    await office.hear(asked(office, PHONE_ONLY))
    async with office.sending():
        [row] = await office.settled()
    [sms] = await office.caught()
    assert (sms["kind"], sms["to"], sms["text"]) == ("sms", [PHONE_ONLY.phone], "Status: Selesai.")
    assert (row.state, row.details) == ("delivered", {})


@pytest.mark.parametrize(
    ("language", "tagline"),
    [
        ("id", "Layanan Aspirasi dan Pengaduan Online Rakyat"),
        ("en", "The people's online complaints and aspirations service"),
    ],
)
async def test_what_frames_an_answer_by_mail_is_in_the_language_it_was_asked_in(
    office: Office, language: str, tagline: str
):
    message, text = uuid4(), "LAPOR! Your sign-in code: 123456. Valid for 5 minutes."
    sealed = office.sealer.seal_answer(message, Contact(email="sari@pelapor.example"), text)
    words = {"report_id": message, "channel": Channel.EMAIL, "sealed": sealed, "text": ""}
    await office.hear(c.AnswerRequested(occurred_at=MONDAY, language=language, **words))
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert tagline in mail["text"]


async def test_an_answers_words_lie_sealed_until_they_are_sent_and_go_with_the_contact(office: Office):
    message, code = uuid4(), "Kode akses: ABCD-EFGH"
    sealed = office.sealer.seal_answer(message, PHONE_ONLY, code)
    words = {"report_id": message, "channel": Channel.SMS, "sealed": sealed, "text": ""}
    await office.hear(c.AnswerRequested(occurred_at=MONDAY, **words))
    async with office.database.transaction() as tx:
        kept = (await tx.execute(sa.text("SELECT c::text || d::text FROM contacts c, deliveries d"))).scalar()
    assert "Kode akses" not in kept
    async with office.sending():
        await office.settled()
    assert [sms["text"] for sms in await office.caught()] == [code]
    await office.hear(c.ContactRegistered(report_id=message, occurred_at=MONDAY + JAKARTA, withdrawn=True))
    async with office.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT sealed FROM contacts"))).scalar() is None


async def test_an_answer_is_given_once_however_often_it_is_asked_for(office: Office):
    event_id, answer = uuid4(), asked(office, PHONE_ONLY)
    await office.hear_as([(event_id, answer)] * 2)
    await office.hear_as([(event_id, answer)])
    assert len(await office.deliveries()) == 1


async def test_a_channel_that_nothing_is_sent_by_is_skipped_with_the_reason(office: Office):
    await office.hear(asked(office, PHONE_ONLY, Channel.TELEGRAM))
    [row] = await office.deliveries()
    assert (row.state, row.reason) == ("skipped", "no contact")


async def test_an_asker_is_named_in_no_table(office: Office):
    await office.hear(asked(office, PHONE_ONLY))
    async with office.database.transaction() as tx:
        rows = (
            await tx.execute(sa.text("SELECT c::text || d::text FROM contacts c, deliveries d"))
        ).scalars()
    assert PHONE_ONLY.phone.lstrip("+") not in "".join(rows)
