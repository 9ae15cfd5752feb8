"""Seals whole files: AES-256-GCM in chunks under a data key of their own, wrapped to a public key (HPKE).

Whoever seals cannot open. A sealed file names its key and is bound to its id; cut short, it does not open.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.security.envelopes import Unsealable, key_id
from shared.security.keys import load_seal_private_keys, load_seal_public_key

MAGIC = b"LAPORF\x01"
CHUNK_BYTES = 1024 * 1024
"""Of the file, in each chunk; 16 more once sealed."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_BITS, _KEY_ID_BYTES, _TAG_BYTES, _COUNTER_BYTES = 256, 8, 16, 11
_WRAPPED_BYTES = KEM.X25519.enc_length() + _KEY_BITS // 8 + _TAG_BYTES
_LAST, _MORE = b"\x01", b"\x00"


class FileSealer:
    """Closes files to one public key."""

    def __init__(self, public_key: X25519PublicKey | str) -> None:
        self._public_key = load_seal_public_key(public_key)

    def seal(self, file_id: UUID, source: BinaryIO) -> Iterator[bytes]:
        """The sealed file in pieces: magic, key id, wrapped data key, chunks. Reads `source` to its end."""
        header = MAGIC + key_id(self._public_key)
        bound = header + file_id.bytes
        data_key = AESGCM.generate_key(_KEY_BITS)
        yield header + _SUITE.encrypt(data_key, self._public_key, info=bound)
        cipher, number = AESGCM(data_key), 0
        chunk = _read(source, CHUNK_BYTES)
        while True:
            following = _read(source, CHUNK_BYTES)
            # The last chunk says so: a file cut at a chunk's end does not pass for whole.
            yield cipher.encrypt(_nonce(number, last=not following), chunk, bound)
            if not following:
                return
            chunk, number = following, number + 1


class FileOpener:
    """Opens files sealed to any of its keys: the current one, and older ones while they retire."""

    def __init__(self, private_keys: Iterable[X25519PrivateKey] | str) -> None:
        keys = load_seal_private_keys(private_keys) if isinstance(private_keys, str) else private_keys
        self._keys = {key_id(key.public_key()): key for key in keys}

    def open(self, file_id: UUID, source: BinaryIO) -> Iterator[bytes]:
        """The file in pieces. Raises Unsealable, also in the middle: use nothing before it has ended."""
        header = _read(source, len(MAGIC) + _KEY_ID_BYTES)
        wrapped = _read(source, _WRAPPED_BYTES)
        if not header.startswith(MAGIC):
            raise Unsealable("not a sealed file")
        private_key = self._keys.get(header[len(MAGIC) :])
        if private_key is None:
            raise Unsealable("sealed to a key that is not here")
        bound = header + file_id.bytes
        try:
            cipher = AESGCM(_SUITE.decrypt(wrapped, private_key, info=bound))
            yield from _chunks(cipher, bound, source)
        except (InvalidTag, ValueError) as error:
            raise Unsealable("altered, cut short, or sealed for another file") from error


def _chunks(cipher: AESGCM, bound: bytes, source: BinaryIO) -> Iterator[bytes]:
    chunk, number = _read(source, CHUNK_BYTES + _TAG_BYTES), 0
    while True:
        following = _read(source, CHUNK_BYTES + _TAG_BYTES)
        yield cipher.decrypt(_nonce(number, last=not following), chunk, bound)
        if not following:
            return
        chunk, number = following, number + 1


def _read(source: BinaryIO, size: int) -> bytes:
    """Exactly so much, unless the file ends: a network gives less at times."""
    content = source.read(size)
    while 0 < len(content) < size and (more := source.read(size - len(content))):
        content += more
    return content


def _nonce(number: int, *, last: bool) -> bytes:
    """A data key seals one file, so a counter never repeats."""
    return number.to_bytes(_COUNTER_BYTES, "big") + (_LAST if last else _MORE)
