"""What people say by WhatsApp and Telegram, heard as the worker hears it, and what they are answered."""

from shared.contracts import Channel

from .conftest import envelope
from .gateways import whatsapp_body, whatsapp_message

TEXT = "KOTA SURABAYA lampu jalan Darmo padam tiga hari"


async def hear(intake, channel: Channel, raw: bytes) -> None:
    """A web hook's messages as their worker hears them, one transaction each."""
    adapter = intake.desk.adapters[channel]
    (subscription,) = adapter.subscriptions()
    (handler,) = subscription.handlers.values()
    for message in adapter.translate(raw, intake.database.clock.now()):
        decoded = subscription.decode(envelope(message.message_id, message.type, message.body))
        async with intake.database.transaction() as tx:
            await handler(tx, decoded)


async def say(intake, text: str, id_: str = "wamid.1", sender: str = "6281234509876", **more) -> None:
    await hear(intake, Channel.WHATSAPP, whatsapp_body(whatsapp_message(text, id_, sender, **more)))


async def send(intake, kind: str, id_: str, **content) -> None:
    message = {"id": id_, "from": "6281234509876", "type": kind, kind: content}
    await hear(intake, Channel.WHATSAPP, whatsapp_body(message))


async def answers(intake) -> list[str]:
    return await intake.answers()
