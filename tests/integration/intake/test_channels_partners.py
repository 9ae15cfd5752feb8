"""Partners' systems: what the broker lets them do, what they may file, and how they are answered."""

import asyncio
import json
import secrets

import pytest
from aiormq.exceptions import AMQPError, PublishError

from deploy.provision.agency import grant
from shared import contracts as c
from shared.contracts import Channel
from shared.contracts.base import INBOUND
from shared.contracts.codec import decode
from shared.messaging.partners import KEY, POLICIES, partner_user
from shared.messaging.relay import Relay
from shared.security.receipts import verify_receipt
from tests.support.broker import channel_of
from tests.support.broker import publish as publish_raw

from .channel_servers import at_work, until, waiting

REPORT = {
    "title": "Antrean kantor cabang",
    "text": "Antrean di kantor cabang mencapai lima jam setiap Senin.",
}


async def publish(channel, body: object, *, key: str = KEY, exchange: str = INBOUND, **properties) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"user_id": "partner.bpjs", "message_id": "m-1", **properties}
    await publish_raw(channel, exchange, key, raw, **told)


async def answered(intake, stack, count: int = 1) -> list[c.PartnerAnswered]:
    async with at_work(intake, stack, Channel.API):

        async def all_of_them() -> bool:
            return len(await intake.said(c.PartnerAnswered)) >= count

        await until(all_of_them)
    return await intake.said(c.PartnerAnswered)


async def test_a_report_is_filed_and_the_answer_reaches_the_partners_own_queue(
    intake, stack, partner_url, broker, keys
):
    async with channel_of(partner_url) as channel:
        await publish(channel, REPORT, reply_to="partner.bpjs")
        await answered(intake, stack)
        queue = await channel.get_queue("partner.bpjs", ensure=False)
        relay = asyncio.create_task(Relay(stack.database_url("intake"), stack.amqp_url("intake")).run())
        try:
            async with asyncio.timeout(20):
                while (message := await queue.get(fail=False)) is None:
                    await asyncio.sleep(0.05)
            await message.ack()
        finally:
            relay.cancel()
            await asyncio.gather(relay, return_exceptions=True)
    told = decode(message.type, message.body)
    (row,) = await intake.rows("SELECT tracking_id, channel FROM reports")
    assert (told.message_id, told.tracking_id.replace("-", "")) == ("m-1", row.tracking_id)
    assert row.channel == "api"
    verify_receipt(keys["LAPOR_RECEIPT_PUBLIC_KEY"], told.receipt)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**REPORT, "title": "x"}, "title"),
        ({**REPORT, "text": "pendek"}, "text"),
        ({**REPORT, "event_date": "2999-01-01"}, "event_date"),
        ({**REPORT, "place": {"region": "99.99"}}, "place.region"),
        ({**REPORT, "nama": "Sari"}, "nama"),
        ({**REPORT, "contact": {"phone": "081234567890"}}, "contact"),
        ({**REPORT, "channel": "web"}, "channel"),
        ([REPORT], "body"),
        (b"{", "body"),
        (b"[" * 100_000, "body"),
    ],
)
async def test_a_refusal_names_the_field_and_files_nothing(intake, stack, partner_url, broker, body, field):
    async with channel_of(partner_url) as channel:
        await publish(channel, body)
    (answer,) = await answered(intake, stack)
    assert answer.tracking_id is None
    assert [error.field for error in answer.errors] == [field]
    assert await intake.count("reports") == 0


async def test_an_answer_goes_to_nobody_elses_queue(intake, stack, partner_url, broker):
    async with channel_of(partner_url) as channel:
        await publish(channel, REPORT, reply_to="verification.facts")
    (answer,) = await answered(intake, stack)
    assert [error.field for error in answer.errors] == ["reply_to"]
    assert answer.routing_key == "partner.bpjs"


async def test_two_partners_may_use_the_same_message_id(intake, stack, partner_url, broker):
    password = secrets.token_urlsafe(12)
    await grant(stack.management_url, partner_user("pln"), password, POLICIES)
    async with channel_of(partner_url) as ours, channel_of(stack.amqp_url("partner.pln", password)) as theirs:
        for _ in range(2):
            await publish(ours, REPORT)
            await publish(theirs, REPORT, user_id="partner.pln")
    assert {answer.partner for answer in await answered(intake, stack, 2)} == {"bpjs", "pln"}
    assert await intake.count("reports") == 2


async def test_who_does_not_say_who_it_is_files_nothing(intake, stack, partner_url, broker):
    async with channel_of(partner_url) as channel:
        await publish(channel, REPORT, user_id=None)
    dead = await broker.get_queue("intake.inbound.api.dead", ensure=False)
    await dead.purge()
    async with at_work(intake, stack, Channel.API), asyncio.timeout(20):
        while (parked := await dead.get(fail=False)) is None:
            await asyncio.sleep(0.05)
        await parked.ack()
    assert "user_id names no partner" in str(parked.headers["x-lapor-reason"])
    assert await intake.count("reports") == 0


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        (INBOUND, "inbound.sms"),
        (INBOUND, "inbound.api.x"),
        ("lapor.events", "report.submitted.api"),
        ("lapor.responses", "response.35.response"),
        ("lapor.replies", "partner.bpjs"),
        ("", "intake.inbound.sms"),
    ],
)
async def test_a_partner_publishes_nothing_else(partner_url, exchange, key):
    async with channel_of(partner_url) as channel:
        with pytest.raises((AMQPError, PublishError)):
            await publish(channel, REPORT, exchange=exchange, key=key)


@pytest.mark.parametrize("name", ["partner.pln", "intake.inbound.api", "notify.contacts", "agency.35"])
async def test_a_partner_reads_nobody_elses_queue(partner_url, name):
    async with channel_of(partner_url) as channel:
        with pytest.raises(AMQPError):
            await (await channel.get_queue(name, ensure=False)).get(fail=False)


async def test_a_partner_hears_no_other_partners_answers(partner_url):
    async with channel_of(partner_url) as channel:
        queue = await channel.get_queue("partner.bpjs", ensure=False)
        with pytest.raises(AMQPError):
            await queue.bind("lapor.replies", "partner.#")


async def test_nothing_waits_once_it_is_answered(intake, stack, partner_url, broker):
    async with channel_of(partner_url) as channel:
        await publish(channel, REPORT)
    await answered(intake, stack)
    assert await waiting(broker, Channel.API) == 0
