"""What the broker lets an agency, its province, its units and its supervisors do."""

import asyncio
import secrets
from dataclasses import replace
from functools import partial

import aio_pika
import pytest
from aiormq.exceptions import AMQPError, ProbableAuthenticationError

from deploy.provision.agency import grant, granted_users, renew_permissions, revoke, rotate, user_of
from shared.contracts import ResponseKind
from shared.messaging.broker import connect
from tests.support import broker
from tests.support.broker import REFUSED, publish

PROVINCE, CITY, UNIT = "36", "36.3674", "36.3674.dishub"
PROVINCE_UNIT = "36.dishub"
channel_of = partial(broker.channel_of, heard=False)


@pytest.fixture(scope="module")
async def urls(stack) -> dict[str, str]:
    """The broker as each of them reaches it."""
    users = {
        PROVINCE: user_of(PROVINCE),
        CITY: user_of(CITY),
        "narrow": user_of(PROVINCE, read_only=True),
        "wide": user_of(CITY, read_only=True, subtree=True),
    }
    found = {}
    for name, user in users.items():
        password = secrets.token_urlsafe(12)
        found[name] = stack.amqp_url(await grant(stack.management_url, user, password), password)
    return found


@pytest.mark.parametrize("kind", ResponseKind)
@pytest.mark.parametrize(("who", "code"), [(PROVINCE, PROVINCE), (PROVINCE, PROVINCE_UNIT), (CITY, UNIT)])
async def test_an_agency_answers_for_itself_and_for_its_units(urls, who, code, kind):
    async with channel_of(urls[who]) as channel:
        await publish(channel, "lapor.responses", f"response.{code}.{kind}")


@pytest.mark.parametrize(
    ("who", "key"),
    [
        (PROVINCE, f"response.{CITY}.response"),
        (PROVINCE, f"response.{UNIT}.response"),
        (PROVINCE, f"response.{PROVINCE}.shouting"),
        (PROVINCE, f"response.{PROVINCE}"),
        (CITY, f"response.{PROVINCE}.response"),
        (CITY, "response.36.36745.response"),
        ("narrow", f"response.{PROVINCE}.response"),
        ("wide", f"response.{CITY}.response"),
        ("wide", f"response.{UNIT}.acknowledgement"),
    ],
)
async def test_nobody_answers_for_another(urls, who, key):
    async with channel_of(urls[who]) as channel:
        with pytest.raises(REFUSED):
            await publish(channel, "lapor.responses", key)


@pytest.mark.parametrize(
    ("who", "queue"),
    [
        (PROVINCE, f"agency.{CITY}"),
        (CITY, f"agency.{PROVINCE}"),
        ("narrow", f"agency.{PROVINCE}"),
        ("wide", f"agency.{CITY}"),
        (CITY, f"supervisor.{CITY}"),
    ],
)
async def test_nobody_takes_from_a_queue_that_is_not_theirs(urls, who, queue):
    async with channel_of(urls[who]) as channel:
        there = await channel.get_queue(queue, ensure=False)
        with pytest.raises(REFUSED):
            await there.get(fail=False, timeout=5)


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("narrow", f"disposition.{PROVINCE}.#"),
        ("narrow", f"disposition.{CITY}.*"),
        ("narrow", "disposition.*.*"),
        ("wide", f"disposition.{PROVINCE}.*"),
        ("wide", "#"),
    ],
)
async def test_a_supervisor_binds_no_more_than_was_granted(urls, who, key):
    code = {"narrow": PROVINCE, "wide": CITY}[who]
    async with channel_of(urls[who]) as channel:
        queue = await channel.get_queue(f"supervisor.{code}", ensure=False)
        with pytest.raises(REFUSED):
            await queue.bind("lapor.dispositions", key)


async def test_a_supervisor_of_a_subtree_reads_all_of_it_and_one_without_reads_one_agency(stack, urls):
    async with channel_of(stack.amqp_url("routing")) as routing:
        for code in (PROVINCE, CITY, UNIT):
            await publish(routing, "lapor.dispositions", f"disposition.{code}.created")
    heard = {}
    for who, queue in (("narrow", f"supervisor.{PROVINCE}"), ("wide", f"supervisor.{CITY}")):
        async with channel_of(urls[who]) as channel:
            there = await channel.get_queue(queue, ensure=False)
            keys = []
            while message := await there.get(fail=False, no_ack=True):
                keys.append(message.routing_key)
        heard[who] = keys
    assert heard == {
        "narrow": [f"disposition.{PROVINCE}.created"],
        "wide": [f"disposition.{CITY}.created", f"disposition.{UNIT}.created"],
    }


