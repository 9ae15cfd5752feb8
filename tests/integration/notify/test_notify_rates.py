"""A provider's rate, kept by several processes together."""

import asyncio
import sys
import time

import sqlalchemy as sa

from services.notify.domain.rate import Bucket
from services.notify.providers.rates import lease
from tests.integration.notify.conftest import Office

RATE = 40
SECONDS = 2.0
_PROCESS = """
import asyncio, sys, time
from services.notify.channels.port import Rendered
from services.notify.domain.delivery import Lane
from services.notify.domain.rate import Bucket
from services.notify.providers.pool import Pool, Provider
from services.notify.providers.rates import lease_rates
from shared.clock import SystemClock
from shared.db.database import Database

async def main(url, rate, seconds):
    provider = Provider("sms-a", None, bucket=Bucket(rate))
    database = Database(url, SystemClock())
    leasing = asyncio.create_task(lease_rates(database, [Pool("sms", [provider])]))
    sent, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        room = provider.bucket.allows(time.monotonic())
        provider.bucket.take(room)
        sent += room
        await asyncio.sleep(0.01)
    leasing.cancel()
    print(sent)

asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
"""


async def test_two_processes_together_keep_the_rate_of_one(office: Office):
    async def process() -> int:
        url = office.stack.database_url("notify")
        arguments = (sys.executable, "-c", _PROCESS, str(url), str(RATE), str(SECONDS))
        running = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        told, _ = await running.communicate()
        return int(told)

    started = time.monotonic()
    sent = await asyncio.gather(process(), process())
    took = time.monotonic() - started  # they may not have begun together
    assert RATE < sum(sent) <= RATE * (took + 1)
    assert min(sent) > 0


async def test_what_one_has_leased_another_does_not_get(office: Office):
    one, other = Bucket(5), Bucket(5)
    await lease(office.database, {"sms-a": one}, {"sms-a": 5})
    await lease(office.database, {"sms-a": other}, {"sms-a": 5})
    now = time.monotonic()
    assert one.allows(now) == 5
    assert other.allows(now) <= 2


async def test_a_calm_hour_saves_up_a_second(office: Office):
    bucket = Bucket(5)
    await lease(office.database, {"sms-a": bucket}, {"sms-a": 5})
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("UPDATE rates SET filled_at = filled_at - interval '1 hour'"))
    again = Bucket(5)
    await lease(office.database, {"sms-a": again}, {"sms-a": 50})
    assert again.allows(time.monotonic()) == 5
