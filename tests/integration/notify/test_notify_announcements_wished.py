"""An announcement comes as its reader wants all messages to come, and not when it is too late."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notify.announcements import running, store
from services.notify.domain.delivery import Lane
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from shared import contracts as c
from shared.security.sealing import Contact
from tests.integration.notify.announcing import WORDS, announced, office_until, reported, run
from tests.integration.notify.conftest import Office

BOTH = Contact(email="sari@pelapor.example", phone="+6281234500011")
PHONE = Contact(phone=BOTH.phone)
NIGHT = datetime(2026, 7, 6, 16, 0, tzinfo=UTC)
"""Eleven in the evening, in Jakarta."""
MORNING = NIGHT + timedelta(hours=7)
QUIET = {"quiet_from": "21:00", "quiet_until": "06:00", "zone": "WIB"}


async def wishing(office: Office, contact: Contact = BOTH, **wishes):
    report = await reported(office, contact)
    words = {"language": "id", "preferences_version": 1, **wishes}
    await office.hear(c.PreferencesChanged(report_id=report, occurred_at=NIGHT, **words))
    return report


async def announce(office: Office, call, **more):
    await call(category="air", **WORDS, **more)
    await run(office)
    return [row for row in await office.deliveries() if row.template == "announcement"]


@pytest.mark.parametrize(("wished", "told_by"), [(None, "email"), ("sms", "sms"), ("telegram", "email")])
async def test_it_comes_by_the_channel_that_its_reader_wishes(office: Office, call, wished, told_by):
    await wishing(office, channel=wished)
    [row] = await announce(office, call)
    assert (row.state, row.channel) == ("pending", told_by)


async def test_it_is_said_in_the_language_of_its_reader(office: Office, call):
    await wishing(office, language="en")
    await announce(office, call, title_en="No water in Tegalsari", text_en="The pipe is mended by tomorrow.")
    pool = Pool("email", [Carrier("email", office.mail())])
    async with office.sending(office.sending_by(pool, Lane.BULK)):
        await office_until(office, "delivered")
    [mail] = await office.caught()
    assert mail["headers"]["Subject"] == "No water in Tegalsari"


async def test_a_browser_is_not_told_as_its_words_could_say_nothing_of_it(office: Office, call):
    await office.keep_browser(await wishing(office))
    [row] = await announce(office, call)
    assert row.channel == "email"


async def test_who_wants_nothing_is_neither_told_nor_counted(office: Office, call):
    await wishing(office, muted=True)
    preview = (await call(category="air", dry_run=True, **WORDS)).json()
    [row] = await announce(office, call)
    assert (row.state, row.reason) == ("skipped", "muted by the reporter")
    assert preview["reachable"] == 0


async def test_who_muted_one_report_is_told_by_the_other(office: Office, call):
    for muted in (True, False):
        await wishing(office, muted=muted)
    rows = await announce(office, call)
    assert sorted(row.state for row in rows) == ["pending", "skipped"]


async def test_one_telephone_is_told_once_whether_it_was_wished_or_is_all_there_is(office: Office, call):
    await wishing(office, channel="sms")
    await reported(office, PHONE)
    await announce(office, call)
    assert await announced(office) == {
        ("bulk", "pending", None): 1,
        ("bulk", "skipped", running.DUPLICATE): 1,
    }


async def test_it_waits_for_the_end_of_quiet_hours(office: Office, call, clock):
    clock.set(NIGHT)
    await wishing(office, **QUIET)
    [row] = await announce(office, call)
    assert (row.state, row.opens_at) == ("waiting_hours", MORNING)


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (MORNING, ("skipped", "quiet hours expired", {})),
        (MORNING + timedelta(hours=1), ("waiting_hours", None, None)),
    ],
)
async def test_whose_quiet_hours_outlast_it_is_not_told(office: Office, call, clock, until, end):
    clock.set(NIGHT)
    await wishing(office, **QUIET)
    [row] = await announce(office, call, ends_at=until.isoformat())
    assert (row.state, row.reason, row.details if row.reason else None) == end


async def test_what_is_not_sent_when_it_is_over_is_dropped(office: Office, call, clock):
    clock.set(NIGHT)
    await reported(office)
    await announce(office, call, ends_at=MORNING.isoformat())
    clock.set(MORNING)
    async with office.database.transaction() as tx:
        assert await store.anything_to_do(tx)
        await store.drop_late(tx)
    assert await announced(office) == {("bulk", "skipped", "announcement over"): 1}


async def test_an_announcement_cannot_be_over_before_it_begins(call, clock):
    clock.set(NIGHT)
    answer = await call(category="air", **WORDS, ends_at=(NIGHT - timedelta(hours=1)).isoformat())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "ends_at")
