import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import answers
from services.intake.domain.commands import Command, Incomplete, Verb, parse_command
from services.intake.domain.words import Saying, Word
from shared.contracts import Channel
from shared.security.codes import check_character

ID = "K7MQ3XW9F" + check_character("K7MQ3XW9F")
SHOWN = f"{ID[:3]}-{ID[3:7]}-{ID[7:]}"


@pytest.mark.parametrize("typed", [SHOWN, ID, ID.lower(), SHOWN.replace("-", " "), SHOWN.lower()])
def test_a_tracking_id_may_be_typed_in_any_way_people_type_it(typed):
    assert parse_command(f"STATUS {typed}") == Command(Verb.STATUS, ID)


@pytest.mark.parametrize(
    "message",
    [
        *("STATUS#{}", "status#{}#", "STATUS:{}", "STATUS={}", "STATUS ({})", "STATUS <{}>", "*STATUS* {}"),
        *("STATUS nomor {}", "STATUS NO. {}", "Status laporan {}", "Cek status {}?", "LAPOR STATUS {}"),
        *("lapor#status#{}", "{}", " {} ", "Mohon info perkembangan laporan saya nomor {}", "STAUS {}"),
        *("status{}", "STATUS{}?", "*Cek{}*"),
    ],
)
@pytest.mark.parametrize("joint", ["-", " - ", "\u2011", "\u2013"])
def test_a_status_may_be_asked_for_in_any_way_people_ask(message, joint):
    command = parse_command(message.format(SHOWN.replace("-", joint)))
    assert command is not None
    assert (command.verb, command.tracking_id) == (Verb.STATUS, ID)


@pytest.mark.parametrize(
    "verb", ["TAMBAH#", "TAMBAH", "tambahan ", "Tambah laporan nomor ", "TAMABH ", "LAPOR TAMBAH "]
)
def test_what_is_added_keeps_its_words_however_the_command_is_written(verb):
    assert parse_command(f"{verb}{SHOWN}#lampu (dekat pasar)") == Command(Verb.ADD, ID, "lampu (dekat pasar)")


@pytest.mark.parametrize("message", ["TERMA {}", "CABTU {}", "TERMA{}", "Lampu di {} mati", "{} lampu mati"])
def test_a_word_that_would_end_a_report_is_never_guessed(message):
    assert parse_command(message.format(SHOWN)) is None


def test_a_score_may_stand_before_the_number():
    command = parse_command(f"NILAI 4 {SHOWN} cepat")
    assert command is not None
    assert command.saying == Saying(Word.RATING, "cepat", 4)


@pytest.mark.parametrize(
    ("message", "verb"),
    [
        ("status", Verb.STATUS),
        ("Cek", Verb.STATUS),
        ("TAMBAH", Verb.ADD),
        ("Balas:", Verb.REPLY),
        ("setuju", Verb.ACCEPT),
        ("tolak", Verb.OBJECT),
        ("batal", Verb.WITHDRAW),
    ],
)
def test_a_command_has_the_names_people_give_it(message, verb):
    command = parse_command(f"{message} {SHOWN} lampunya masih padam")
    assert command is not None
    assert (command.verb, command.text) == (verb, "lampunya masih padam")


@pytest.mark.parametrize(
    ("message", "saying"),
    [
        (f"TAMBAH {SHOWN} dekat pasar", Saying(Word.SUPPLEMENT, "dekat pasar")),
        (f"BALAS {SHOWN}: belum menyala", Saying(Word.REPLY, "belum menyala")),
        (f"TERIMA {SHOWN} ya", Saying(Word.ACCEPTANCE)),
        (f"KEBERATAN {SHOWN} tetap rusak", Saying(Word.OBJECTION, "tetap rusak")),
        (f"CABUT {SHOWN}", Saying(Word.WITHDRAWAL)),
        (f"BANDING {SHOWN} ini bukan spam", Saying(Word.APPEAL, "ini bukan spam")),
        (f"NILAI {SHOWN} 4 cepat", Saying(Word.RATING, "cepat", 4)),
        (f"STATUS {SHOWN}", None),
    ],
)
def test_a_command_becomes_the_word_it_says(message, saying):
    command = parse_command(message)
    assert command is not None
    assert command.saying == saying


@pytest.mark.parametrize(
    "message",
    [
        "Terima kasih sudah diperbaiki, tetapi masih rusak",
        "Status jalan desa kami tidak jelas sejak 2024",
        "Banding harga di pasar tidak adil",
        "Batal terbang karena bandara ditutup",
        "info pemadaman listrik di Malang",
        "KAB. NGANJUK jalan rusak",
        "lampu jalan padam",
    ],
)
def test_what_only_begins_like_a_command_is_a_report(message):
    assert parse_command(message) is None


@pytest.mark.parametrize("message", ["STATUS", f"STATUS {SHOWN[:-1]}2A", "tambah K7M-Q3XW-9F2 dekat pasar"])
def test_a_mistyped_command_says_what_is_wrong_with_it(message):
    with pytest.raises(Incomplete, match="laporan"):
        parse_command(message)


@pytest.mark.parametrize(
    "message", [f"TAMBAH {SHOWN}", f"BANDING {SHOWN}", f"NILAI {SHOWN} 9", f"NILAI {SHOWN}"]
)
def test_a_command_without_its_content_says_what_is_missing(message):
    command = parse_command(message)
    assert command is not None
    with pytest.raises(Incomplete, match="nomor"):
        _ = command.saying


def test_help_is_a_command_of_one_word():
    assert parse_command("bantuan") == Command(Verb.HELP)


@given(st.text(max_size=200))
def test_any_text_is_a_command_a_report_or_told_what_is_wrong(text):
    with contextlib.suppress(Incomplete):
        command = parse_command(text)
        assert command is None or command.verb in Verb


@pytest.mark.parametrize(
    "text",
    [
        *(answers.HELP, answers.TOO_SHORT, answers.NOT_FOUND, answers.TOO_OFTEN),
        *(answers.about(ID, text) for text in (answers.ALREADY_SAID, answers.ALREADY_APPEALED)),
    ],
)
def test_a_fixed_answer_fits_one_sms(text):
    assert answers.fitted(text, Channel.SMS) == text


@given(st.text(max_size=400))
def test_every_answer_fits_one_sms_in_plain_characters(text):
    answer = answers.fitted(answers.about(ID, text), Channel.SMS)
    assert len(answer) <= 160
    assert answer.isascii()
    assert SHOWN in answer


def test_what_cannot_be_said_now_is_answered_with_what_can():
    said = answers.not_possible(ID, "Selesai", frozenset({Word.RATING, Word.OBJECTION}))
    assert "KEBERATAN, NILAI" in said


@pytest.mark.parametrize("word", [word for word in Word if word is not Word.SUPPLEMENT])
def test_whatever_else_fits_what_cannot_be_said_now_is_answered(word):
    assert "TAMBAH" in answers.not_possible(ID, "Ditindaklanjuti", frozenset({Word.SUPPLEMENT, word}))
