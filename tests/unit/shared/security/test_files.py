"""Sealed files open whole, with their key and for their id, or not at all."""

import io
from uuid import UUID

import pytest

from shared.security.envelopes import Unsealable
from shared.security.files import CHUNK_BYTES, FileOpener, FileSealer
from shared.security.keys import generate_keys

KEYS = generate_keys()
ONE, OTHER = UUID(int=1), UUID(int=2)


def sealed(content: bytes) -> bytes:
    return b"".join(FileSealer(KEYS["LAPOR_EVIDENCE_PUBLIC_KEY"]).seal(ONE, io.BytesIO(content)))


def opened(content: bytes, file_id: UUID = ONE, key: str = KEYS["LAPOR_EVIDENCE_PRIVATE_KEY"]) -> bytes:
    return b"".join(FileOpener(key).open(file_id, io.BytesIO(content)))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_a_file_of_any_size_comes_back(size):
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(content[:size])) == content[:size]


def test_a_sealed_file_shows_nothing_of_its_content():
    assert b"rahasia" not in sealed(b"rahasia" * 100)


def test_the_same_file_is_never_sealed_alike():
    assert sealed(b"x")[50:] != sealed(b"x")[50:]


WHOLE = sealed(bytes(2 * CHUNK_BYTES + 5))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s[:-1],
        lambda s: s[: -(5 + 16)],  # without its last chunk
        lambda s: s[:130] + bytes([s[130] ^ 1]) + s[131:],
        lambda s: s + b"x",
        lambda s: b"",
        lambda s: s[:40],
    ],
)
def test_a_file_that_was_changed_or_cut_does_not_open(change):
    with pytest.raises(Unsealable):
        opened(change(WHOLE))


def test_a_file_does_not_open_for_another_id():
    with pytest.raises(Unsealable):
        opened(WHOLE, OTHER)


def test_a_file_does_not_open_with_another_key():
    with pytest.raises(Unsealable):
        opened(WHOLE, key=generate_keys()["LAPOR_EVIDENCE_PRIVATE_KEY"])


def test_old_and_new_keys_open_while_they_change():
    both = f"{generate_keys()['LAPOR_EVIDENCE_PRIVATE_KEY']},{KEYS['LAPOR_EVIDENCE_PRIVATE_KEY']}"
    assert opened(WHOLE, key=both) == bytes(2 * CHUNK_BYTES + 5)
