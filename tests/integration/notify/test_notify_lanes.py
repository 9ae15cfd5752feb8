"""Two lanes of one channel: each has its own messages, and announcements give way to status changes."""

import asyncio
from collections import Counter

import sqlalchemy as sa

from services.notify import dispatcher
from services.notify.domain.delivery import Lane
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from services.notify.watch import look
from tests.integration.notify.conftest import Office, Provider, received, until

_ANNOUNCE = sa.text(
    "UPDATE deliveries SET lane = 'bulk' WHERE id IN (SELECT id FROM deliveries ORDER BY id LIMIT 2)"
)
_LONG_DUE = sa.text("UPDATE deliveries SET due_at = now() - interval '10 seconds' WHERE lane <> 'bulk'")
_SENT_ELSEWHERE = sa.text(
    "UPDATE deliveries SET state = 'delivered', finished_at = now() WHERE lane <> 'bulk'"
)


async def told(office: Office, *statements: sa.TextClause) -> None:
    async with office.database.transaction() as tx:
        for statement in statements:
            await tx.execute(statement)


async def behind(office: Office) -> Provider:
    """Two announcements, and status changes that have been due for long; who takes the announcements."""
    await received(office, reports=4)
    await told(office, _ANNOUNCE, _LONG_DUE)
    return Provider()


async def announcing(office: Office, provider: Provider) -> dispatcher.Dispatcher:
    """The bulk lane's sender, once the watch has looked."""
    sender = office.sending_by(Pool("email", [Carrier("email", provider)]), Lane.BULK)
    await look(office.database, office.bell)
    return sender


async def test_lanes_do_not_take_each_others_messages(office: Office):
    await received(office, reports=4)
    await told(office, _ANNOUNCE)
    bulk = Provider()
    async with office.sending(await announcing(office, bulk)):
        await until(lambda: _handed(bulk, 2))
        await until(lambda: _recorded(office, 2))
    assert Counter((row.lane, row.state) for row in await office.deliveries()) == {
        ("bulk", "delivered"): 2,
        ("transactional", "pending"): 2,
    }


async def test_an_announcement_waits_while_status_changes_do(office: Office, monkeypatch):
    monkeypatch.setattr(dispatcher, "LONGEST_WAY_SECONDS", 3600.0)
    bulk = await behind(office)
    async with office.sending(await announcing(office, bulk)):
        await asyncio.sleep(1.0)
        assert bulk.keys == []
        await told(office, _SENT_ELSEWHERE)
        await until(lambda: _handed(bulk, 2))


async def test_an_announcement_does_not_wait_for_good(office: Office, monkeypatch):
    monkeypatch.setattr(dispatcher, "LONGEST_WAY_SECONDS", 0.2)
    bulk = await behind(office)
    async with office.sending(await announcing(office, bulk)):
        await until(lambda: _handed(bulk, 2))


async def _handed(provider: Provider, count: int) -> bool:
    return len(provider.keys) >= count


async def _recorded(office: Office, count: int) -> bool:
    return sum(row.state == "delivered" for row in await office.deliveries()) == count
