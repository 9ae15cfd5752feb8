"""Takes a mail apart, however broken it is: who wrote it, its words, its files. Belongs in a thread."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from services.intake.channels.mail.automatic import automatic
from services.intake.channels.mail.bodies import decoded, without_quotation, without_signature, words_of_html
from shared.security.replies import LOCAL

DEEPEST = 20
MOST_PARTS = 200
MOST_WORDS = 100_000
"""Characters; a mail with more is cut, and says so."""
MOST_HTML = 400_000
MOST_HEADERS = 500_000
LONGEST_HEADER = 10_000
"""Characters of all headers of a part together, and of one that is taken apart, which takes its time."""
CUT = "\n[…terpotong…]"
_SEALS = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
"""Signatures under a mail: nobody means them as evidence, and nobody wants to hear that they are none."""
DECORATION_BYTES = 8_192
"""A picture that small, shown inside the text, is a logo of a signature."""

_ADDRESS = re.compile(
    r"[^\s@<>\"(),:;\\\x00-\x1f\x7f\ud800-\udfff]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}"
)
_STRUCTURED = ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Content-ID")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_OUR_ADDRESS = re.compile(rf"{LOCAL}\+[a-z2-7]{{16,64}}@\S{{1,254}}", re.IGNORECASE)
"""In what a mail quotes. Whoever reads the report must not learn it."""
_ANSWERED = re.compile(r"^\s*((re|fw|fwd|bls|trs|tr)\s*:\s*)+", re.IGNORECASE)


class Unreadable(Exception):
    """No mail, or one that nobody would write by hand. The text is for the mail server that sent it."""


@dataclass(frozen=True, repr=False)
class MailFile:
    """An attachment; its name is not kept."""

    content_type: str
    content: bytes


@dataclass(frozen=True, repr=False)
class Mail:
    """What a mail says. `said` is without what it quotes, for an answer."""

    sender: str
    message_id: str
    """Where it has none, when it was written: the same words on another day are another mail."""
    title: str
    text: str
    said: str
    automatic: str | None
    files: tuple[MailFile, ...] = ()


@dataclass
class _Parts:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    count: int = 0


def read_mail(raw: bytes, mail_from: str, own_domain: str) -> Mail:
    """Raises `Unreadable`. `mail_from` is the envelope's sender, empty for a bounce."""
    try:
        message = message_from_bytes(raw)
        headers = {name.lower(): str(value) for name, value in reversed(message.items())}
        parts = _Parts()
        _collect(message, parts, 0)
    except (RecursionError, MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable("the message cannot be read") from error
    if not headers:
        raise Unreadable("the message has no headers")
    text = "\n".join(parts.plain).strip() or words_of_html("\n".join(parts.html)[:MOST_HTML])
    if len(text) > MOST_WORDS:
        text = text[:MOST_WORDS] + CUT
    text = _OUR_ADDRESS.sub("[…]", text)
    sender = _sender(message, mail_from)
    return Mail(
        sender=sender,
        message_id=(headers.get("message-id", "").strip() or headers.get("date", "").strip())[:500],
        title=_ANSWERED.sub("", _title(headers.get("subject", "")[:LONGEST_HEADER]))[:200].strip(),
        text=without_signature(text),
        said=without_signature(without_quotation(text)),
        automatic=automatic(headers, mail_from, sender, own_domain),
        files=tuple(parts.files),
    )


def _collect(part: Message, parts: _Parts, depth: int) -> None:
    parts.count += 1
    if depth > DEEPEST or parts.count > MOST_PARTS:
        raise Unreadable("the message is nested too deeply, or has too many parts")
    if sum(len(name) + len(str(value)) for name, value in part.items()) > MOST_HEADERS:
        raise Unreadable("the message has too many headers")
    if any(len(str(part.get(name, ""))) > LONGEST_HEADER for name in _STRUCTURED):
        raise Unreadable("a header of the message is too long")
    payload = part.get_payload()
    if isinstance(payload, list):
        for inner in _chosen(part, [one for one in payload if isinstance(one, Message)]):
            _collect(inner, parts, depth + 1)
        return
    content = _content(part, payload)
    kind, shown = part.get_content_type(), (part.get_content_disposition() or "inline") == "inline"
    if part.get_content_maintype() == "multipart":  # its boundary was never found
        kind = "text/plain"
    if kind in {"text/plain", "text/html"} and shown and not part.get_filename():
        words = decoded(content, part.get_content_charset())
        (parts.plain if kind == "text/plain" else parts.html).append(words)
    elif (
        content
        and kind not in _SEALS
        and not (shown and part.get("Content-ID") and len(content) <= DECORATION_BYTES)
    ):
        parts.files.append(MailFile(kind, content))


def _content(part: Message, payload: object) -> bytes:
    """The bytes of a part. Of base64 that is not whole, those that can be read."""
    if (
        isinstance(payload, str)
        and str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
    ):
        letters = _NO_BASE64.sub(b"", payload.encode("ascii", "ignore"))
        whole = letters[:-1] if len(letters) % 4 == 1 else letters
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _chosen(part: Message, inner: list[Message]) -> Iterator[Message]:
    """All parts; of alternatives that say the same, the plain one where there is one, and what is no text."""
    if part.get_content_type() != "multipart/alternative":
        yield from inner
        return
    plain = [one for one in inner if one.get_content_type() == "text/plain"]
    for one in inner:
        if not plain or one.get_content_type() != "text/html":
            yield one


def _sender(message: Message, mail_from: str) -> str:
    """The address in From, else the envelope's; empty if neither can be written to."""
    try:
        named = [
            address
            for _, address in getaddresses(
                [str(value)[:LONGEST_HEADER] for value in message.get_all("from", [])]
            )
        ]
    except (ValueError, IndexError, TypeError):
        named = []
    for address in (*named[:1], mail_from):
        if _ADDRESS.fullmatch(address) and len(address) <= 254:
            local, _, domain = address.rpartition("@")
            return f"{local}@{domain.lower()}"
    return ""


def _title(raw: str) -> str:
    try:
        title = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError, TypeError):
        title = raw
    return " ".join(title.split())
