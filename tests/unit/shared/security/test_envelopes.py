"""Envelopes: moved to another key without being opened, and the older form still opens."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from shared.security.envelopes import Opener, Unsealable, close, key_id, sealed_to
from shared.security.keys import decode, encode

OLD, NEW = X25519PrivateKey.generate(), X25519PrivateKey.generate()
BOUND = b"report-1"


def first_form(text: bytes) -> str:
    """As envelopes were closed before data keys could be wrapped anew."""
    header = b"\x01" + key_id(OLD.public_key())
    data_key, nonce = AESGCM.generate_key(256), os.urandom(12)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    wrapped = suite.encrypt(data_key, OLD.public_key(), info=header + BOUND)
    return encode(header + wrapped + nonce + AESGCM(data_key).encrypt(nonce, text, header + BOUND))


@given(st.binary(max_size=300))
def test_what_is_closed_opens_unchanged(text):
    assert Opener([OLD]).open(BOUND, close(OLD.public_key(), BOUND, text)) == text


@pytest.mark.parametrize("envelope", [first_form(b"siapa"), close(OLD.public_key(), BOUND, b"siapa")])
def test_both_forms_open_and_move_to_another_key(envelope):
    assert Opener([OLD]).open(BOUND, envelope) == b"siapa"
    moved = Opener([OLD]).rewrap(BOUND, envelope, NEW.public_key())
    assert Opener([NEW]).open(BOUND, moved) == b"siapa"
    assert sealed_to(moved) == key_id(NEW.public_key())
    with pytest.raises(Unsealable):
        Opener([OLD]).open(BOUND, moved)


def test_moving_touches_the_wrapped_key_alone():
    envelope = close(OLD.public_key(), BOUND, b"siapa")
    moved = Opener([OLD]).rewrap(BOUND, envelope, NEW.public_key())
    sealed_part = len(b"siapa") + 16 + 12
    assert decode(moved)[-sealed_part:] == decode(envelope)[-sealed_part:]


@pytest.mark.parametrize("bound", [b"report-2", b"", b"report-1 "])
def test_an_envelope_is_bound_to_its_report_when_opened_and_when_moved(bound):
    envelope = close(OLD.public_key(), BOUND, b"siapa")
    with pytest.raises(Unsealable):
        Opener([OLD]).open(bound, envelope)
    with pytest.raises(Unsealable):
        Opener([OLD]).rewrap(bound, envelope, NEW.public_key())


@given(st.text(max_size=200))
def test_what_is_no_envelope_is_refused_alike(text):
    for act in (lambda: Opener([OLD]).open(BOUND, text), lambda: sealed_to(text)):
        with pytest.raises(Unsealable):
            act()


def test_a_wrapped_key_that_is_destroyed_leaves_nothing_to_open():
    raw = bytearray(decode(close(OLD.public_key(), BOUND, b"siapa")))
    raw[9:89] = bytes(80)
    with pytest.raises(Unsealable):
        Opener([OLD]).open(BOUND, encode(bytes(raw)))
