"""Web hooks against a real server in a process of its own: signed, in order, and once."""

import asyncio
import json
from contextlib import suppress
from uuid import uuid4

import sqlalchemy as sa

from services.routing.handlers import record_facts
from shared.messaging.consumer import Event
from shared.web.outbound import Outbound
from tests.integration.routing.webhooks.hooks import (
    CITY,
    ROADS,
    all_are,
    answer,
    case,
    kinds,
    proves,
    sending,
    states,
    until,
)
from tests.unit.routing.stories import verified


async def test_what_happens_to_a_leg_is_posted_signed_and_in_order(routing, outbound, server, hook):
    mine = await hook()
    fact, leg_id = await case(routing)
    await answer(routing, leg_id)
    async with sending(routing, outbound):
        seen = await server.wait_for(mine.path, 4)
    assert kinds(seen) == [
        f"disposition.{what}.v1" for what in ("created", "acknowledged", "responded", "completed")
    ]
    assert all(proves(mine.secret, one) for one in seen)
    assert json.loads(seen[0]["body"])["data"]["report_id"] == str(fact.report_id)


async def test_an_agency_hears_of_its_units_and_a_neighbour_of_nothing(routing, outbound, server, hook):
    city, neighbour = await hook(CITY), await hook("35.3518")
    await case(routing)
    async with sending(routing, outbound):
        await server.wait_for(city.path, 1)
    assert await server.seen(neighbour.path) == []


async def test_a_refused_word_is_posted_too(routing, outbound, server, hook):
    mine = await hook()
    await routing.agency_says(f"response.{ROADS}.response", b"no json")
    async with sending(routing, outbound):
        (seen,) = await server.wait_for(mine.path, 1)
    assert json.loads(seen["body"])["type"] == "disposition.refused.v1"


async def test_a_failed_delivery_is_tried_again_and_nothing_of_its_case_overtakes_it(
    routing, outbound, server, hook
):
    mine = await hook()
    await server.answers(mine.path, status=500)
    _, leg_id = await case(routing)
    await answer(routing, leg_id)
    async with sending(routing, outbound):
        await server.wait_for(mine.path, 3)
        await server.answers(mine.path, status=204, body="")
        await until(lambda: all_are(routing, "delivered"))
    seen = await server.seen(mine.path)
    first = [one["headers"]["webhook-id"] for one in seen if "created" in kinds([one])[0]]
    assert len(first) >= 3
    assert len(set(first)) == 1
    assert kinds(seen)[len(first) - 1 :] == [
        f"disposition.{what}.v1" for what in ("created", "acknowledged", "responded", "completed")
    ]


async def test_a_sender_that_died_leaves_its_delivery_to_the_next(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, delay=30)
    await case(routing)
    async with sending(routing, Outbound(seconds=30, loopback=True), lease=0.3):
        await server.wait_for(mine.path, 1)
    await server.answers(mine.path, status=200)
    async with sending(routing, outbound):
        await until(lambda: all_are(routing, "delivered"))
    assert len(await server.seen(mine.path)) == 2


async def test_two_senders_post_each_delivery_once(routing, outbound, server, hook):
    mine = await hook()
    for _ in range(30):
        await case(routing)
    async with sending(routing, outbound), sending(routing, outbound):
        await until(lambda: all_are(routing, "delivered"))
    seen = await server.seen(mine.path)
    assert len(seen) == len({one["headers"]["webhook-id"] for one in seen}) == 30


async def test_a_removed_hook_hears_nothing_more(routing, outbound, server, api, hook):
    mine = await hook()
    await case(routing)
    assert (await api.delete(mine.base, headers=mine.headers)).status_code == 204
    await case(routing)
    async with sending(routing, outbound):
        await asyncio.sleep(0.2)
    assert (await server.seen(mine.path), await states(routing)) == ([], ["abandoned"])


async def test_a_fact_that_is_rolled_back_is_posted_to_nobody(routing, hook):

    await hook()
    with suppress(RuntimeError):
        async with routing.database.transaction() as tx:
            await record_facts(tx, [Event(uuid4(), verified(report_id=uuid4()))])
            raise RuntimeError
    async with routing.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT count(*) FROM webhook_deliveries"))).scalar_one() == 0
