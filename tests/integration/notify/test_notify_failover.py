"""Two providers a channel: who is asked when one fails, hangs or comes back."""

import asyncio
from collections import Counter

import sqlalchemy as sa

from services.notify.channels.port import Throttled, Unavailable, Unconfirmed
from services.notify.providers import weights
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from services.notify.providers.rates import lease_rates
from services.notify.sweeping import sweep
from tests.integration.notify.conftest import Office, Provider, received, until


class Down(Provider):
    """Takes nothing until it is told to."""

    up = False

    async def send(self, *message):
        if not self.up:
            self.failures = [Unavailable("http 503")]
        return await super().send(*message)


async def test_while_one_provider_is_down_the_other_delivers_everything(office: Office):
    await received(office, reports=40)
    down, up = Down(), Provider()
    async with office.sending(office.dispatcher("email", down, up, concurrency=10, attempts=9)):
        rows = await office.settled()
    assert {row.state for row in rows} == {"delivered"}
    assert Counter(up.keys) == Counter(row.id for row in rows)
    assert {row.provider for row in rows} == {"email-1"}


async def test_a_failing_provider_loses_its_weight_for_every_process(office: Office):
    await received(office, reports=12)
    down = Down()
    first = office.dispatcher("email", down, Provider(), attempts=9)
    async with office.sending(first):
        await office.settled()
        await until(lambda: _weight(office, 0))
    other = Pool("email", [Carrier("email", down), Carrier("email-1", Provider())])
    await weights.balance(office.database, [other])
    assert (other.providers["email"].weight, other.providers["email-1"].weight) == (0, 100)


async def test_a_weight_comes_back_in_steps(office: Office):
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO providers (name, channel, weight) VALUES ('a', 'sms', 0)"))
    seen = []
    for _ in range(4):
        await _long_ago(office)
        await sweep(office.database, 3)
        await sweep(office.database, 3)
        seen.append((await _weights(office))["a"])
    assert seen == [1, 10, 20, 30]


async def test_a_lone_provider_that_comes_back_is_used_at_once(office: Office):
    await received(office, reports=30)
    down = Down()
    async with office.sending(office.dispatcher("email", down, attempts=20)):
        await until(lambda: _weight(office, 0))
        tried = len(down.keys)
        down.up = True
        rows = await office.settled(30)
    assert {row.state for row in rows} == {"delivered"}
    assert tried < 30


async def test_a_provider_that_hangs_does_not_hold_up_what_the_other_can_take(office: Office):
    await received(office, reports=30)
    stuck, quick = Provider(hold=asyncio.Event()), Provider()
    dispatcher = office.dispatcher("email", stuck, quick, concurrency=4, send_seconds=1.0, attempts=9)
    async with office.sending(dispatcher):
        await until(lambda: _handed(quick, 26))
        stuck.hold.set()
        rows = await office.settled(20)
    assert {row.state for row in rows} == {"delivered"}


async def test_a_provider_that_may_have_the_message_is_asked_again_with_its_key(office: Office):
    await received(office, reports=1)
    unsure, other = Provider(Unconfirmed("timeout"), Unconfirmed("timeout"), None), Provider()
    pool = Pool("email", [Carrier("a", unsure), Carrier("b", other)])
    pool.providers["b"].weight = 0
    async with office.sending(office.sending_by(pool, attempts=5)):
        [row] = await office.settled()
    assert (row.state, row.attempts, row.provider) == ("delivered", 3, "a")
    assert (unsure.keys, other.keys) == ([row.id] * 3, [])


async def test_earlier_attempts_are_remembered_with_their_provider_and_reason(office: Office):
    await received(office)
    async with office.sending(office.dispatcher("email", Provider(Unavailable("smtp 451"), None))):
        [row] = await office.settled()
    async with office.database.transaction() as tx:
        [kept] = (await tx.execute(sa.text("SELECT * FROM attempts"))).all()
    assert (kept.delivery_id, kept.attempt, kept.provider, kept.outcome, kept.reason) == (
        *(row.id, 1, "email", "pending", "smtp 451"),
    )


async def test_a_provider_that_wants_less_is_left_alone_and_keeps_its_weight(office: Office):
    await received(office, reports=6)
    hasty = Provider(*[Throttled("http 429", 0.2)] * 4)
    async with office.sending(office.dispatcher("email", hasty, attempts=9)):
        rows = await office.settled()
    assert {row.state for row in rows} == {"delivered"}
    assert await _weights(office) == {}


async def test_a_provider_is_handed_no_more_in_a_second_than_it_takes(office: Office):
    await received(office, reports=12)
    limited = Provider()
    carrier = Carrier("email", limited)
    carrier.bucket.per_second = 5
    pool = Pool("email", [carrier])
    leasing = asyncio.create_task(lease_rates(office.database, [pool]))
    async with office.sending(office.sending_by(pool)):
        await until(lambda: _handed(limited, 5))
        at_first = len(limited.keys)
        await office.settled()
    leasing.cancel()
    assert at_first <= 6


async def _handed(provider: Provider, count: int) -> bool:
    return len(provider.keys) >= count


async def _weights(office: Office) -> dict[str, int]:
    async with office.database.transaction() as tx:
        return {row.name: row.weight for row in await tx.execute(sa.text("SELECT * FROM providers"))}


async def _weight(office: Office, weight: int) -> bool:
    return weight in (await _weights(office)).values()


async def _long_ago(office: Office) -> None:
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("UPDATE providers SET changed_at = now() - interval '1 hour'"))
