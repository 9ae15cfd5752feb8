"""Mail over SMTP: plain and HTML, one connection for many messages, the delivery's id as Message-ID."""

from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from services.notify.channels.port import Refused, Rendered, Unavailable

_OUR_FAULT = frozenset({530, 534, 535, 538})
"""Authentication: the message is fine, the configuration is not."""


class EmailSender:
    """One connection per message in flight; an idle one is used again, or replaced if the server left."""

    def __init__(self, url: str, mail_from: str, timeout: float) -> None:
        self._options = smtp_options(url, timeout)
        name, self._sender = parseaddr(mail_from)
        self._from = Address(name, addr_spec=self._sender)
        self._domain = self._from.domain
        self._options["local_hostname"] = self._domain
        self._idle: deque[aiosmtplib.SMTP] = deque()

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
        mail = self._compose(delivery_id, address, message)
        try:
            while True:
                fresh = not self._idle
                client = await self._connected()
                try:
                    await self._transmit(client, mail, address)
                    return
                except aiosmtplib.SMTPServerDisconnected:
                    if fresh:
                        raise
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise classify(error) from None

    async def close(self) -> None:
        while self._idle:
            with suppress(Exception):
                await self._idle.pop().quit()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._idle:
            return self._idle.pop()
        client = aiosmtplib.SMTP(**self._options)
        await client.connect()
        return client

    async def _transmit(self, client: aiosmtplib.SMTP, mail: EmailMessage, address: str) -> None:
        try:
            await client.send_message(mail, sender=self._sender, recipients=[address])
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            self._keep(client)  # the server has spoken; the connection is as good as before
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)

    def _compose(self, delivery_id: UUID, address: str, message: Rendered) -> EmailMessage:
        mail = EmailMessage(policy=SMTP_POLICY)
        try:
            mail["To"] = address
            if not mail["To"].addresses:
                raise Refused("address not usable")
        except (ValueError, IndexError):
            raise Refused("address not usable") from None
        mail["From"] = self._from
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{delivery_id}@{self._domain}>"
        mail["X-LAPOR-Delivery"] = str(delivery_id)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        mail["Content-Language"] = message.language
        return mail


def classify(error: Exception) -> Refused | Unavailable:
    """Whether a failure can pass, told by the server's code or the error's class, never by its words."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
        return _by_code(min(codes, default=550))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _by_code(error.code)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Refused("address not supported by the server")
    if isinstance(error, ValueError):
        return Refused("address not usable")
    return Unavailable(f"smtp {type(error).__name__}")


def _by_code(code: int) -> Refused | Unavailable:
    final = 500 <= code < 600 and code not in _OUR_FAULT
    return (Refused if final else Unavailable)(f"smtp {code}")


def smtp_options(url: str, timeout: float) -> dict[str, Any]:
    """How to connect. Raises ValueError, which never repeats the address: it may hold a password."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise ValueError("LAPOR_SMTP_URL must be smtp://, smtp+tls:// or smtps:// with a host")
    return {
        "hostname": parts.hostname,
        "port": parts.port,
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": {"smtp": None, "smtps": False, "smtp+tls": True}[parts.scheme],
        "timeout": timeout,
    }
