"""One written form for a number, and none for what is not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.phones import InvalidPhone, normalise_phone, phone_token

PEPPER = bytes(32)
national = st.from_regex(r"8[1-9][0-9]{8,9}", fullmatch=True)


@given(national)
def test_every_way_to_write_an_indonesian_number_is_one_number(number: str) -> None:
    written = {f"0{number}", f"62{number}", f"+62{number}", f"+62 0{number[:3]}-{number[3:7]} {number[7:]}"}
    assert {normalise_phone(text) for text in written} == {f"+62{number}"}


@given(national)
def test_normalising_twice_changes_nothing(number: str) -> None:
    once = normalise_phone("0" + number)
    assert normalise_phone(once) == once


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(021) 345-6789", "+62213456789"),
        ("+65 8123 4567", "+6581234567"),
        ("+1 (202) 555-0143", "+12025550143"),
    ],
)
def test_landlines_and_numbers_abroad_are_kept(text: str, number: str) -> None:
    assert normalise_phone(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1708",
        "08",
        "0812",
        "81234567890",
        "+",
        "+62",
        "+62abc",
        "halo",
        "08123456789012345",
        "०८१२३४५६७८९",
    ],
)
def test_short_codes_and_guesses_are_refused(text: str) -> None:
    with pytest.raises(InvalidPhone):
        normalise_phone(text)


def test_a_refusal_does_not_repeat_the_number() -> None:
    with pytest.raises(InvalidPhone) as caught:
        normalise_phone("99912345678")
    assert "99912345678" not in f"{caught.value}{caught.value.message}{caught.value.message_en}"


def test_one_sender_has_one_token() -> None:
    assert phone_token(PEPPER, "0812-3456-7890") == phone_token(PEPPER, "+6281234567890")


def test_two_senders_have_two_tokens() -> None:
    assert phone_token(PEPPER, "081234567890") != phone_token(PEPPER, "081234567891")


def test_a_token_needs_the_pepper() -> None:
    assert phone_token(PEPPER, "081234567890") != phone_token(b"\1" * 32, "081234567890")
