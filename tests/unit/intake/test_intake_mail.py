"""Mail taken apart: broken MIME, wrong character sets, quotations, signatures, and what machines send."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.channels.mail.automatic import automatic
from services.intake.channels.mail.bodies import decoded, without_quotation, without_signature, words_of_html
from services.intake.channels.mail.mime import CUT, MOST_WORDS, Unreadable, read_mail

CORPUS = {path.stem: path for path in sorted((Path(__file__).parents[2] / "corpora/mime").glob("*.eml"))}
REFUSED = {"a-thousand-parts", "nested-300-times"}
SAID = "Lampu jalan di depan sekolah padam sejak pekan lalu."
FROM_ENVELOPE = {"sender-missing", "sender-unreadable"}


def read(name: str):
    return read_mail(CORPUS[name].read_bytes(), "amplop@warga.example", "lapor.example")


@pytest.mark.parametrize("name", sorted(CORPUS.keys() - REFUSED - {"broken-base64", "nul-bytes"}))
def test_a_mail_however_broken_says_what_its_writer_wrote(name):
    assert SAID in read(name).text


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_nobody_writes_by_hand_is_unreadable(name):
    with pytest.raises(Unreadable):
        read(name)


@pytest.mark.parametrize("name", sorted(CORPUS.keys() - REFUSED))
def test_a_sender_is_one_plain_address(name):
    sender = "amplop@warga.example" if name in FROM_ENVELOPE else "sari@warga.example"
    assert read(name).sender == sender


@pytest.mark.parametrize(
    "name", ["latin-called-utf8", "utf8-called-latin", "utf8-called-ascii", "utf16", "unknown-charset"]
)
def test_a_wrong_character_set_costs_no_word(name):
    assert read(name).text.endswith("Café")


def test_of_broken_base64_what_can_be_read_is_read():
    assert read("broken-base64").text.startswith("Lampu jalan di depan sekolah padam")


def test_an_attachment_is_a_file_without_a_name():
    (file,) = read("attachment").files
    assert (file.content_type, len(file.content)) == ("image/png", 20_016)
    assert "passwd" not in repr(read("attachment"))


def test_a_logo_of_a_signature_is_no_evidence():
    assert read("logo-in-signature").files == ()


def test_of_alternatives_the_plain_one_is_read():
    assert "lain sekali" not in read("alternative").text


def test_a_page_is_read_as_its_reader_reads_it():
    text = read("html-only").text
    assert "Mohon diperbaiki & dijaga." in text
    assert "alert" not in text
    assert "color" not in text


def test_a_title_in_several_encoded_words_is_one_line():
    assert read("subject-over-lines").title == "Lampu jalan padam"


def test_a_mail_as_long_as_a_book_is_cut_and_says_so():
    raw = b"From: a@b.example\nSubject: x\n\n" + b"kata " * (MOST_WORDS // 5 + 10)
    assert read_mail(raw, "a@b.example", "lapor.example").text.endswith(CUT.strip())


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\nContent-Type: text/plain" + b"; a=b" * 400_000 + b"\n\nx",
        b"From: " + b"a@b.example, " * 200_000 + b"\n\nJalan rusak parah.",
        b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 150_000 + b"\n\nJalan rusak parah.",
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<!--" * 500_000,
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<div a='" * 300_000,
        b"From: a@b.example\n\n" + b"Pada Senin " * 300_000 + b"menulis:",
    ],
    ids=["parameters", "senders", "encoded words", "comments", "tags", "attribution"],
)
def test_what_is_made_to_take_long_does_not(raw):
    try:
        read_mail(raw, "a@b.example", "lapor.example")
    except Unreadable:
        return


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail_or_unreadable(raw):
    try:
        read_mail(raw, "", "lapor.example")
    except Unreadable:
        return


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_are_text_whatever_they_claim(raw, charset):
    assert isinstance(decoded(raw, charset), str)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "<!DOCTYPE html>\n<html><head><title>x</title></head><body><p>satu</p>dua</body></html>",
            "satu\ndua",
        ),
        ("<?xml version='1.0'?><p>satu", "satu"),
        ("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("satu<br>dua<br/>tiga", "satu\ndua\ntiga"),
        ("<style>p {}</style>satu<script>x('</p>')</script>", "satu"),
        ("<head>tak ditutup<p>satu", "tak ditutup\nsatu"),
        ("<p>satu<!-- dua -->tiga</p>", "satutiga"),
        ("", ""),
    ],
)
def test_of_a_page_its_words_are_kept(page, words):
    assert words_of_html(page) == words


@given(st.text(max_size=500))
def test_any_page_has_words(page):
    assert isinstance(words_of_html(page), str)


ANSWER = "Halte yang di depan SMPN 12."


@pytest.mark.parametrize(
    "quoted",
    [
        "Pada Sen, 6 Jul 2026 pukul 09.00 LAPOR! <no-reply@lapor.example> menulis:\n> Halte yang mana?",
        "Pada Sen, 6 Jul 2026 pukul 09.00 LAPOR! <\nno-reply@lapor.example> menulis:\n\n> Halte yang mana?",
        "On Mon, 6 Jul 2026 at 09:00, LAPOR! <no-reply@lapor.example> wrote:\n> Which one?\n>\n> Thanks",
        "-----Original Message-----\nHalte yang mana?",
        "----- Pesan Asli -----\nHalte yang mana?",
        "Dari: LAPOR! <no-reply@lapor.example>\nDikirim: Senin, 6 Juli\nKepada: Sari\n\nHalte yang mana?",
        "*From:* LAPOR!\n*Sent:* Monday\n\nWhich one?",
        "> Halte yang mana?\n> Terima kasih",
    ],
)
def test_what_an_answer_quotes_is_cut_off(quoted):
    assert without_quotation(f"{ANSWER}\n\n{quoted}") == ANSWER


def test_what_is_written_between_quoted_lines_is_kept():
    text = "On Mon, Budi wrote:\n> Halte mana?\nDi depan SMPN 12.\n> Sejak kapan?\nSejak Senin."
    assert without_quotation(text) == "Di depan SMPN 12.\nSejak Senin."


def test_a_quotation_in_html_ends_the_answer():
    page = f"<p>{ANSWER}</p><div class='gmail_quote'>Pada Senin menulis<blockquote>Halte?</blockquote></div>"
    assert without_quotation(words_of_html(page)) == ANSWER


@pytest.mark.parametrize(
    "signature", ["-- \nSari\n0812", "--\nSari", "Dikirim dari iPhone saya", "Sent from my Galaxy", "_" * 30]
)
def test_a_signature_is_cut_off(signature):
    assert without_signature(f"{ANSWER}\n{signature}\nlagi") == ANSWER


@pytest.mark.parametrize(
    "html",
    [
        "<p>Pada 6 Jul 2026 LAPOR menulis:</p><blockquote>Halte <b>mana</b>?</blockquote><p>SMPN 12.</p>",
        "SMPN 12.<blockquote>Halte<blockquote>mana?</blockquote></blockquote>",
        "<blockquote>Halte</blockquote>SMPN 12.<blockquote>mana?</blockquote>",
        '<div>SMPN 12.</div><div class="gmail_quote">Pada Sen LAPOR menulis:<blockquote>H</blockquote></div>',
        "</blockquote>SMPN 12.<blockquote>Halte mana?",
    ],
)
def test_an_answer_in_html_is_found_above_below_and_between_what_it_quotes(html):
    assert without_quotation(words_of_html(html)) == "SMPN 12."


def test_the_signature_of_a_mail_program_is_no_evidence():
    message = EmailMessage()
    message["From"], message["Subject"] = "sari@warga.example", "Lampu padam"
    message.set_content("Lampu padam sejak kemarin.")
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert read_mail(message.as_bytes(), "sari@warga.example", "lapor.example").files == ()


def test_a_sender_that_is_no_text_is_nobody_to_answer():
    mail = read_mail(b"Subject: x\r\n\r\nLampu padam", "s\udce9ri@warga.example", "lapor.example")
    assert mail.sender == ""


def test_without_an_id_mails_are_told_apart_by_their_dates():
    ids = {read_mail(b"Date: %d Jul 2026\r\n\r\nSTATUS" % day, "a@b.id", "c").message_id for day in (6, 7)}
    assert len(ids) == 2


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16be", "utf-32-le"])
def test_a_wide_character_set_is_read_as_it_claims(charset):
    assert decoded("Lampu café".encode(charset), charset) == "Lampu café"


@pytest.mark.parametrize("line", ["--", "_" * 30, "Dikirim dari Jakarta tanggal 3 Juli."])
def test_what_only_looks_like_the_beginning_of_a_signature_cuts_nothing_off(line):
    report = f"Paket saya hilang.\n{line}\n" + "Petugas menolak memeriksanya.\n" * 30
    assert without_signature(report) == report.strip()


def test_a_line_about_where_something_was_sent_from_cuts_nothing_off():
    report = "Paket saya hilang.\nDikirim dari Jakarta.\nPetugas menolak.\nLoket tutup.\nMohon diperiksa."
    assert without_signature(report) == report


def test_a_text_that_is_all_signature_is_kept():
    assert without_signature("Dikirim dari desa kami") == "Dikirim dari desa kami"


def test_an_address_that_speaks_for_a_report_is_not_quoted_into_another():
    token = "balas+" + "ab2c" * 13 + "@lapor.example"
    raw = f"From: a@b.example\nSubject: x\n\nJalan rusak parah.\nPada Senin <{token}> menulis:\n> x".encode()
    assert "balas+" not in read_mail(raw, "a@b.example", "lapor.example").text


PERSON = {"from": "Sari <sari@warga.example>"}


def why(headers: dict[str, str], mail_from: str = "sari@warga.example", sender: str = "sari@warga.example"):
    return automatic({**PERSON, **headers}, mail_from, sender, "lapor.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "auto-generated; x=y"},
        {"precedence": "bulk"},
        {"precedence": "List"},
        {"list-id": "<warga.example>"},
        {"x-autoreply": "yes"},
        {"x-auto-response-suppress": "All"},
        {"x-lapor-delivery": "1"},
        {"content-type": 'multipart/report; report-type="delivery-status"'},
    ],
)
def test_what_a_machine_sends_is_told_by_its_headers(headers):
    assert why(headers)


def test_a_bounce_has_no_sender_on_its_envelope():
    assert why({}, mail_from="") == "bounce"


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@warga.example", "no-reply@warga.example", "x@lapor.example"]
)
def test_some_senders_are_never_people(sender):
    assert why({}, sender=sender)


@pytest.mark.parametrize("headers", [{}, {"auto-submitted": "no"}, {"precedence": "first-class"}])
def test_what_a_person_sends_is_no_machines(headers):
    assert why(headers) is None
