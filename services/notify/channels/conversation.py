"""Mail transactions over one SMTP connection, in two packets each where the server allows it (RFC 2920).

Takes over a connection that aiosmtplib has opened, encrypted and logged in, and raises its errors.
"""

import asyncio
from contextlib import suppress
from typing import cast

import aiosmtplib

_GO_AHEAD = 354
_CLOSING = 421
_LONGEST_REPLY = 32_768


class Conversation(asyncio.Protocol):
    """One mail at a time. It may be closed after an error, and is closed once the server says goodbye."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.transport = cast("asyncio.Transport", client.transport)
        self._extensions = frozenset(client.esmtp_extensions)
        self._received = b""
        self._codes: list[int] = []
        self._awaited = 0
        self._answered: asyncio.Future[None] | None = None
        self.transport.set_protocol(self)

    @property
    def open(self) -> bool:
        return not self.transport.is_closing()

    def close(self) -> None:
        self.transport.close()

    def quit(self) -> None:
        """Say goodbye, and wait for no answer."""
        if self.open:
            self.transport.write(b"QUIT\r\n")
            self.transport.close()

    async def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Return once the server has accepted `mail`, whose lines end with CRLF.

        Both addresses must be bare, without brackets, spaces or control characters.
        """
        options = self._options(recipient, mail)
        codes = await self._say(
            f"MAIL FROM:<{sender}>{options}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"
        )
        if refused := [code for code in codes if code >= 400]:
            with suppress(aiosmtplib.SMTPServerDisconnected):
                await self._reset(agreed=codes[-1] == _GO_AHEAD)
            raise aiosmtplib.SMTPResponseException(refused[0], "")
        if codes[-1] != _GO_AHEAD or any(code // 100 != 2 for code in codes[:-1]):
            raise aiosmtplib.SMTPServerDisconnected("answers out of step")
        codes = await self._ask(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n", 1)
        if codes[0] != 250:
            raise aiosmtplib.SMTPDataError(codes[0], "")

    def _options(self, recipient: str, mail: bytes) -> str:
        options = f" SIZE={len(mail)}" if "size" in self._extensions else ""
        if recipient.isascii():
            return options
        if "smtputf8" not in self._extensions:
            raise aiosmtplib.SMTPNotSupported("the address is not ASCII")
        return f"{options} SMTPUTF8"

    async def _reset(self, *, agreed: bool) -> None:
        """Make ready for the next mail. A server may have agreed to data of a mail that it refused before."""
        if agreed:
            await self._ask(b".\r\n", 1)
        await self._ask(b"RSET\r\n", 1)

    async def _say(self, *commands: bytes) -> list[int]:
        """The codes of the answers; where commands go one by one, none is said after a refusal."""
        if "pipelining" in self._extensions:
            return await self._ask(b"".join(commands), len(commands))
        codes: list[int] = []
        for command in commands:
            codes += await self._ask(command, 1)
            if codes[-1] >= 400:
                break
        return codes

    async def _ask(self, data: bytes, answers: int) -> list[int]:
        if not self.open:
            raise aiosmtplib.SMTPServerDisconnected("closed")
        self._codes, self._awaited = [], answers
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        try:
            await self._answered
        finally:
            self._answered = None
        return self._codes

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        if self._answered is None or len(self._received) > _LONGEST_REPLY:
            self.close()  # a server that speaks unasked says goodbye
            return
        for line in lines:
            if line[3:4] != b"-":
                self._codes.append(int(line[:3]) if line[:3].isdigit() else 0)
        if _CLOSING in self._codes:
            self.close()
        elif len(self._codes) < self._awaited:
            return
        if not self._answered.done():
            self._answered.set_result(None)

    def connection_lost(self, _: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(aiosmtplib.SMTPServerDisconnected("connection lost"))
