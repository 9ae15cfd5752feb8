"""Messages that wait to be told together once a day, on a real database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.notify.digests import TOLD_TOGETHER
from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import SARI, Office
from tests.unit.notify.facts import QUESTION, fact, status

MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""09.00 in Jakarta."""
FORWARDED = (CaseStatus.FORWARDED, CaseStatus.RECEIVED)
AT_WORK = (CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED)


async def wish(office: Office, report: UUID, version: int = 1, **more) -> None:
    values = {"digest_at": "16:00", "language": "id", "zone": "WIB", **more}
    await office.hear(
        c.PreferencesChanged(report_id=report, occurred_at=MONDAY, preferences_version=version, **values)
    )


async def reporter(office: Office, clock, **more) -> UUID:
    """Who is told once a day, at four in the afternoon."""
    clock.set(MONDAY)
    report = uuid4()
    await office.hear(office.contact(report, SARI))
    await wish(office, report, **more)
    return report


async def news(office: Office, report: UUID) -> None:
    for number, turn in enumerate((FORWARDED, AT_WORK), 1):
        await office.hear(status(*turn, report_id=report, case_version=number))


async def states(office: Office) -> list[tuple[str, str]]:
    return [(row.template, row.state) for row in await office.deliveries()]


async def test_what_is_not_urgent_is_told_in_one_message_at_the_chosen_hour(office: Office, clock):
    report = await reporter(office, clock)
    await news(office, report)
    assert {state for _, state in await states(office)} == {"waiting_digest"}
    await sweep(office.database, 3)
    assert {state for _, state in await states(office)} == {"waiting_digest"}
    clock.set(MONDAY + timedelta(hours=7, minutes=1))
    await sweep(office.database, 3)
    rows = await office.deliveries()
    [digest] = [row for row in rows if row.template == "digest"]
    assert [(row.state, row.reason, row.digest_id) for row in rows if row is not digest] == [
        ("skipped", TOLD_TOGETHER, digest.id)
    ] * 2
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert mail["text"].count("\n- ") == 2


async def test_what_asks_for_an_answer_is_told_at_once(office: Office, clock):
    report = await reporter(office, clock)
    await office.hear(status(*FORWARDED, report_id=report))
    await office.hear(fact(c.DispositionAsked, report_id=report, text=QUESTION))
    assert dict(await states(office)) == {"forwarded": "waiting_digest", "asked": "pending"}


async def test_what_has_a_deadline_soon_is_told_at_once(office: Office, clock):
    report = await reporter(office, clock, digest_at="08:30")  # tomorrow's; today is Monday
    soon = fact(c.SlaBreached, report_id=report, leg_id=None, due_at=MONDAY + timedelta(days=2))
    await office.hear(status(*AT_WORK, report_id=report), soon)
    told = dict(await states(office))
    assert (told["in_progress"], told["overdue"]) == ("waiting_digest", "pending")


async def test_one_message_alone_is_told_as_itself(office: Office, clock):
    report = await reporter(office, clock)
    await office.hear(status(*AT_WORK, report_id=report))
    clock.advance(timedelta(hours=8))
    await sweep(office.database, 3)
    assert await states(office) == [("in_progress", "pending")]


async def test_a_browser_hears_of_one_message_alone_too(office: Office, clock):
    report = await reporter(office, clock)
    await office.keep_browser(report)
    await office.hear(status(*AT_WORK, report_id=report))
    clock.advance(timedelta(hours=8))
    await sweep(office.database, 3)
    assert {(row.recipient, row.state) for row in await office.deliveries()} == {
        ("reporter", "pending"),
        ("browser", "pending"),
    }


async def test_a_digest_waits_for_the_end_of_quiet_hours(office: Office, clock):
    report = await reporter(office, clock, digest_at="22:00", quiet_from="21:00", quiet_until="06:00")
    await news(office, report)
    assert {row.opens_at for row in await office.deliveries()} == {
        datetime(2026, 7, 6, 23, 0, tzinfo=UTC)  # six in the morning
    }


async def test_who_is_muted_meanwhile_gets_no_digest(office: Office, clock):
    report = await reporter(office, clock)
    await news(office, report)
    await wish(office, report, version=2, muted=True)
    assert {(row.state, row.reason) for row in await office.deliveries()} == {
        ("skipped", "muted by the reporter")
    }


async def test_two_sweeps_at_once_make_one_digest(office: Office, clock):
    report = await reporter(office, clock)
    await news(office, report)
    clock.advance(timedelta(hours=8))
    for _ in range(2):
        await sweep(office.database, 3)
    assert [template for template, _ in await states(office)].count("digest") == 1
