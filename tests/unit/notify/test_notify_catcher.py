"""The providers' stand-in: what it was handed is on disk, and reads as it was meant."""

from pathlib import Path

import pytest

from deploy.local.caught import FILE, Box

MAIL = (
    "To: b@x.example\r\nSubject: =?utf-8?q?Jawaban_=E2=80=94_selesai?=\r\nMessage-ID: <1@x>\r\n"
    'Content-Type: multipart/alternative; boundary="="\r\n\r\n'
    "--=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Isi</p>\r\n"
    "--=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIsi — surat\r\n--=--\r\n"
).encode()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_mail_is_read_with_its_letters_and_its_plain_text(box: Box):
    box.add_mail("a@x.example", ["b@x.example"], MAIL)
    [mail] = box.messages()
    assert (mail.id, mail.subject, mail.text) == ("<1@x>", "Jawaban — selesai", "Isi — surat")
    assert mail.headers["To"] == "b@x.example"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: =?utf-8?b?a?=\r\n\r\n",
        b"Content-Type: text/plain; charset=none\r\n\r\n\xff",
        b"Subject: \xff\r\n\r\n\xff",
    ],
)
def test_a_broken_mail_hides_no_other(box: Box, raw: bytes):
    box.add_mail("a@x.example", ["b@x.example"], raw)
    box.add_sms("+628123", "Halo", "7")
    assert [message.kind for message in box.messages()] == ["mail", "sms"]


def test_everything_is_there_after_a_restart_in_order(box: Box, tmp_path: Path):
    box.add_mail("a@x.example", ["b@x.example"], MAIL)
    box.add_sms("+628123", "Halo", None)
    assert Box(tmp_path).messages() == box.messages()


def test_half_a_line_at_the_end_was_never_accepted_and_is_forgotten(box: Box, tmp_path: Path):
    box.add_sms("+628123", "Halo", None)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"kind": "sms", "to": ["+62')
    again = Box(tmp_path)
    again.add_sms("+628124", "Lagi", None)
    assert [message.text for message in Box(tmp_path).messages()] == ["Halo", "Lagi"]


def test_what_is_forgotten_stays_so_after_a_restart(box: Box, tmp_path: Path):
    box.add_sms("+628123", "Halo", None)
    box.clear()
    assert Box(tmp_path).messages() == []
