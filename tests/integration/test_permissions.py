"""The agency wall and the single writers, as the broker itself enforces them."""

import secrets
from contextlib import suppress

import pytest
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity, PublishError

from deploy.provision.agency import grant_agency
from shared.messaging.topology import SERVICES
from tests.support.broker import REFUSED, channel_of, publish

OURS, THEIRS = "35.3578.dishub", "35.3578.dpubm"


@pytest.fixture(scope="module")
async def agency_url(stack) -> str:
    password = secrets.token_urlsafe(12)
    await grant_agency(stack.management_url, THEIRS, secrets.token_urlsafe(12))
    return stack.amqp_url(await grant_agency(stack.management_url, OURS, password), password)


async def test_an_agency_reads_its_own_topic(stack, agency_url):
    async with channel_of(stack.amqp_url("routing")) as routing, channel_of(agency_url) as agency:
        queue = await agency.get_queue(f"agency.{OURS}", ensure=False)
        await queue.purge()
        await publish(routing, "lapor.dispositions", f"disposition.{OURS}.created")
        assert (await queue.get(timeout=15)).routing_key == f"disposition.{OURS}.created"


async def test_an_agency_binds_a_queue_of_its_own_to_its_own_topic(agency_url):
    async with channel_of(agency_url) as agency:
        queue = await agency.declare_queue(
            f"agency.{OURS}:arsip", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await queue.bind("lapor.dispositions", f"disposition.{OURS}.#")


async def test_an_agency_publishes_its_own_responses(agency_url):
    async with channel_of(agency_url) as agency:
        await publish(agency, "lapor.responses", f"response.{OURS}.acknowledgement")


@pytest.mark.parametrize(
    "key", ["#", "*", "disposition.#", "disposition.*.*.*.*", f"disposition.{THEIRS}.#", "disposition.35.#",
            f"disposition.{OURS}x.#"],
)  # fmt: skip
async def test_an_agency_binds_to_no_other_key(agency_url, key):
    async with channel_of(agency_url) as agency:
        queue = await agency.get_queue(f"agency.{OURS}", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.bind("lapor.dispositions", key)


@pytest.mark.parametrize("exchange", ["lapor.events", "lapor.private", "lapor.inbound", "lapor.dead"])
async def test_an_agency_binds_to_no_other_exchange(agency_url, exchange):
    async with channel_of(agency_url) as agency:
        queue = await agency.get_queue(f"agency.{OURS}", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.bind(exchange, "#")


@pytest.mark.parametrize(
    "name",
    [f"agency.{THEIRS}", "notify.contacts", "intake.facts", "routing.responses", "routing.responses.dead"],
)
async def test_an_agency_reads_no_other_queue(agency_url, name):
    async with channel_of(agency_url) as agency:
        queue = await agency.get_queue(name, ensure=False)
        with pytest.raises(REFUSED):
            await queue.get(fail=False, timeout=5)


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        ("lapor.responses", f"response.{THEIRS}.response"),
        ("lapor.responses", "response.35.response"),
        ("lapor.dispositions", f"disposition.{OURS}.created"),
        ("lapor.events", "case.closed"),
        ("lapor.private", "contact.registered"),
        ("lapor.dead", "routing.responses"),
        ("lapor.retry.1s", "routing.responses"),
        ("", "routing.responses"),
    ],
)
async def test_an_agency_publishes_nothing_else(agency_url, exchange, key):
    async with channel_of(agency_url) as agency:
        with pytest.raises(REFUSED):
            await publish(agency, exchange, key)


@pytest.mark.parametrize("name", [f"agency.{THEIRS}", "routing.responses", "notify.contacts"])
async def test_an_agency_deletes_no_other_queue(stack, agency_url, name):
    async with channel_of(agency_url) as agency:
        with pytest.raises(REFUSED):
            await agency.queue_delete(name)
    async with channel_of(stack.admin_amqp_url) as admin:
        await admin.declare_queue(name, passive=True)


async def test_an_agency_declares_no_queue_of_anyone_else(agency_url):
    async with channel_of(agency_url) as agency:
        with pytest.raises((ChannelAccessRefused, ChannelNotFoundEntity)):
            await agency.declare_queue("notify.contacts.copy", durable=True)


SPEAKERS = {
    "case.closed": "verification",
    "report.submitted.web": "intake",
    "evidence.cleared": "intake",
    "sla.breached.settlement": "sla",
    "notification.delivered": "notify",
}


@pytest.mark.parametrize(("key", "speaker"), SPEAKERS.items())
async def test_each_fact_can_be_said_by_its_service(stack, key, speaker):
    async with channel_of(stack.amqp_url(speaker)) as channel:
        with suppress(PublishError):  # nobody need be listening
            await publish(channel, "lapor.events", key)


@pytest.mark.parametrize(
    ("key", "service"),
    [(key, other) for key, speaker in SPEAKERS.items() for other in SERVICES if other != speaker],
)
async def test_no_fact_can_be_said_by_another_service(stack, key, service):
    async with channel_of(stack.amqp_url(service)) as channel:
        with pytest.raises(REFUSED):
            await publish(channel, "lapor.events", key)


@pytest.mark.parametrize("service", ["intake", "verification", "routing", "sla"])
async def test_only_notify_reads_contacts(stack, service):
    async with channel_of(stack.amqp_url(service)) as channel:
        queue = await channel.get_queue("notify.contacts", ensure=False)
        with pytest.raises(REFUSED):
            await queue.get(fail=False, timeout=5)


@pytest.mark.parametrize("service", ["verification", "routing", "sla", "notify"])
async def test_only_intake_registers_contacts(stack, service):
    async with channel_of(stack.amqp_url(service)) as channel:
        with pytest.raises(REFUSED):
            await publish(channel, "lapor.private", "contact.registered")


@pytest.mark.parametrize("service", ["intake", "verification", "routing", "sla", "notify"])
async def test_a_service_changes_no_topology(stack, service):
    async with channel_of(stack.amqp_url(service)) as channel:
        with pytest.raises(REFUSED):
            await channel.declare_queue(f"{service}.mine", durable=True)
