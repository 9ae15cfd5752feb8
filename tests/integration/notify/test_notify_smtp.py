"""Mail over SMTP to servers of every temper: aiosmtpd's, with and without pipelining, and scripted ones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP

from services.notify.channels.email import EmailSender
from services.notify.channels.port import Refused, Rendered, Unavailable

SARI = "sari@pelapor.example"
NEWS = Rendered(subject="Kabar", text="Isi.\n.\n..dua\n", html="<p>Isi.</p>", sms="", language="id")


class Postbox:
    """An aiosmtpd server's handler; `answers` are its words to one recipient each."""

    def __init__(self, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.answers: dict[str, str] = {}
        self.connections = 0
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@asynccontextmanager
async def listening(protocol: Callable[[], asyncio.BaseProtocol]) -> AsyncIterator[EmailSender]:
    """A mail sender for a server on a free port."""
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = EmailSender(f"smtp://127.0.0.1:{port}", "LAPOR! <no-reply@lapor.example>", 5)
    async with server:
        yield sender
        await sender.close()


@pytest.fixture(params=[True, False], ids=["pipelining", "one by one"])
def postbox(request) -> Postbox:
    return Postbox(pipelining=request.param)


@pytest.fixture
async def sender(postbox: Postbox) -> AsyncIterator[EmailSender]:
    async with listening(lambda: SMTP(postbox, enable_SMTPUTF8=True)) as sender:
        yield sender


async def send(sender: EmailSender, address: str = SARI) -> None:
    await sender.send(uuid4(), address, NEWS)


async def test_a_mail_arrives_byte_for_byte(sender: EmailSender, postbox: Postbox):
    await send(sender)
    [(to, content)] = postbox.mails
    assert to == [SARI]
    assert b"\r\n\r\nIsi.\r\n" in content
    assert b"\r\n..dua\r\n" in content


async def test_mails_one_after_another_share_a_connection(sender: EmailSender, postbox: Postbox):
    for _ in range(5):
        await send(sender)
    assert (len(postbox.mails), postbox.connections) == (5, 1)


@pytest.mark.parametrize(("answer", "kind"), [("550 no such user", Refused), ("451 later", Unavailable)])
async def test_a_refused_recipient_is_told_by_the_servers_code(
    sender: EmailSender, postbox: Postbox, answer, kind
):
    postbox.answers[SARI] = answer
    with pytest.raises(kind) as refusal:
        await send(sender)
    assert refusal.value.reason == f"smtp {answer[:3]}"
    assert postbox.mails == []


async def test_the_connection_serves_on_after_a_refusal(sender: EmailSender, postbox: Postbox):
    postbox.answers["hilang@pelapor.example"] = "550 no such user"
    with pytest.raises(Refused):
        await send(sender, "hilang@pelapor.example")
    await send(sender)
    assert ([to for to, _ in postbox.mails], postbox.connections) == ([[SARI]], 1)


async def test_an_address_in_other_letters_goes_to_a_server_that_takes_it(
    sender: EmailSender, postbox: Postbox
):
    await send(sender, "kenanga-ñ@pelapor.example")
    [(to, _)] = postbox.mails
    assert to == ["kenanga-ñ@pelapor.example"]


async def test_an_address_in_other_letters_is_refused_where_the_server_does_not_take_it(postbox: Postbox):
    async with listening(lambda: SMTP(postbox)) as sender:
        with pytest.raises(Refused, match="address not supported by the server"):
            await send(sender, "kenanga-ñ@pelapor.example")


async def test_a_mail_too_large_is_refused_before_it_is_sent(postbox: Postbox):
    async with listening(lambda: SMTP(postbox, data_size_limit=100)) as sender:
        with pytest.raises(Refused, match="smtp 552"):
            await send(sender)


class Scripted(asyncio.Protocol):
    """Greets, offers pipelining, and then answers each packet with the next line of its script."""

    def __init__(self, *script: bytes) -> None:
        self._script = [b"250-x\r\n250 PIPELINING\r\n", *script]
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(b"220 x\r\n")

    def data_received(self, data: bytes) -> None:
        self.heard.append(data)
        self.transport.write(self._script.pop(0))
        if not self._script:
            self.transport.close()


async def test_a_server_that_agrees_to_data_for_nobody_gets_an_empty_mail():
    script = Scripted(b"250 a\r\n550 b\r\n354 c\r\n", b"554 nobody\r\n", b"250 reset\r\n", b"")
    async with listening(lambda: script) as sender:
        with pytest.raises(Refused, match="smtp 550"):
            await send(sender)
        assert script.heard[2:] == [b".\r\n", b"RSET\r\n"]


async def test_answers_may_come_in_several_lines_and_pieces():
    script = Scripted(b"250-a\r\n250 b\r\n250 c\r\n3", b"250 d\r\n", b"")
    async with listening(lambda: script) as sender:
        sending = asyncio.create_task(send(sender))
        async with asyncio.timeout(20):
            while len(script.heard) < 2:
                await asyncio.sleep(0.01)
        script.transport.write(b"54 go\r\n")
        await sending


async def test_a_server_that_closes_amid_the_answers_may_be_tried_again():
    async with listening(lambda: Scripted(b"250 a\r\n")) as sender:
        with pytest.raises(Unavailable, match="smtp SMTPServerDisconnected"):
            await send(sender)


async def test_a_server_that_says_goodbye_instead_of_answering_is_understood():
    async with listening(lambda: Scripted(b"421 closing\r\n")) as sender:
        with pytest.raises(Unavailable, match="smtp 421"):
            await send(sender)
        assert not sender._idle


async def test_answers_out_of_step_end_the_connection():
    async with listening(lambda: Scripted(b"250 a\r\n250 b\r\n250 c\r\n", b"")) as sender:
        with pytest.raises(Unavailable, match="smtp SMTPServerDisconnected"):
            await send(sender)
        assert not sender._idle


async def test_a_goodbye_while_idle_ends_the_connection_and_the_next_mail_takes_another():
    servers: list[Scripted] = []

    def server() -> Scripted:
        servers.append(Scripted(b"250 a\r\n250 b\r\n354 c\r\n", b"250 d\r\n", b""))
        return servers[-1]

    async with listening(server) as sender:
        await send(sender)
        servers[0].transport.write(b"421 idle for too long\r\n")
        await asyncio.sleep(0.05)
        await send(sender)
    assert len(servers) == 2
