"""While reports flow, every process is killed with SIGKILL at random moments. Nothing is lost or doubled."""

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.load.lives import Lives
from deploy.local.parts import PART_NAMES
from deploy.local.stack import Stack
from deploy.provision.management import Management
from shared.messaging.topology import SERVICES

ROOT = Path(__file__).resolve().parents[2]
REPORTS = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 60
USERS = 12
SECONDS = 110
"""How long one step of a life may take through all the killing."""

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
async def aftermath():
    """Run the storm once; the tests look at what it left behind."""
    async with Stack(ROOT / ".local" / "chaos", fresh=True) as stack:
        kills, all_killed = Counter(), asyncio.Event()
        key = stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"]
        async with Lives(stack.gateway_url, key, connections=USERS, patience=SECONDS) as lives:
            storm = asyncio.create_task(_storm(stack, kills, all_killed))
            filed = await _live_through(lives, all_killed)
            storm.cancel()
            await asyncio.gather(storm, return_exceptions=True)
            await _repair(stack)
            for life in random.sample(filed, 20):
                await lives.file(life)  # a client that never got its answer asks again
        await _rest(stack)
        yield Aftermath(stack, filed, kills, await _messages(stack))


class Aftermath:
    def __init__(self, stack, lives, kills, messages):
        self.stack, self.lives, self.kills, self.messages = stack, lives, kills, messages

    async def rows(self, service: str, sql: str):
        connection = await asyncpg.connect(self.stack.database_url(service).replace("+asyncpg", ""))
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()


async def _live_through(lives: Lives, all_killed: asyncio.Event) -> list:
    """As many lives as are wanted, and more until nothing is left that was not killed meanwhile."""
    numbers, finished = count(), []

    async def user() -> None:
        while (number := next(numbers)) < REPORTS or not all_killed.is_set():
            finished.append(await lives.live(number))

    async with asyncio.timeout(SECONDS * 2):
        await asyncio.gather(*(user() for _ in range(USERS)))
    return finished


async def _storm(stack: Stack, kills: Counter, all_killed: asyncio.Event) -> None:
    """Every victim at least once, in random order, at random moments; started again at once."""
    dice = random.Random()
    while True:
        victims = [*PART_NAMES, "rabbitmq", "postgres"]
        dice.shuffle(victims)
        for victim in victims:
            await asyncio.sleep(dice.uniform(0.5, 3.0))
            await asyncio.shield(_kill_and_start(stack, victim))
            kills[victim] += 1
        all_killed.set()


async def _kill_and_start(stack: Stack, victim: str) -> None:
    await stack.kill(victim)
    await stack.start(victim)


async def _repair(stack: Stack) -> None:
    """Whatever the last kill left down comes up again."""
    for name in ("postgres", "epmd", "rabbitmq", *PART_NAMES):
        if not stack.pids(name):
            await stack.start(name)


async def _rest(stack: Stack, seconds: float = 90) -> None:
    """Wait until outboxes, queues and deliveries have nothing left to do."""
    deadline = time.monotonic() + seconds
    quiet = 0
    while time.monotonic() < deadline and quiet < 4:
        with contextlib.suppress(OSError, asyncpg.PostgresError, httpx.HTTPError):
            quiet = quiet + 1 if await _nothing_left(stack) else 0
        await asyncio.sleep(0.7)
    assert quiet >= 4, "the system does not come to rest"


async def _nothing_left(stack: Stack) -> bool:
    async with Management(stack.management_url) as management:
        queues = await management.get("queues", "/", disable_stats="false")
    waiting = sum(
        q.get("messages", 0)
        for q in queues
        if q["name"].split(".")[0] in {*SERVICES, "lapor"} and not q["name"].endswith(".dead")
    )
    left = 0
    for service in SERVICES:
        connection = await asyncpg.connect(stack.database_url(service).replace("+asyncpg", ""))
        left += await connection.fetchval("SELECT count(*) FROM outbox")
        if service == "notify":
            left += await connection.fetchval(
                "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'waiting_contact')"
            )
        await connection.close()
    return waiting + left == 0


async def _messages(stack: Stack) -> list[dict]:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{stack.catcher_url}/messages")).json()


async def test_every_kind_of_process_was_killed(aftermath):
    assert set(aftermath.kills) == {*PART_NAMES, "rabbitmq", "postgres"}


async def test_every_report_that_got_a_201_is_there_once(aftermath):
    rows = await aftermath.rows("intake", "SELECT tracking_id FROM reports")
    filed = {life.tracking_id.replace("-", "") for life in aftermath.lives}
    assert sorted(row["tracking_id"] for row in rows) == sorted(filed)


async def test_an_idempotency_key_filed_one_report_whatever_was_repeated(aftermath):
    assert len({life.key for life in aftermath.lives}) == len(aftermath.lives)
    assert len({life.tracking_id for life in aftermath.lives}) == len(aftermath.lives)


async def test_every_report_has_one_case_closed_by_its_reporter(aftermath):
    rows = await aftermath.rows("verification", "SELECT report_id, status, closed_by FROM cases")
    assert Counter((row["status"], row["closed_by"]) for row in rows) == {
        ("closed", "reporter"): len(aftermath.lives)
    }


async def test_every_case_has_one_leg_for_its_agency(aftermath):
    rows = await aftermath.rows("routing", "SELECT report_id, agency, count(*) FROM legs GROUP BY 1, 2")
    assert len(rows) == len(aftermath.lives)
    assert {row["count"] for row in rows} == {1}


async def test_every_case_has_one_clock_of_each_kind_running(aftermath):
    rows = await aftermath.rows(
        "sla", "SELECT report_id, array_agg(clock) AS clocks FROM timers WHERE running GROUP BY report_id"
    )
    assert len(rows) == len(aftermath.lives)
    assert {tuple(row["clocks"]) for row in rows} == {("reopening",)}  # the reopening window alone


async def test_no_timer_is_left_without_its_case_and_none_twice(aftermath):
    rows = await aftermath.rows(
        "sla", "SELECT report_id, clock, count(*) FROM timers WHERE next_at IS NOT NULL GROUP BY 1, 2"
    )
    assert {row["count"] for row in rows} == {1}
    assert {row["clock"] for row in rows} == {"reopening"}


async def test_everybody_is_told_once_of_each_fact(aftermath):
    rows = await aftermath.rows(
        "notify", "SELECT event_id, recipient, count(*) FROM deliveries GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert rows == []
    states = await aftermath.rows("notify", "SELECT state, count(*) FROM deliveries GROUP BY 1")
    assert {row["state"] for row in states} <= {"delivered", "skipped"}


async def test_a_provider_that_honours_keys_delivers_no_message_twice(aftermath):
    """A crash between sending and recording sends again, under the same key."""
    first_texts = {}
    for message in aftermath.messages:
        first_texts.setdefault(message["id"], message["text"])
    delivered = await aftermath.rows("notify", "SELECT count(*) FROM deliveries WHERE state = 'delivered'")
    assert len(first_texts) == delivered[0]["count"]


async def test_no_letter_is_dead(aftermath):
    async with Management(aftermath.stack.management_url) as management:
        queues = await management.get("queues", "/")
    dead = {q["name"]: q["messages"] for q in queues if q["name"].endswith(".dead") and q.get("messages")}
    assert dead == {}


async def test_every_reader_of_facts_agrees_with_the_writer(aftermath):
    told = await aftermath.rows("routing", "SELECT status, count(*) FROM dockets GROUP BY 1")
    assert {row["status"]: row["count"] for row in told} == {"closed": len(aftermath.lives)}
