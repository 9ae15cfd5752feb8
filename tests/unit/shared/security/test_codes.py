"""Tracking ids catch typing errors; access codes verify only for their own report."""

import contextlib
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.codes import (
    ALPHABET,
    AccessCodes,
    InvalidTrackingId,
    check_character,
    format_access_code,
    format_tracking_id,
    new_access_code,
    new_tracking_id,
    parse_tracking_id,
)

REPORT = UUID("01890000-0000-7000-8000-000000000001")
bodies = st.text(ALPHABET, min_size=9, max_size=9)
tracking_ids = bodies.map(lambda body: body + check_character(body))


def test_the_alphabet_has_a_prime_number_of_characters_and_none_that_look_alike() -> None:
    assert len(set(ALPHABET)) == 31
    assert not set(ALPHABET) & set("01ILO")


@given(tracking_ids)
def test_a_tracking_id_parses_to_itself(tracking_id: str) -> None:
    assert parse_tracking_id(tracking_id) == tracking_id


@given(tracking_ids)
def test_a_formatted_lower_case_tracking_id_parses(tracking_id: str) -> None:
    assert parse_tracking_id(f"  {format_tracking_id(tracking_id).lower()} ") == tracking_id


@given(tracking_ids)
def test_every_single_wrong_character_is_detected(tracking_id: str) -> None:
    for place, right in enumerate(tracking_id):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(InvalidTrackingId):
                parse_tracking_id(tracking_id[:place] + wrong + tracking_id[place + 1 :])


@given(tracking_ids)
def test_every_swap_of_two_different_characters_is_detected(tracking_id: str) -> None:
    for first in range(10):
        for second in range(first + 1, 10):
            if tracking_id[first] != tracking_id[second]:
                swapped = list(tracking_id)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                with pytest.raises(InvalidTrackingId):
                    parse_tracking_id("".join(swapped))


@given(st.text(max_size=30))
def test_any_text_is_a_tracking_id_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidTrackingId):
        assert len(parse_tracking_id(text)) == 10


def test_a_refusal_has_words_in_both_languages() -> None:
    with pytest.raises(InvalidTrackingId) as caught:
        parse_tracking_id("K7MQ3XW9F")
    assert "10 karakter" in caught.value.message
    assert "10 characters" in caught.value.message_en


@pytest.mark.parametrize(
    "text", ["", "   ", "---", "K7MQ3XW9F", "K7MQ3XW9FAA", "K7MQ3XW9F0", "K7MQ3XW9FO", "\u017f" * 10]
)
def test_what_cannot_be_a_tracking_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidTrackingId):
        parse_tracking_id(text)


def test_a_letter_that_looks_like_a_digit_is_not_guessed() -> None:
    tracking_id = "2" * 9 + check_character("2" * 9)
    with pytest.raises(InvalidTrackingId, match="digits 2-9"):
        parse_tracking_id("L" + tracking_id[1:])


def test_a_tracking_id_is_shown_in_groups() -> None:
    assert format_tracking_id("K7MQ3XW9FA") == "K7M-Q3XW-9FA"


def test_new_tracking_ids_are_valid_and_differ() -> None:
    made = {parse_tracking_id(new_tracking_id()) for _ in range(500)}
    assert len(made) == 500


def test_an_access_code_has_sixteen_characters_of_the_alphabet() -> None:
    code = new_access_code()
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)


def test_the_right_access_code_opens_its_report() -> None:
    codes, code = AccessCodes(bytes(32)), new_access_code()
    assert codes.verify(REPORT, code, codes.hash(REPORT, code))


def test_an_access_code_may_be_typed_as_it_was_shown() -> None:
    codes, code = AccessCodes(bytes(32)), new_access_code()
    assert codes.verify(REPORT, format_access_code(code).lower(), codes.hash(REPORT, code))


def test_another_access_code_opens_nothing() -> None:
    codes = AccessCodes(bytes(32))
    assert not codes.verify(REPORT, "A" * 16, codes.hash(REPORT, "B" * 16))


def test_a_stored_hash_does_not_open_another_report() -> None:
    codes, code = AccessCodes(bytes(32)), new_access_code()
    assert not codes.verify(uuid4(), code, codes.hash(REPORT, code))


def test_a_hash_made_with_another_pepper_does_not_match() -> None:
    code = new_access_code()
    assert not AccessCodes(bytes(32)).verify(REPORT, code, AccessCodes(b"\1" * 32).hash(REPORT, code))


@given(st.text(max_size=40))
def test_no_code_opens_a_report_that_does_not_exist(code: str) -> None:
    assert not AccessCodes(bytes(32)).verify(REPORT, code, None)


def test_the_stored_hash_does_not_contain_the_code() -> None:
    code = new_access_code()
    assert code not in AccessCodes(bytes(32)).hash(REPORT, code).upper()
