"""Mail over SMTP: plain and HTML, one connection for many messages, the delivery's id as Message-ID."""

import re
from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from services.notify.channels.conversation import Conversation
from services.notify.channels.mime import encode_mail, encode_words
from services.notify.channels.port import Refused, Rendered, Unavailable

_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")
"""Bare, as forms take it: nothing in it could end a command or a header."""

_OUR_FAULT = frozenset({530, 534, 535, 538})
"""Authentication: the message is fine, the configuration is not."""


class EmailSender:
    """One connection per message in flight; an idle one is used again, or replaced if the server left."""

    def __init__(self, url: str, mail_from: str, timeout: float) -> None:
        self._options = smtp_options(url, timeout)
        name, self._sender = parseaddr(mail_from)
        self._from = formataddr((name, self._sender))
        self._domain = self._sender.rpartition("@")[2]
        self._options["local_hostname"] = self._domain
        self._idle: deque[Conversation] = deque()

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
        mail = self._compose(delivery_id, address, message)
        try:
            while True:
                fresh = not self._idle
                connection = await self._connected()
                try:
                    await self._transmit(connection, address, mail)
                    return
                except aiosmtplib.SMTPServerDisconnected:
                    if fresh:
                        raise
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise classify(error) from None

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().quit()

    async def _connected(self) -> Conversation:
        if self._idle:
            return self._idle.pop()
        client = aiosmtplib.SMTP(**self._options)
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        return Conversation(client)

    async def _transmit(self, connection: Conversation, address: str, mail: bytes) -> None:
        try:
            await connection.send(self._sender, address, mail)
        except aiosmtplib.SMTPResponseException:
            self._keep(connection)  # the server has spoken; the connection is as good as before
            raise
        except BaseException:
            connection.close()
            raise
        self._keep(connection)

    def _keep(self, connection: Conversation) -> None:
        if connection.open:
            self._idle.append(connection)

    def _compose(self, delivery_id: UUID, address: str, message: Rendered) -> bytes:
        if not _ADDRESS.fullmatch(address):
            raise Refused("address not usable")
        headers = {
            "To": address,
            "From": self._from,
            "Subject": encode_words("Subject", message.subject),
            "Date": format_datetime(datetime.now(UTC)),
            "Message-ID": f"<{delivery_id}@{self._domain}>",
            "X-LAPOR-Delivery": str(delivery_id),
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        }
        if message.reply_to:
            headers["Reply-To"] = message.reply_to
        if message.unsubscribe_url:
            headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return encode_mail(headers, message.text, message.html, boundary=delivery_id.hex)


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
