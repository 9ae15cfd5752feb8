"""Each provider's interface over HTTP: what arrives, and what becomes of each kind of refusal and silence."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import httpx
import pytest
from py_vapid import Vapid02

from services.notify.channels.hosts import AT_ONCE, EACH_AT_ONCE
from services.notify.channels.port import Refused, Rendered, SendFailed, Throttled, Unavailable, Unconfirmed
from services.notify.channels.push import PushSender
from services.notify.channels.sms import SmsSender
from services.notify.channels.telegram import TelegramSender
from services.notify.channels.webhook import WebhookSender
from services.notify.channels.whatsapp import WhatsAppSender
from shared.security.keys import encode

WORDS = Rendered(
    subject="Laporan K7M-Q3XW-9FA diterima",
    text="Nomor laporan: K7M-Q3XW-9FA\n\nKami terima laporan Anda.",
    html="<p>Kami terima laporan Anda.</p>",
    sms="LAPOR! K7M-Q3XW-9FA: laporan Anda kami terima.",
    language="id",
    tracking_id="K7M-Q3XW-9FA",
    url="https://lapor.example/v1/reports/K7MQ3XW9FA",
)


class StandIn:
    """A provider's stand-in of one test's own."""

    def __init__(self, origin: str) -> None:
        self.origin, self.url = origin, f"{origin}/providers/p{uuid4().hex[:8]}"
        self.http = httpx.AsyncClient(trust_env=False)

    async def behaves(self, **how) -> None:
        (await self.http.put(self.url, json=how)).raise_for_status()

    async def summary(self) -> dict:
        return (await self.http.get(self.url)).json()

    async def handed(self) -> list[dict]:
        return (await self.http.get(f"{self.url}/messages")).json()

    async def browser(self) -> str:
        told = await self.http.put(f"{self.url}/push/browser-1", json={"origin": self.origin})
        return told.text


@pytest.fixture
async def provider(stack):
    made = StandIn(stack.catcher_url)
    yield made
    await made.http.delete(made.url)
    await made.http.aclose()


def vapid() -> str:
    key = Vapid02()
    key.generate_keys()
    return encode(key.private_key.private_numbers().private_value.to_bytes(32, "big"))


def sender_of(kind: str, provider: StandIn, seconds: float = 5.0):
    match kind:
        case "sms":
            return SmsSender(f"{provider.url}/sms", seconds, "rahasia")
        case "whatsapp":
            return WhatsAppSender(f"{provider.url}/messages", "rahasia", "lapor_kabar", seconds)
        case "telegram":
            return TelegramSender(provider.url, "rahasia", seconds)
    return PushSender(vapid(), "mailto:admin@lapor.example", seconds, loopback=True)


async def hand(kind: str, provider: StandIn, *, key: UUID | None = None, seconds: float = 5.0) -> str | None:
    sender = sender_of(kind, provider, seconds)
    address = await provider.browser() if kind == "push" else "6281234500011"
    try:
        return await sender.send(key or uuid4(), address, WORDS)
    finally:
        await sender.close()


KINDS = ["sms", "whatsapp", "telegram", "push"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_arrives_in_its_words(provider: StandIn, kind: str):
    await provider.behaves(token="rahasia")
    await hand(kind, provider)
    [message] = await provider.handed()
    assert message["interface"] == kind
    assert "K7M-Q3XW-9FA" in message["text"]


@pytest.mark.parametrize("kind", ["sms", "whatsapp", "push"])
async def test_the_same_key_is_handed_on_once(provider: StandIn, kind: str):
    await provider.behaves()
    key = uuid4()
    if kind == "push":  # the browser's keys are made anew with each subscription, its topic is not
        sender, address = sender_of(kind, provider), await provider.browser()
        refs = [await sender.send(key, address, WORDS) for _ in range(2)]
        await sender.close()
    else:
        refs = [await hand(kind, provider, key=key) for _ in range(2)]
    summary = await provider.summary()
    assert (summary["handed"], summary["repeated"], len(set(refs))) == (1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "fail", "failure", "reason"),
    [
        *((kind, "503", Unavailable, "http 503") for kind in ("sms", "whatsapp", "telegram", "push")),
        *((kind, "500", Unconfirmed, "http 500") for kind in ("sms", "whatsapp", "telegram", "push")),
        *((kind, "429", Throttled, "http 429") for kind in ("sms", "whatsapp", "push")),
        *((kind, "401", Unavailable, "http 401") for kind in ("sms", "whatsapp", "telegram", "push")),
        ("sms", "invalid_number", Refused, "invalid number"),
        ("sms", "blocked", Refused, "blocked recipient"),
        ("sms", "throttled", Throttled, "throttled"),
        ("sms", "error", Unavailable, "an error inside the answer"),
        ("sms", "400", Refused, "http 400"),
        ("sms", "200", Unconfirmed, "an answer that is none"),
        ("whatsapp", "code131026", Refused, "whatsapp 131026: not on WhatsApp, or an old version"),
        ("whatsapp", "code130429", Throttled, "whatsapp 130429"),
        ("whatsapp", "code190", Unavailable, "whatsapp 190"),
        ("whatsapp", "error", Unconfirmed, "whatsapp 131000"),
        ("whatsapp", "200", Unconfirmed, "an answer without a message"),
        ("telegram", "blocked", Refused, "blocked recipient"),
        ("telegram", "unknown", Refused, "telegram 400: chat not found"),
        ("telegram", "throttled", Throttled, "http 429"),
        ("telegram", "error", Unconfirmed, "telegram 500"),
        ("push", "gone", Refused, "subscription gone"),
    ],
)
async def test_what_a_provider_answers_has_its_kind_and_reason(provider, kind, fail, failure, reason):
    await provider.behaves(fail=fail)
    with pytest.raises(SendFailed) as caught:
        await hand(kind, provider)
    assert (type(caught.value), caught.value.reason) == (failure, reason)
    assert "62812" not in caught.value.reason


@pytest.mark.parametrize("kind", ["sms", "whatsapp", "telegram"])
async def test_silence_after_the_message_was_taken_leaves_it_unconfirmed(provider: StandIn, kind: str):
    await provider.behaves(fail="lost")
    with pytest.raises(Unconfirmed):
        await hand(kind, provider, seconds=0.5)
    assert (await provider.summary())["handed"] == 1


@pytest.mark.parametrize("kind", ["sms", "whatsapp", "telegram"])
async def test_a_provider_that_cannot_be_reached_surely_has_no_message(kind: str):
    sender = sender_of(kind, StandIn("http://127.0.0.1:9"))
    with pytest.raises(Unavailable) as caught:
        await sender.send(uuid4(), "6281234500011", WORDS)
    assert type(caught.value) is Unavailable
    await sender.close()


@pytest.mark.parametrize("kind", ["sms", "whatsapp", "telegram"])
async def test_a_wrong_token_is_our_mistake_and_not_the_recipients(provider: StandIn, kind: str):
    await provider.behaves(token="lain")
    with pytest.raises(Unavailable):
        await hand(kind, provider)


async def test_a_subscription_that_leads_into_our_network_is_refused(provider: StandIn):
    address = await provider.browser()
    sender = PushSender(vapid(), "mailto:admin@lapor.example", 5.0)
    with pytest.raises(Refused, match="address not allowed"):
        await sender.send(uuid4(), address, WORDS)
    await sender.close()


@pytest.mark.parametrize("address", ["", "{}", '{"endpoint": 1}', '{"endpoint": "https://x", "keys": {}}'])
async def test_a_subscription_that_is_none_is_refused(address: str):
    sender = PushSender(vapid(), "mailto:admin@lapor.example", 5.0)
    with pytest.raises(Refused, match="subscription not usable"):
        await sender.send(uuid4(), address, WORDS)
    await sender.close()


async def test_a_web_hook_inside_our_network_is_not_called(provider: StandIn):
    sender = WebhookSender(5.0)
    with pytest.raises(Refused, match="address not allowed"):
        await sender.send(uuid4(), f"{provider.url}/sms rahasia", WORDS)
    await sender.close()


async def test_a_web_hook_is_sent_signed_json(provider: StandIn):
    sender = WebhookSender(5.0, loopback=True)
    with pytest.raises(Refused, match="http 400"):  # it came through: this interface only wants other fields
        await sender.send(uuid4(), f"{provider.url}/sms rahasia", WORDS)
    await sender.close()


async def test_a_web_hook_that_hangs_never_has_more_than_its_share_of_calls_nor_its_host_more_than_its_own():
    silent = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    sender = WebhookSender(1.0, loopback=True)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    hooks = [url] * (EACH_AT_ONCE + 2) + [f"{url}/{number}" for number in range(AT_ONCE)]
    calls = [sender.send(uuid4(), f"{hook} rahasia", WORDS) for hook in hooks]
    told = Counter(str(outcome) for outcome in await asyncio.gather(*calls, return_exceptions=True))
    silent.set()
    await sender.close()
    server.close()
    assert told == {"hook: no answer within 1 s": AT_ONCE, "hook busy": 2 + EACH_AT_ONCE}
