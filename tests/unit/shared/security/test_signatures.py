"""A web hook's body is believed only from who shares the secret, and only for five minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.signatures import InvalidSignature, sign, verify

SECRET, BODY, NOW = b"rahasia", b'{"from": "sms"}', 1_800_000_000


@given(st.binary(min_size=1), st.binary(max_size=500))
def test_what_is_signed_verifies(secret: bytes, body: bytes) -> None:
    verify(secret, body, sign(secret, body))


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_a_signature_holds_for_its_own_body_alone(body: bytes, other: bytes) -> None:
    if body != other:
        with pytest.raises(InvalidSignature):
            verify(SECRET, other, sign(SECRET, body, at=NOW), now=NOW)


def test_another_secret_does_not_verify() -> None:
    with pytest.raises(InvalidSignature):
        verify(b"lain", BODY, sign(SECRET, BODY, at=NOW), now=NOW)


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_five_minutes_either_way_are_tolerated(age: int) -> None:
    verify(SECRET, BODY, sign(SECRET, BODY, at=NOW), now=NOW + age)


@pytest.mark.parametrize("age", [-301, 301])
def test_more_than_five_minutes_are_not(age: int) -> None:
    with pytest.raises(InvalidSignature, match="seconds away"):
        verify(SECRET, BODY, sign(SECRET, BODY, at=NOW), now=NOW + age)


def test_the_time_is_part_of_what_is_signed() -> None:
    old = sign(SECRET, BODY, at=NOW)
    with pytest.raises(InvalidSignature):
        verify(SECRET, BODY, old.replace(str(NOW), str(NOW + 400)), now=NOW + 400)


def test_one_of_several_signatures_is_enough_while_secrets_change() -> None:
    new = sign(b"baru", BODY, at=NOW).partition(",")[2]
    verify(SECRET, BODY, f"{sign(SECRET, BODY, at=NOW)},{new}", now=NOW)
    verify(b"baru", BODY, f"{sign(SECRET, BODY, at=NOW)},{new}", now=NOW)


@pytest.mark.parametrize(
    "header",
    [None, "", "t=", f"t={NOW}", "v1=00", f"t={NOW},v1=", f"t={NOW},t={NOW},v1=00", "t=²,v1=00", "t=-5,v1=0"],
)
def test_a_broken_header_is_refused(header: str | None) -> None:
    with pytest.raises(InvalidSignature):
        verify(SECRET, BODY, header, now=NOW)


@given(st.text(max_size=80))
def test_any_other_header_is_refused(header: str) -> None:
    with pytest.raises(InvalidSignature):
        verify(SECRET, BODY, header, now=NOW)