async def test_below_the_national_desk_lies_everything(stack):
    user, password = user_of("nasional", read_only=True, subtree=True), secrets.token_urlsafe(12)
    await grant(stack.management_url, user, password)
    async with channel_of(stack.amqp_url("routing")) as routing:
        await publish(routing, "lapor.dispositions", "disposition.kl.kemensos.created")
    async with channel_of(stack.amqp_url(user.name, password)) as channel:
        queue = await channel.get_queue(user.name, ensure=False)
        assert (await queue.get(timeout=5, no_ack=True)).routing_key == "disposition.kl.kemensos.created"
        with pytest.raises(REFUSED):
            await queue.bind("lapor.events", "#")


async def test_a_scope_that_shrinks_stops_what_was_bound_before(stack):
    code, password = "36.3601", secrets.token_urlsafe(12)
    for subtree in (True, False):
        user = user_of(code, read_only=True, subtree=subtree)
        await grant(stack.management_url, user, password)
    async with channel_of(stack.amqp_url("routing")) as routing:
        await publish(routing, "lapor.dispositions", f"disposition.{code}.dishub.created")
        await publish(routing, "lapor.dispositions", f"disposition.{code}.created")
    async with channel_of(stack.amqp_url(user.name, password)) as channel:
        queue = await channel.get_queue(user.name, ensure=False)
        assert (await queue.get(timeout=5, no_ack=True)).routing_key == f"disposition.{code}.created"


async def test_what_an_agency_rejects_waits_among_its_own_dead_letters(stack, urls):
    async with channel_of(stack.amqp_url("routing")) as routing:
        await publish(routing, "lapor.dispositions", f"disposition.{CITY}.created", message_id="rejected")
    async with channel_of(urls[CITY]) as channel:
        queue = await channel.get_queue(f"agency.{CITY}", ensure=False)
        while (message := await queue.get(timeout=15)).message_id != "rejected":
            await message.ack()
        await message.reject()
        dead = await channel.get_queue(f"agency.{CITY}.dead", ensure=False)
        async with asyncio.timeout(40):
            while (parked := await dead.get(fail=False, no_ack=True)) is None:
                await asyncio.sleep(0.05)
    assert parked.message_id == "rejected"


async def test_a_rotated_password_opens_and_the_old_one_does_not(stack):
    user = user_of("36.3602")
    await grant(stack.management_url, user, "the-old-password")
    await rotate(stack.management_url, user.name, "the-new-password")
    with pytest.raises(ProbableAuthenticationError):
        await connect(stack.amqp_url(user.name, "the-old-password"))
    async with channel_of(stack.amqp_url(user.name, "the-new-password")) as channel:
        await channel.get_queue(user.name)


async def test_revoking_ends_open_connections_and_keeps_what_waits(stack):
    user = user_of("36.3603")
    await grant(stack.management_url, user, "a-password")
    connection = await aio_pika.connect(stack.amqp_url(user.name, "a-password"))
    ended = asyncio.Event()
    connection.close_callbacks.add(lambda *_: ended.set())
    async with channel_of(stack.amqp_url("routing")) as routing:
        await publish(routing, "lapor.dispositions", "disposition.36.3603.created")
    await revoke(stack.management_url, user.name)
    async with asyncio.timeout(40):
        await ended.wait()
    with pytest.raises(AMQPError):
        await connect(stack.amqp_url(user.name, "a-password"))
    assert user.name not in await granted_users(stack.management_url)
    async with channel_of(stack.admin_amqp_url) as admin:
        queue = await admin.declare_queue(user.name, passive=True)
        assert queue.declaration_result.message_count == 1


async def test_an_agency_granted_long_ago_may_say_what_agencies_say_today(stack):
    today, password = user_of("36.3671.dlh"), secrets.token_urlsafe(12)
    key = f"response.36.3671.dlh.{ResponseKind.QUESTION}"
    then = replace(today, topics={**today.topics, "lapor.responses": (r"^response\..*\.return$", "^$")})
    url = stack.amqp_url(await grant(stack.management_url, then, password), password)
    async with channel_of(url) as channel:
        with pytest.raises(REFUSED):
            await publish(channel, "lapor.responses", key)
    assert today.name in await renew_permissions(stack.management_url)
    async with channel_of(url) as channel:
        await publish(channel, "lapor.responses", key)
    assert await renew_permissions(stack.management_url) == []
