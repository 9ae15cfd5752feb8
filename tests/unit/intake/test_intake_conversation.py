"""Words of a conversation: commands in an answer, texts in pieces, answers within each channel's length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.channels.telegram import command_of
from services.intake.domain import answers
from services.intake.domain.commands import Command, Verb, parse_reply
from services.intake.domain.text import pieces, printable
from shared.contracts import Channel
from shared.security.codes import check_character

ID = "K7MQ3XW9F" + check_character("K7MQ3XW9F")
OTHER = "22222222" + "3" + check_character("222222223")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("TERIMA", Command(Verb.ACCEPT, ID)),
        ("terima\n\nSalam,\nSari", Command(Verb.ACCEPT, ID, "Salam,\nSari")),
        (f"TERIMA {ID}", Command(Verb.ACCEPT, ID)),
        ("STATUS", Command(Verb.STATUS, ID)),
        ("NILAI 5 cepat", Command(Verb.RATE, ID, "5 cepat")),
        ("Nilai\n4", Command(Verb.RATE, ID, "4")),
        ("KEBERATAN masih rusak", Command(Verb.OBJECT, ID, "masih rusak")),
        ("Keberatan\nMasih rusak.", Command(Verb.OBJECT, ID, "Masih rusak.")),
        ("BANTUAN", Command(Verb.HELP)),
    ],
)
def test_an_answer_to_one_report_need_not_name_it(text, command):
    assert parse_reply(text, ID) == command


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih, sudah diperbaiki",
        "TERIMA KASIH BANYAK",
        "Terima?",
        "Terima-kasih",
        "Status jalan masih rusak",
        "Tolak bala dulu",
        "Cabut pohonnya, jangan dipangkas",
        "Nilai kami buruk",
        "Halte di depan SMPN 12",
        f"Status {OTHER}",
        "",
    ],
)
def test_plain_words_in_an_answer_are_no_command(text):
    assert parse_reply(text, ID) is None


@given(st.text(max_size=300))
def test_any_answer_is_a_command_or_words(text):
    command = parse_reply(text, ID)
    assert command is None or command.verb in Verb


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/start", "BANTUAN"),
        ("/help@lapor_bot", "BANTUAN"),
        ("/mulai sekarang", "BANTUAN"),
        (f"/status {ID}", f"STATUS {ID}"),
        (f"/tambah@lapor_bot {ID} dekat pasar", f"TAMBAH {ID} dekat pasar"),
        ("jalan rusak", "jalan rusak"),
        ("/", "/"),
    ],
)
def test_a_command_of_telegram_is_the_same_command(text, read):
    assert command_of(text) == read


@given(st.text(max_size=400), st.integers(5, 60))
def test_the_pieces_of_a_text_lose_no_word_and_fit(text, longest):
    cut = list(pieces(text, longest))
    assert all(0 < len(piece) <= longest for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


@given(st.text())
def test_what_is_printable_stays_so_and_holds_no_control_characters(text):
    clean = printable(text)
    assert printable(clean) == clean
    assert not set(clean) & set("\x00\x1b\x07\u202e\u2066\ufeff\r")


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL])
@pytest.mark.parametrize("length", [1, 159, 160, 161, 5_000, 20_000])
def test_an_answer_fits_one_message_of_its_channel(channel, length):
    longest = {Channel.SMS: 160, Channel.EMAIL: 10_000}.get(channel, 4_096)
    assert len(answers.fitted("kata " * (length // 5 + 1), channel)) <= longest


def test_only_an_sms_is_put_into_plain_characters():
    assert answers.fitted("Café «é»", Channel.WHATSAPP) == "Café «é»"
    assert answers.fitted("Café", Channel.SMS) == "Cafe"
