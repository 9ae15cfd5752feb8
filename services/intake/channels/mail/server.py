"""The socket that mail servers connect to: so many at a time, each within limits, and nothing but mail."""

import asyncio
import logging
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from services.intake.channel_settings import ChannelSettings

IDLE_SECONDS = 60.0
BUSY = b"421 4.3.2 too many connections, please try again\r\n"


class MailServer:
    """Serves one handler until cancelled."""

    def __init__(self, handler: Any, settings: ChannelSettings) -> None:
        self._handler, self._settings = handler, settings
        self._open = 0

    async def serve(self) -> None:
        """Raises OSError if the port is taken."""
        settings = self._settings
        for name in ("mail.log", "mail.debug"):  # they would log addresses
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connection, settings.mail_host, settings.mail_port)
        async with server:
            await server.serve_forever()

    def _connection(self) -> SMTP:
        kind = _Lmtp if self._settings.mail_protocol == "lmtp" else _Smtp
        return kind(
            self._handler,
            counter=self,
            data_size_limit=self._settings.mail_max_bytes,
            enable_SMTPUTF8=True,
            hostname=self._settings.mail_domain,
            ident="LAPOR",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    def enter(self) -> bool:
        """Whether there is room for one more connection."""
        self._open += 1
        return self._open <= self._settings.mail_at_once

    def leave(self) -> None:
        self._open -= 1


class _Counted(SMTP):
    """A connection that is turned away where too many are open: what a mail needs of memory is bounded."""

    def __init__(self, *arguments: Any, counter: MailServer, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._counter = counter

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._counter.enter():
            super().connection_made(transport)
            return
        assert isinstance(transport, asyncio.Transport)
        transport.write(BUSY)
        transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._counter.leave()
        if self.session is not None:
            super().connection_lost(error)


class _Smtp(_Counted):
    pass


class _Lmtp(_Counted, LMTP):
    pass
