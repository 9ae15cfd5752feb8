"""A receipt proves what was filed and when, to anybody with the public key, and names nobody."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from shared.security.receipts import (
    InvalidReceipt,
    description_sha256,
    sign_receipt,
    verify_receipt,
)
from shared.security.signed import ALGORITHM

KEY = Ed25519PrivateKey.generate()
FILED = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 5, 16, 59, 59, tzinfo=UTC)


def receipt(**changes: Any) -> str:
    content: dict[str, Any] = {
        "tracking_id": "K7MQ3XW9FA",
        "filed_at": FILED,
        "anonymous": True,
        "description": "Jalan rusak di depan pasar.",
        "place": "35.78",
        "event_date": date(2026, 3, 1),
        "channel": "web",
        "deadline": DEADLINE,
    }
    return sign_receipt(KEY, **content | changes)


def test_a_receipt_says_what_was_filed() -> None:
    assert verify_receipt(KEY.public_key(), receipt()) == {
        "tracking_id": "K7MQ3XW9FA",
        "filed_at": "2026-03-02T04:00:00+00:00",
        "anonymous": True,
        "description_sha256": description_sha256("Jalan rusak di depan pasar."),
        "place": "35.78",
        "event_date": "2026-03-01",
        "channel": "web",
        "deadline": "2026-03-05T16:59:59+00:00",
    }


def test_place_and_date_of_the_event_may_be_unknown() -> None:
    content = verify_receipt(KEY.public_key(), receipt(place=None, event_date=None))
    assert (content["place"], content["event_date"]) == (None, None)


def test_the_description_itself_is_not_in_the_receipt() -> None:
    assert "Jalan" not in str(verify_receipt(KEY.public_key(), receipt()))


def test_a_receipt_copied_with_white_space_around_it_verifies() -> None:
    assert verify_receipt(KEY.public_key(), f"\n {receipt()} \n")["channel"] == "web"


def test_a_receipt_copied_line_by_line_out_of_a_document_verifies() -> None:
    whole = receipt()
    lines = "\r\n  ".join(whole[start : start + 100] for start in range(0, len(whole), 100))
    assert verify_receipt(KEY.public_key(), lines)["channel"] == "web"


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(InvalidReceipt):
        verify_receipt(Ed25519PrivateKey.generate().public_key(), receipt())


@given(st.data())
def test_a_single_changed_character_is_noticed(data: st.DataObject) -> None:
    text = receipt()
    place = data.draw(st.integers(0, len(text) - 2))
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    with pytest.raises(InvalidReceipt):
        verify_receipt(KEY.public_key(), changed)


def test_another_kind_of_document_signed_with_the_same_key_is_no_receipt() -> None:
    other = jws.serialize_compact({"alg": ALGORITHM}, b"{}", OKPKey.import_key(KEY), [ALGORITHM])
    with pytest.raises(InvalidReceipt):
        verify_receipt(KEY.public_key(), other)


@given(st.text(max_size=200))
def test_any_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(InvalidReceipt):
        verify_receipt(KEY.public_key(), text)
