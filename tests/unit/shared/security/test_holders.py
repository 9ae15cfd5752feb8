"""A holder's code opens the holder's own copy of the key, and nothing else."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shared.security.holders import (
    CODE_LENGTH,
    WrongCode,
    collecting_key,
    format_code,
    lock,
    new_code,
    unlock,
)

KEY = X25519PrivateKey.generate()


@pytest.mark.parametrize("written", [str, str.lower, format_code, lambda code: f" {format_code(code)} "])
def test_a_code_opens_the_copy_however_it_is_written(written):
    code = new_code()
    opened = unlock(lock(KEY, "budi", code), "budi", written(code))
    assert opened.private_bytes_raw() == KEY.private_bytes_raw()


@pytest.mark.parametrize("officer", ["tono", "Budi", ""])
def test_a_copy_opens_for_its_own_officer_alone(officer):
    code = new_code()
    with pytest.raises(WrongCode):
        unlock(lock(KEY, "budi", code), officer, code)


@pytest.mark.parametrize("locked", ["", "AAAA", "not base64url!", "A" * 80])
def test_what_is_no_copy_is_refused_like_a_wrong_code(locked):
    with pytest.raises(WrongCode):
        unlock(locked, "budi", new_code())


def test_another_code_opens_nothing():
    with pytest.raises(WrongCode):
        unlock(lock(KEY, "budi", new_code()), "budi", new_code())


def test_a_collect_code_makes_one_key_for_one_reveal():
    code = new_code()
    first, second = (collecting_key(code, name).private_bytes_raw() for name in ("a", "b"))
    assert first == collecting_key(format_code(code).lower(), "a").private_bytes_raw() != second


def test_codes_are_long_enough_not_to_be_tried():
    assert len({new_code() for _ in range(100)}) == 100 and CODE_LENGTH * 4.95 > 110
