"""A link says one thing about one leg, and nobody but its signer can make it say another."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.security.keys import generate_keys
from shared.security.links import InvalidLink, Link, LinkExpired, Purpose, sign, verify
from shared.security.receipts import sign_receipt

NOW = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
KEYS = generate_keys()
PRIVATE, PUBLIC = KEYS["LAPOR_LINK_PRIVATE_KEY"], KEYS["LAPOR_LINK_PUBLIC_KEY"]


def link(purpose: Purpose = Purpose.ANSWER, expires_at: datetime = SOON) -> tuple[str, Link]:
    leg_id, agency = uuid4(), "35.3578.dishub"
    token = sign(PRIVATE, leg_id=leg_id, agency=agency, purpose=purpose, expires_at=expires_at)
    return token, Link(leg_id, agency, purpose, expires_at)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_says_what_was_signed(purpose):
    token, expected = link(purpose)
    assert verify(PUBLIC, token, NOW) == expected


def test_a_link_ends_at_its_time_and_still_says_what_it_was_for():
    token, expected = link()
    verify(PUBLIC, token, SOON - timedelta(seconds=1))
    with pytest.raises(LinkExpired) as caught:
        verify(PUBLIC, token, SOON)
    assert caught.value.link == expected


def test_every_altered_character_is_noticed():
    token, _ = link()
    for place in range(0, len(token) - 1, 7):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(InvalidLink):
            verify(PUBLIC, token[:place] + other + token[place + 1 :], NOW)


def test_another_signer_makes_no_link():
    token, _ = link()
    with pytest.raises(InvalidLink):
        verify(generate_keys()["LAPOR_LINK_PUBLIC_KEY"], token, NOW)


def test_a_receipt_signed_with_the_same_key_is_no_link():
    receipt = sign_receipt(
        PRIVATE, tracking_id="K7MQ3XW9FA", filed_at=NOW, anonymous=True, description="x", place=None,
        event_date=None, channel="web", deadline=SOON,
    )  # fmt: skip
    with pytest.raises(InvalidLink):
        verify(PUBLIC, receipt, NOW)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "é.é.é", "." * 3, "A" * 5_000, "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_link_is_refused(token):
    with pytest.raises(InvalidLink):
        verify(PUBLIC, token, NOW)


def test_a_link_fits_in_a_line_of_mail():
    assert len(link()[0]) < 400
