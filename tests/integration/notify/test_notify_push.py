"""Browsers hear that there is news: encrypted for them alone, beside a contact or instead of one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from services.notify.bell import Bell
from services.notify.browsers import drop_gone
from services.notify.channels.push import PushSender
from services.notify.handlers import Handlers
from services.notify.rewrapping import rewrap
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.keys import generate_keys
from shared.security.sealing import Sealer, Unsealer
from tests.integration.notify.conftest import SARI, Office
from tests.unit.notify.facts import MONDAY, status


class Browsers:
    """A push service of one test's own, with its browsers."""

    def __init__(self, office: Office, keys: dict[str, str]) -> None:
        self.office, self.keys = office, keys
        self.url = f"{office.stack.catcher_url}/providers/p{uuid4().hex[:8]}"
        self.http = httpx.AsyncClient(trust_env=False)

    async def subscription(self, mailbox: str = "peramban-1") -> str:
        told = await self.http.put(
            f"{self.url}/push/{mailbox}", json={"origin": self.office.stack.catcher_url}
        )
        return told.text

    async def subscribed(self, report: UUID, mailbox: str = "peramban-1", **more) -> c.PushSubscribed:
        sealed = self.office.sealer.seal_push(report, await self.subscription(mailbox))
        return c.PushSubscribed(report_id=report, **{"occurred_at": MONDAY, "sealed": sealed, **more})

    async def shown(self) -> list[tuple[str, str]]:
        """What each browser showed, decrypted as it would."""
        messages = (await self.http.get(f"{self.url}/messages")).json()
        return [(message["to"], message["text"]) for message in messages]

    async def say(self, fail: str) -> None:
        (await self.http.put(self.url, json={"fail": fail})).raise_for_status()

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        push = PushSender(
            self.keys["LAPOR_PUSH_PRIVATE_KEY"], "mailto:postmaster@lapor.example", 5, loopback=True
        )
        running = (
            self.office.dispatcher("email", self.office.mail()),
            self.office.dispatcher("push", push),
        )
        async with self.office.sending(*running):
            yield


@pytest.fixture
async def browsers(office: Office, keys) -> AsyncIterator[Browsers]:
    office.handlers = Handlers(
        office.unsealer, office.bell, national_desk=True, channels=frozenset({"email", "sms", "push"})
    )
    office.handling = {
        kind: handler for each in office.handlers.subscriptions() for kind, handler in each.handlers.items()
    }
    made = Browsers(office, keys)
    yield made
    await made.http.delete(made.url)
    await made.http.aclose()


async def by_recipient(office: Office) -> dict[str, object]:
    return {row.recipient: row for row in await office.deliveries()}


async def kept(office: Office) -> list:
    async with office.database.reading() as tx:
        return (await tx.execute(sa.text("SELECT * FROM browsers"))).all()


async def test_a_reporter_without_contact_hears_in_the_browser(office: Office, browsers: Browsers):
    report = uuid4()
    await office.hear(office.contact(report, None), await browsers.subscribed(report))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report, anonymous=True))
    async with browsers.sending():
        await office.settled()
    rows = await by_recipient(office)
    assert (rows["reporter"].state, rows["reporter"].reason) == ("skipped", "no contact")
    assert (rows["browser"].state, rows["browser"].channel) == ("delivered", "push")


async def test_what_a_browser_shows_reveals_nothing(office: Office, browsers: Browsers):
    report = uuid4()
    await office.hear(office.contact(report, SARI), await browsers.subscribed(report))
    await office.hear(status(CaseStatus.ARCHIVED, report_id=report, message="Bukan wewenang kami."))
    async with browsers.sending():
        await office.settled()
    [(_, text)] = await browsers.shown()
    assert text == "LAPOR! | Ada kabar baru. | https://lapor.example/lacak"


async def test_a_browser_hears_beside_a_contact(office: Office, browsers: Browsers):
    report = uuid4()
    await office.hear(office.contact(report, SARI), await browsers.subscribed(report))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    async with browsers.sending():
        await office.settled()
    assert (len(await office.caught()), len(await browsers.shown())) == (1, 1)


async def test_a_report_without_a_browser_has_one_delivery_as_ever(office: Office, browsers: Browsers):
    report = uuid4()
    await office.hear(office.contact(report, SARI), status(CaseStatus.RECEIVED, report_id=report))
    assert [row.recipient for row in await office.deliveries()] == ["reporter"]


async def test_a_fact_that_comes_twice_is_shown_once(office: Office, browsers: Browsers):
    report, event = uuid4(), uuid4()
    await office.hear(office.contact(report, None), await browsers.subscribed(report))
    for _ in range(2):
        await office.hear_as([(event, status(CaseStatus.RECEIVED, report_id=report))])
    assert sorted(row.recipient for row in await office.deliveries()) == ["browser", "reporter"]


@pytest.mark.parametrize("contact", [SARI, None], ids=["contact", "none"])
async def test_a_muted_report_is_not_shown_either(office: Office, browsers: Browsers, contact):
    report = uuid4()
    mute = c.PreferencesChanged(
        report_id=report, occurred_at=MONDAY, preferences_version=1, language="id", muted=True
    )
    await office.hear(office.contact(report, contact), await browsers.subscribed(report), mute)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    assert [row.reason for row in await office.deliveries()] == ["muted by the reporter"]


