"""SMS by SMPP 3.4, straight to an operator's message centre. Without keys: a repeated try can come twice."""

import asyncio
import random
import re
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import smpplib.consts as smpp
from smpplib.gsm import gsm_encode

from services.notify.channels.gsm import PART_OF_SEVERAL, SINGLE_PART, to_gsm
from services.notify.channels.port import Refused, Rendered
from services.notify.channels.smpp_link import Account, Link, Submission
from services.notify.domain.receipt import ReceiptStatus

_RECEIPT = re.compile(rb"id:(\S+).*?stat:(\w+)", re.IGNORECASE | re.DOTALL)
_DELIVERED = frozenset({b"DELIVRD"})
_FAILED = {b"EXPIRED": "not reached in time", b"UNDELIV": "recipient unreachable", b"REJECTD": "refused"}
_STATES = {2: b"DELIVRD", 3: b"EXPIRED", 5: b"UNDELIV", 8: b"REJECTD"}
LONGEST_ID = 200
_NUMBER = re.compile(r"\+?[0-9]{5,15}")

Heard = Callable[[str, ReceiptStatus, str | None, Callable[[], None]], None]
"""The message centre's id, what became of the message, and why; and what to call once that is on record."""


class SmppSender:
    """`url` is ``smpp://system_id:password@host:port``, or ``smpps://``: TLS. One link, made anew if lost."""

    def __init__(self, url: str, sender: str, timeout: float, heard: Heard | None = None) -> None:
        parts = urlsplit(url)
        self._account = Account(
            parts.hostname or "",
            parts.port or 2775,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            ssl.create_default_context() if parts.scheme == "smpps" else None,
        )
        self._sender, self._timeout, self._heard = sender, timeout, heard
        self._link: Link | None = None

    async def send(self, _: UUID, address: str, message: Rendered) -> str | None:
        if not _NUMBER.fullmatch(address):
            raise Refused("invalid number")
        parts = segments(to_gsm(message.sms))
        submission = Submission(
            address.removeprefix("+"),
            self._sender,
            parts,
            smpp.SMPP_GSMFEAT_UDHI if len(parts) > 1 else smpp.SMPP_MSGTYPE_DEFAULT,
            smpp.SMPP_ENCODING_DEFAULT,
        )
        if self._link is None or not self._link.open:
            self._link = Link(self._account, self._timeout, self._deliver)
        self._link.submit(submission)
        return await asyncio.wrap_future(submission.done)

    async def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _deliver(self, pdu: Any, acknowledge: Callable[[], None]) -> None:
        """In the link's thread: what the message centre delivers to us, receipts alone."""
        if self._heard is None or not (told := receipt(pdu)):
            acknowledge()
            return
        self._heard(*told, acknowledge)


def segments(text: str) -> list[bytes]:
    """The text in parts of one SMS each, with the header that joins them (UDH, 8-bit reference) if several.

    A character that takes two places is never cut in two.
    """
    characters = [gsm_encode(character) if character != "§" else b"\x5f" for character in text]
    if sum(map(len, characters)) <= SINGLE_PART:
        return [b"".join(characters)]
    parts = [b""]
    for character in characters:
        if len(parts[-1]) + len(character) > PART_OF_SEVERAL:
            parts.append(b"")
        parts[-1] += character
    reference = random.randrange(256)  # noqa: S311
    head = bytes([5, 0, 3, reference, len(parts)])
    return [head + bytes([number]) + part for number, part in enumerate(parts, 1)]


def receipt(pdu: Any) -> tuple[str, ReceiptStatus, str | None] | None:
    """What a deliver_sm says of a message: by its parameters, else by the text that is usual (appendix B)."""
    found = _RECEIPT.search(pdu.short_message or b"")
    ref, state = getattr(pdu, "receipted_message_id", None), getattr(pdu, "message_state", None)
    name = ref.decode("ascii", "replace") if isinstance(ref, bytes) else ref
    word = _STATES.get(state or 0)
    if found:
        name, word = name or found[1].decode("ascii", "replace"), word or found[2].upper()
    if not name or not word:
        return None
    name = name.rstrip("\0")
    if not 0 < len(name) <= LONGEST_ID or not name.isprintable():
        return None  # the database takes no NUL: one such receipt would hold up all others
    if word in _DELIVERED:
        return name, ReceiptStatus.DELIVERED, None
    if word in _FAILED:
        return name, ReceiptStatus.FAILED, f"receipt: {_FAILED[word]}"
    return name, ReceiptStatus.ON_ITS_WAY, None
