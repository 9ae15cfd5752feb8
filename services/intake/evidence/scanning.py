"""Asks ClamAV about a file, where a deployment has it. A scanner that is away holds files back."""

import io
from typing import BinaryIO

from aioclamd import ClamdAsyncClient, ClamdError  # type: ignore[import-untyped]

from shared.storage.cleaning.refused import Reason, Refused

_PIECE_BYTES = 256 * 1024
_PATIENCE_SECONDS = 300.0


class ScannerAway(Exception):
    """The scanner cannot be asked now; the file waits."""


class Scanner:
    """clamd over TCP. `most_bytes` is its `StreamMaxLength`: of a longer file it sees the beginning."""

    def __init__(self, host: str, port: int, most_bytes: int) -> None:
        self._client = ClamdAsyncClient(host, port, timeout=_PATIENCE_SECONDS)
        self._most = most_bytes

    async def scan(self, source: BinaryIO) -> None:
        """Raises Refused (malware found), ScannerAway."""
        source.seek(0)
        try:
            found = await self._client.instream(_Beginning(source, self._most))
        except (ClamdError, OSError, TimeoutError) as error:
            raise ScannerAway(type(error).__name__) from error
        status = (found or {}).get("stream", ("ERROR", None))[0]
        if status == "FOUND":
            raise Refused(Reason.MALWARE)
        if status != "OK":
            raise ScannerAway(f"the scanner answered {status}")


class _Beginning(io.RawIOBase):
    """A file up to a length, in pieces larger than the client asks for: each costs it a thread's turn."""

    def __init__(self, source: BinaryIO, most: int) -> None:
        self._source, self._left = source, most

    def read(self, _: int = -1, /) -> bytes:
        piece = self._source.read(min(_PIECE_BYTES, self._left))
        self._left -= len(piece)
        return piece