async def test_a_browser_is_left_alone_in_quiet_hours(office: Office, browsers: Browsers, clock):
    clock.set(datetime(2026, 7, 6, 15, 0, tzinfo=UTC))
    report = uuid4()
    quiet = c.PreferencesChanged(
        report_id=report, occurred_at=MONDAY, preferences_version=1, language="id",
        quiet_from="21:00", quiet_until="05:00",
    )  # fmt: skip
    await office.hear(office.contact(report, None), await browsers.subscribed(report), quiet)
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    assert (await by_recipient(office))["browser"].state == "waiting_hours"


async def test_a_subscription_that_is_gone_is_dropped_for_good(office: Office, browsers: Browsers):
    report = uuid4()
    fact = await browsers.subscribed(report)
    await office.hear_as([(event := uuid4(), fact)])
    await office.hear(office.contact(report, None), status(CaseStatus.RECEIVED, report_id=report))
    await browsers.say("gone")
    async with browsers.sending():
        await office.settled()
        await office.hear_as([(event, fact)])
        await office.hear(status(CaseStatus.FORWARDED, report_id=report, case_version=2))
        await office.settled()
    rows = [row for row in await office.deliveries() if row.recipient == "browser"]
    assert [(row.state, row.reason) for row in rows] == [("failed", "subscription gone")]
    assert [row.sealed for row in await kept(office)] == [None]


async def test_a_browser_that_subscribed_anew_is_not_dropped_with_the_old_one(
    office: Office, browsers: Browsers
):
    report = uuid4()
    old = await browsers.subscribed(report)
    await office.hear(old)
    new = await browsers.subscribed(report, "peramban-2", occurred_at=MONDAY + timedelta(hours=1))
    await office.hear(new)
    async with office.database.transaction() as tx:
        await drop_gone(tx, [(report, old.sealed)])
    assert [row.sealed for row in await kept(office)] == [new.sealed]


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_the_newest_word_counts_in_whatever_order(office: Office, browsers: Browsers, order):
    report = uuid4()
    words = [
        await browsers.subscribed(report),
        await browsers.subscribed(
            report, occurred_at=MONDAY + timedelta(hours=1), sealed=None, withdrawn=True
        ),
        await browsers.subscribed(report, "peramban-2", occurred_at=MONDAY + timedelta(hours=2)),
    ]
    for place in order:
        await office.hear(words[place])
    assert [(row.sealed, row.withdrawn) for row in await kept(office)] == [(words[2].sealed, False)]


@pytest.mark.parametrize("forgotten_first", [True, False])
async def test_who_forgets_a_contact_forgets_the_browser(
    office: Office, browsers: Browsers, forgotten_first: bool
):
    report = uuid4()
    facts = [
        await browsers.subscribed(report),
        office.contact(report, None, withdrawn=True, occurred_at=MONDAY + timedelta(days=1)),
    ]
    for fact in reversed(facts) if forgotten_first else facts:
        await office.hear(fact)
    assert [(row.sealed, row.withdrawn) for row in await kept(office)] == [(None, True)]


async def test_what_waits_for_a_browser_that_is_withdrawn_is_skipped(office: Office, browsers: Browsers):
    report = uuid4()
    await office.hear(office.contact(report, None), await browsers.subscribed(report))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    later = MONDAY + timedelta(hours=1)
    await office.hear(await browsers.subscribed(report, occurred_at=later, sealed=None, withdrawn=True))
    async with browsers.sending():
        await office.settled()
    row = (await by_recipient(office))["browser"]
    assert (row.state, row.reason) == ("skipped", "no subscription")
    assert not await browsers.shown()


async def test_nothing_is_kept_where_nobody_sends_by_push(office: Office, browsers: Browsers):
    report = uuid4()
    handlers = Handlers(office.unsealer, Bell())
    fact = await browsers.subscribed(report)
    office.handling = {
        kind: handler for each in handlers.subscriptions() for kind, handler in each.handlers.items()
    }
    await office.hear(fact)
    assert [row.sealed for row in await kept(office)] == [None]


async def test_a_subscription_moves_to_a_new_seal_key(office: Office, browsers: Browsers, keys):
    report, fresh = uuid4(), generate_keys()["LAPOR_SEAL_PRIVATE_KEY"]
    await office.hear(await browsers.subscribed(report))
    both = Unsealer(f"{fresh},{keys['LAPOR_SEAL_PRIVATE_KEY']}")
    assert await rewrap(office.database, both) == 1
    [row] = await kept(office)
    assert "peramban-1" in Unsealer(fresh).unseal_push(report, row.sealed)


def test_all_subscriptions_sealed_are_of_few_lengths(keys):
    sealer, report = Sealer(keys["LAPOR_SEAL_PUBLIC_KEY"]), uuid4()
    assert len({len(sealer.seal_push(report, "x" * length)) for length in (150, 300, 512)}) == 1
