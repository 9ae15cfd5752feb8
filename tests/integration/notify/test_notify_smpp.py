"""SMS by SMPP 3.4 against a message centre on this machine."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

import pytest

from deploy.local.providers.behaviour import Behaviour, Gateway
from deploy.local.providers.smsc import MessageCentre
from services.notify.channels.port import Refused, SendFailed, Throttled, Unavailable, Unconfirmed
from services.notify.channels.smpp import SmppSender, receipt, segments
from services.notify.domain.receipt import ReceiptStatus
from tests.integration.notify.conftest import until
from tests.integration.notify.test_notify_interfaces import WORDS

NUMBER = "+6281234500011"


@dataclass
class Pdu:
    """What a message centre delivers: a message that arrived."""

    receipted_message_id: str
    message_state: int = 2
    short_message: bytes = b""


@pytest.fixture
async def centre():
    made = MessageCentre(Gateway("smsc", Behaviour(token="rahasia")))
    server = await made.serve("127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def sender(centre):
    heard: list = []
    made = SmppSender(
        f"smpp://lapor:rahasia@127.0.0.1:{centre.port}", "LAPOR", 5, lambda *told: heard.append(told)
    )
    made.told = lambda: [told[:3] for told in heard]
    made.heard = heard
    yield made
    await made.close()


def words(text: str):
    return type(WORDS)(subject="", text="", html="", sms=text, language="id")


async def test_an_sms_arrives_and_its_receipt_comes_back_by_the_same_connection(centre, sender):
    ref = await sender.send(uuid4(), NUMBER, WORDS)

    async def confirmed() -> bool:
        return bool(sender.heard)

    await until(confirmed)
    [message] = centre.gateway.handed.values()
    assert (message.to, message.text) == (NUMBER[1:], WORDS.sms)
    assert sender.told() == [(ref, ReceiptStatus.DELIVERED, None)]


async def test_a_failed_receipt_says_why(centre, sender):
    centre.gateway.behaviour.receipt_status = "failed"
    ref = await sender.send(uuid4(), NUMBER, WORDS)

    async def confirmed() -> bool:
        return bool(sender.heard)

    await until(confirmed)
    assert sender.told() == [(ref, ReceiptStatus.FAILED, "receipt: recipient unreachable")]


async def test_a_receipt_is_acknowledged_once_it_is_on_record_and_comes_again_until_then(centre, sender):
    await sender.send(uuid4(), NUMBER, WORDS)

    async def heard(times: int = 1) -> bool:
        return len(sender.heard) == times

    await until(heard)
    assert len(centre.unacknowledged) == 1
    await sender.close()
    await sender.send(uuid4(), NUMBER, WORDS)  # by another link
    await until(lambda: heard(3))
    for *_, recorded in sender.heard[1:]:
        recorded()

    async def acknowledged() -> bool:
        return not centre.unacknowledged

    await until(acknowledged)


async def test_a_long_text_arrives_whole(centre, sender):
    text = "Laporan Anda kami terima. " * 20
    await sender.send(uuid4(), NUMBER, words(text))
    assert [message.text for message in centre.gateway.handed.values()] == [text]


async def test_many_messages_share_one_connection(centre, sender):
    refs = await asyncio.gather(*(sender.send(uuid4(), NUMBER, words(f"Pesan {n}")) for n in range(50)))
    assert len(set(refs)) == 50
    assert {message.text for message in centre.gateway.handed.values()} == {f"Pesan {n}" for n in range(50)}


@pytest.mark.parametrize(
    ("fail", "failure"),
    [("throttled", Throttled), ("invalid_number", Refused), ("error", Unavailable), ("lost", Unconfirmed)],
)
async def test_what_the_centre_answers_has_its_kind(centre, sender, fail, failure):
    centre.gateway.behaviour.fail = fail
    with pytest.raises(SendFailed) as caught:
        await sender.send(uuid4(), NUMBER, WORDS)
    assert type(caught.value) is failure


async def test_a_lost_connection_is_made_anew(centre, sender):
    centre.gateway.behaviour.fail = "lost"
    with pytest.raises(Unconfirmed):
        await sender.send(uuid4(), NUMBER, WORDS)
    centre.gateway.behaviour.fail = None
    assert await sender.send(uuid4(), NUMBER, WORDS)


@pytest.mark.parametrize("password", ["tebakan", ""])
async def test_a_wrong_password_is_our_mistake(centre, password: str):
    made = SmppSender(f"smpp://lapor:{password}@127.0.0.1:{centre.port}", "LAPOR", 5)
    with pytest.raises(Unavailable):
        await made.send(uuid4(), NUMBER, WORDS)


async def test_a_centre_that_is_not_there_surely_has_no_message():
    made = SmppSender("smpp://lapor:rahasia@127.0.0.1:9", "LAPOR", 1)
    with pytest.raises(Unavailable):
        await made.send(uuid4(), NUMBER, WORDS)


async def test_an_address_that_is_no_number_is_refused(sender):
    with pytest.raises(Refused, match="invalid number"):
        await sender.send(uuid4(), "sari@pelapor.example", WORDS)


@pytest.mark.parametrize("ref", ["a\0b", "\0", "a\x1bb", "9" * 201])
def test_a_receipt_whose_id_no_centre_would_give_is_no_receipt(ref):
    assert receipt(Pdu(ref)) is None
    assert receipt(Pdu("9" * 200 + "\0")) == ("9" * 200, ReceiptStatus.DELIVERED, None)


def test_a_character_of_two_places_is_never_cut_in_two():
    parts = segments("a" * 152 + "[" + "b" * 100)
    assert [part[6:] for part in parts] == [b"a" * 152, b"\x1b\x3c" + b"b" * 100]


@pytest.mark.parametrize(("length", "parts"), [(160, 1), (161, 2), (306, 2), (307, 3)])
def test_a_text_takes_as_many_parts_as_are_paid(length: int, parts: int):
    assert len(segments("a" * length)) == parts
