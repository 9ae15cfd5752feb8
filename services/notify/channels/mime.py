"""Writes a mail as it goes over the wire: plain text and HTML, quoted-printable, lines ended by CRLF.

By hand, since its parts never differ: the library's generator takes longer than all else about a mail.
"""

from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header

_PART = (
    b"--%(boundary)s\r\n"
    b'Content-Type: text/%(kind)s; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n"
    b"%(body)s\r\n"
)


def encode_mail(headers: Mapping[str, str], text: str, html: str, boundary: str) -> bytes:
    """A multipart/alternative. Each header's value must be one line, or folded already."""
    mark = f"=_{boundary}".encode()  # in quoted-printable no line can begin like this
    head = {
        **headers,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{mark.decode()}"',
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    plain = _PART % {b"boundary": mark, b"kind": b"plain", b"body": _quoted(text)}
    marked_up = _PART % {b"boundary": mark, b"kind": b"html", b"body": _quoted(html)}
    return b"%s\r\n%s%s--%s--\r\n" % (lines.encode(), plain, marked_up, mark)


def encode_words(name: str, value: str) -> str:
    """The value of header `name`, folded; letters beyond ASCII become encoded words (RFC 2047)."""
    return Header(value, header_name=name).encode(linesep="\r\n")


def _quoted(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode()).replace(b"\n", b"\r\n")
