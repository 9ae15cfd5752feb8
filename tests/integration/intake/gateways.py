"""Speaks to each channel as its provider does, so that one test can be asked of all of them."""

import asyncio
import base64
import hmac
import json
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import aio_pika
from aiormq.exceptions import AMQPError

from services.intake.channels.telegram import SECRET
from services.intake.channels.whatsapp import SIGNATURE as META
from services.intake.channels.x import SIGNATURE as X
from shared.contracts import Channel
from shared.contracts.base import INBOUND
from shared.messaging.partners import KEY
from shared.security.signatures import HEADER, sign

if TYPE_CHECKING:
    from .conftest import Intake

KEPT, UNSIGNED, MALFORMED, LATER, TOO_LARGE = "kept", "unsigned", "malformed", "later", "too large"
_BY_STATUS = {200: KEPT, 202: KEPT, 401: UNSIGNED, 400: MALFORMED, 422: MALFORMED, 503: LATER, 413: TOO_LARGE}


@dataclass
class Gateway:
    """A channel and how its provider hands a message over. `sender` must be found nowhere in clear."""

    channel: Channel
    sender: str
    deliver: Callable[..., Any]
    malformed: tuple[bytes, ...] = ()
    answers: bool = True
    options: dict[str, Any] = field(default_factory=dict)


def whatsapp_message(text: str, id_: str, sender: str = "6281234509876", **more: Any) -> dict[str, Any]:
    return {"id": id_, "from": sender, "timestamp": "1", "type": "text", "text": {"body": text}, **more}


def whatsapp_body(*messages: dict[str, Any], **value: Any) -> bytes:
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "messages": messages, **value}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}).encode()


def telegram_body(update_id: int, chat: int = 987650123, **message: Any) -> bytes:
    told = {"message_id": 1, "chat": {"id": chat, "type": "private"}, "date": 1, **message}
    return json.dumps({"update_id": update_id, "message": told}).encode()


async def post(intake: "Intake", channel: str, raw: bytes, headers: dict[str, str]) -> str:
    answer = await intake.http.post(f"/v1/channels/{channel}", content=raw, headers=headers)
    return _BY_STATUS[answer.status_code]


async def sms(
    intake: "Intake", text: str, id_: str, *, forged: bool = False, raw: bytes | None = None
) -> str:
    sent = {
        "id": id_, "from": "+6281234509876", "to": "1708", "text": text,
        "received_at": "2026-07-06T09:00:00+07:00",
    }  # fmt: skip
    body = raw if raw is not None else json.dumps(sent).encode()
    secret = b"another" if forged else intake.desk.secrets["sms"]
    return await post(intake, "sms", body, {HEADER: sign(secret, body, at=time.time())})


async def whatsapp(
    intake: "Intake", text: str, id_: str, *, forged: bool = False, raw: bytes | None = None
) -> str:
    body = raw if raw is not None else whatsapp_body(whatsapp_message(text, id_))
    secret = b"another" if forged else intake.desk.secrets["whatsapp"]
    signature = hmac.new(secret, body, sha256).hexdigest()
    return await post(intake, "whatsapp", body, {META: f"sha256={signature}"})


async def telegram(
    intake: "Intake", text: str, id_: str, *, forged: bool = False, raw: bytes | None = None
) -> str:
    number = int.from_bytes(sha256(id_.encode()).digest()[:4])
    body = raw if raw is not None else telegram_body(number, text=text)
    secret = "another" if forged else intake.desk.secrets["telegram"].decode()
    return await post(intake, "telegram", body, {SECRET: secret})


async def x(intake: "Intake", text: str, id_: str, *, forged: bool = False, raw: bytes | None = None) -> str:
    number = str(int.from_bytes(sha256(id_.encode()).digest()[:6]))
    user = {"id_str": "55512345678", "screen_name": "warga_kota"}
    event = {"id_str": number, "text": f"@lapor1708 {text}", "user": user}
    sent = {"for_user_id": "1", "tweet_create_events": [event]}
    body = raw if raw is not None else json.dumps(sent).encode()
    secret = b"another" if forged else intake.desk.secrets["x"]
    signature = base64.b64encode(hmac.new(secret, body, sha256).digest()).decode()
    return await post(intake, "x", body, {X: f"sha256={signature}"})


def mail(text: str, id_: str, to: str = "lapor@lapor.example", **headers: str) -> bytes:
    message = EmailMessage()
    told = {"From": "Sari <sari.rahayu@warga.example>", "To": to, "Message-ID": f"<{id_}@warga.example>"}
    for name, value in {**told, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        message[name] = value
    message.set_content(text, cte="base64")
    return message.as_bytes()


async def hand_over(
    intake: "Intake",
    raw: bytes,
    to: str = "lapor@lapor.example",
    mail_from: str = "sari.rahayu@warga.example",
) -> tuple[int, str]:
    """A mail as a mail server hands it over; the code and the words it hears."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def speak() -> tuple[int, str]:
        port = intake.desk.settings.mail_port
        assert port is not None
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as lmtp:
            lmtp.ehlo_or_helo_if_needed()
            for step in (lambda: lmtp.mail(mail_from), lambda: lmtp.rcpt(to), lambda: lmtp.data(lines)):
                try:
                    code, words = step()
                except smtplib.SMTPResponseException as error:
                    code, words = error.smtp_code, error.smtp_error
                if code >= 400:
                    break
            return code, words.decode() if isinstance(words, bytes) else str(words)

    return await asyncio.to_thread(speak)


async def email(
    intake: "Intake", text: str, id_: str, *, forged: bool = False, raw: bytes | None = None
) -> str:
    """What proves a mail is the address it goes to; a forged one is not known here."""
    to = "balas+" + "a" * 52 + "@lapor.example" if forged else "lapor@lapor.example"
    code, _ = await hand_over(intake, mail(text, id_) if raw is None else raw, to)
    return {250: KEPT, 550: UNSIGNED, 554: MALFORMED, 451: LATER, 552: TOO_LARGE}[code]


def partner(url: str) -> Callable[..., Any]:
    """A partner's system, over a broker connection of its own."""

    async def api(
        intake: "Intake",
        text: str,
        id_: str,
        *,
        forged: bool = False,
        raw: bytes | None = None,
    ) -> str:
        report = {"title": "Lampu jalan padam", "text": text}
        message = aio_pika.Message(
            raw if raw is not None else json.dumps(report).encode(),
            message_id=id_,
            user_id="partner.other" if forged else "partner.bpjs",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        connection = await aio_pika.connect(url)
        try:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(INBOUND, ensure=False)
            await exchange.publish(message, KEY, timeout=5)
        except AMQPError:
            return UNSIGNED
        finally:
            await connection.close()
        return KEPT

    return api


_BROKEN = (b"", b"{", b"[]", b"\x00", b'{"id": 1}', b'"x"', b"[" * 5_000)


def gateways(partner_url: str) -> dict[str, Gateway]:
    return {
        one.channel.value: one
        for one in (
            Gateway(Channel.SMS, "81234509876", sms, _BROKEN, answers=False),
            Gateway(Channel.WHATSAPP, "81234509876", whatsapp, _BROKEN),
            Gateway(Channel.TELEGRAM, "987650123", telegram, _BROKEN),
            Gateway(Channel.X, "55512345678", x, _BROKEN, answers=False),
            Gateway(Channel.EMAIL, "sari.rahayu", email, (b"\x00", b"no header at all")),
            Gateway(Channel.API, "nobody-is-named", partner(partner_url), answers=False),
        )
    }
