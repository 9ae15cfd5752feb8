"""Web hooks that are slow, dead or lead astray: tried again, suspended, replayed, and no burden to others."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.web.outbound import Outbound
from tests.integration.routing.webhooks.hooks import CITY, EAGER, Hook, all_are, case, sending, states, until


async def test_a_slow_hook_holds_up_no_other_and_no_database_connection(routing, outbound, server, hook):
    slow, quick = await hook(), await hook(CITY)
    await server.answers(slow.path, delay=1.5)
    for _ in range(20):
        await case(routing)
    async with sending(routing, outbound):
        async with asyncio.timeout(12.0):
            await server.wait_for(quick.path, 20)
        assert routing.database.engine.pool.checkedout() <= 1
        assert len(await server.seen(slow.path)) <= 12


async def test_a_hook_gets_no_more_at_once_than_it_may(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, delay=0.5)
    for _ in range(5):
        await case(routing)
    async with sending(routing, outbound, concurrency=2):
        await server.wait_for(mine.path, 2)
        await asyncio.sleep(0.2)
        assert len(await server.seen(mine.path)) == 2


async def test_a_dead_hook_is_suspended_loudly_and_then_left_alone(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, status=503)
    for _ in range(10):
        await case(routing)
    async with sending(routing, outbound, replace(EAGER, suspend_failures=5)):
        await until(lambda: _is(mine, "suspended"))
        count = len(await server.seen(mine.path))
        await asyncio.sleep(0.3)
        assert len(await server.seen(mine.path)) == count
    shown = await mine.get()
    assert (shown["last_error"], set(await states(routing))) == ("HTTP 503", {"waiting"})


async def _is(hook: Hook, state: str) -> bool:
    return (await hook.get())["state"] == state


async def test_a_resumed_hook_is_given_everything_that_waited(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, status=410)
    for _ in range(3):
        await case(routing)
    async with sending(routing, outbound):
        await until(lambda: _is(mine, "suspended"))
        await server.answers(mine.path, status=200)
        assert (await mine.post("resumption")).json()["state"] == "active"
        await until(lambda: all_are(routing, "delivered"))


async def test_a_delivery_that_never_gets_through_is_abandoned_and_can_be_replayed(
    routing, outbound, server, hook
):
    mine = await hook()
    await server.answers(mine.path, status=500)
    await case(routing)
    async with sending(routing, outbound, replace(EAGER, patience_seconds=0.2)):
        await until(lambda: all_are(routing, "abandoned"))
        await server.answers(mine.path, status=200)
        (line,) = (await mine.get("/deliveries"))["deliveries"]
        at = datetime.fromisoformat(line["created_at"])
        window = {"first": at.isoformat(), "last": (at + timedelta(seconds=1)).isoformat()}
        assert (await mine.post("replay", **window, only="abandoned")).json() == {"queued": 1}
        await until(lambda: all_are(routing, "delivered"))
    ids = {one["headers"]["webhook-id"] for one in await server.seen(mine.path)}
    assert ids == {line["delivery_id"]}


@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, 302, "HTTP 302"),
        ({"delay": 30}, None, "no answer within 3 s"),
    ],
)
async def test_a_redirect_is_not_followed_and_slowness_is_a_failure(server, hook, how, status, error):
    mine = await hook()
    await server.answers(mine.path, **how)
    tested = (await mine.post("test")).json()
    assert (tested["delivered"], tested["status"], tested["error"]) == (False, status, error)


async def test_an_endless_answer_is_cut_off(server, hook):
    mine = await hook()
    await server.answers(mine.path, body="x" * 5_000_000)
    assert (await mine.post("test")).json()["delivered"] is True


async def test_a_name_that_later_leads_to_us_is_not_called(routing, server, hook):
    mine = await hook()
    await case(routing)
    production = Outbound(seconds=1.0)
    await routing.rows_changed("UPDATE webhooks SET url = 'https://localhost/x'")
    async with sending(routing, production):
        await until(lambda: _failed(mine))
    assert "must not be called" in (await mine.get())["last_error"]


async def _failed(hook: Hook) -> bool:
    return (await hook.get())["failures"] > 0
