"""A mail as it goes over the wire, read back by the standard library."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notify.channels.email import EmailSender
from services.notify.channels.mime import encode_words
from services.notify.channels.port import Refused, Rendered

DELIVERY = UUID("01890000-0000-7000-8000-000000000042")
ADDRESS = "sari@pelapor.example"
LONGEST_LINE = 998

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def wire(
    subject="Kabar", text="Isi.\n", html="<p>Isi.</p>\n", to=ADDRESS, sender="LAPOR! <no-reply@lapor.example>"
):
    message = Rendered(subject=subject, text=text, html=html, sms="", language="id")
    return EmailSender("smtp://127.0.0.1:1", sender, 5)._compose(DELIVERY, to, message)


def mail(**parts) -> EmailMessage:
    return message_from_bytes(wire(**parts), policy=policy.default)


def lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def test_a_mail_says_who_wrote_it_to_whom_and_by_which_key():
    headers = dict(mail(subject="Laporan diterima"))
    del headers["Date"], headers["Content-Type"]
    assert headers == {
        "To": ADDRESS,
        "From": "LAPOR! <no-reply@lapor.example>",
        "Subject": "Laporan diterima",
        "Message-ID": f"<{DELIVERY}@lapor.example>",
        "X-LAPOR-Delivery": str(DELIVERY),
        "Auto-Submitted": "auto-generated",
        "Content-Language": "id",
        "MIME-Version": "1.0",
    }


def test_a_mail_offers_plain_text_first_and_html_for_those_who_can():
    parts = [(part.get_content_type(), part.get_content_charset()) for part in mail().iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]


@given(texts, texts)
@example("--=_boundary\n.\n..\nFrom x\n", " \t\n=\n=3D\r\n\rakhir ")
def test_whatever_was_written_is_read_again(text: str, html: str):
    plain, marked_up = mail(text=text, html=html).iter_parts()
    assert lines(plain.get_content()) == lines(text)
    assert lines(marked_up.get_content()) == lines(html)


@given(texts, words)
def test_every_line_is_ascii_and_short_and_ends_as_smtp_wants(text: str, subject: str):
    sent = wire(text=text, subject=" ".join(subject.split()))
    assert sent.isascii()
    assert sent.endswith(b"\r\n")
    assert max(map(len, sent.split(b"\r\n"))) <= LONGEST_LINE
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", sent)


@pytest.mark.parametrize(
    "subject",
    ["Jawaban untuk laporan Anda", "Laporan — “sudah” dijawab", "Panjang " * 40 + "sekali", "漢字" * 60],
)
def test_a_subject_is_read_as_it_was_written(subject: str):
    assert mail(subject=subject)["Subject"] == subject


@given(words)
def test_a_subject_cannot_become_another_header(subject: str):
    folded = encode_words("Subject", " ".join(f"{subject}\r\nBcc: x@y.example".split()))
    assert all(line.startswith((" ", "\t")) for line in folded.split("\r\n")[1:])


def test_a_sender_may_have_a_name_with_other_letters():
    assert (
        mail(sender="LAPOR — Layanan <no-reply@lapor.example>")["From"].addresses[0].display_name
        == "LAPOR — Layanan"
    )


@pytest.mark.parametrize(
    "address",
    [
        *("", "sari", "@pelapor.example", "sari@", "sari@pelapor.example\r\nBcc: x@y.example"),
        *(
            "a@b.example,c@d.example",
            "Sari <sari@pelapor.example>",
            "sari@pelapor.example> SIZE=1",
            "a\0@b.example",
        ),
    ],
)
def test_what_is_no_bare_address_is_refused_without_repeating_it(address: str):
    with pytest.raises(Refused) as refusal:
        wire(to=address)
    assert str(refusal.value) == "address not usable"
