"""What the catcher caught, in order, in one file, so that a restart keeps it.

Arriving must cost little, since whoever sends is being measured: a mail is parsed when somebody looks at it.
"""

import json
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Mail
from functools import cached_property
from pathlib import Path
from typing import Any

FILE = "arrivals.jsonl"


@dataclass(frozen=True)
class Message:
    """A mail or an SMS as people and tests read it."""

    kind: str
    to: list[str]
    text: str
    id: str | None
    sender: str | None
    subject: str | None
    headers: dict[str, str]
    sequence: int
    """Its place in the order of arrival, from 1."""
    received_at: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Arrival:
    """A mail or an SMS as it came. `content` is an SMS's text, or a mail's bytes, one character each."""

    kind: str
    to: list[str]
    content: str
    id: str | None
    sender: str | None
    sequence: int
    received_at: str

    @cached_property
    def message(self) -> Message:
        return _mail(self) if self.kind == "mail" else _sms(self)


def _sms(arrival: Arrival) -> Message:
    return Message(
        kind=arrival.kind,
        to=arrival.to,
        text=arrival.content,
        id=arrival.id,
        sender=arrival.sender,
        subject=None,
        headers={},
        sequence=arrival.sequence,
        received_at=arrival.received_at,
    )


def _mail(arrival: Arrival) -> Message:
    mail = message_from_bytes(arrival.content.encode("latin-1"))
    headers = {name: _decoded(str(value)) for name, value in mail.items()}
    return replace(
        _sms(arrival),
        text=_text(mail),
        id=headers.get("Message-ID"),
        subject=headers.get("Subject", ""),
        headers=headers,
    )


def _text(mail: Mail) -> str:
    """The plain text, or where there is none the HTML."""
    parts = {part.get_content_type(): part for part in reversed(list(mail.walk()))}
    part = parts.get("text/plain") or parts.get("text/html") or mail
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _decoded(value: str) -> str:
    """A header's value on one line, with its encoded words (RFC 2047) read; as it is, if they are broken."""
    line = "".join(value.splitlines())
    try:
        return str(make_header(decode_header(line)))
    except (HeaderParseError, LookupError, ValueError):
        return line


class Box:
    """A file with a line for each arrival. Accepts one only once it is in the file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = (folder / FILE).open("a+b")
        self._file.seek(0)
        lines, end, torn = self._file.read().rpartition(b"\n")
        if torn:  # its sender was never told that it was accepted
            self._file.truncate(len(lines + end))
        self._arrivals = [Arrival(**json.loads(line)) for line in lines.splitlines()]
        self._last = self._arrivals[-1].sequence if self._arrivals else 0

    def add_mail(self, sender: str | None, to: list[str], raw: bytes) -> Arrival:
        return self._add(kind="mail", to=to, content=raw.decode("latin-1"), id=None, sender=sender)

    def add_sms(self, to: str, text: str, key: str | None) -> Arrival:
        return self._add(kind="sms", to=[to], content=text, id=key, sender=None)

    def _add(self, **what: Any) -> Arrival:
        with self._lock:
            self._last += 1
            arrival = Arrival(**what, sequence=self._last, received_at=datetime.now(UTC).isoformat())
            self._file.write(json.dumps(asdict(arrival)).encode() + b"\n")
            self._file.flush()
            self._arrivals.append(arrival)
        return arrival

    def messages(self) -> list[Message]:
        with self._lock:
            arrivals = list(self._arrivals)
        return [arrival.message for arrival in arrivals]

    def clear(self) -> None:
        with self._lock:
            self._file.truncate(0)
            self._arrivals = []
