"""A load that costs little itself: requests over one kept connection, and of each answer only the status."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit


class Caller:
    """One connection of HTTP/1.1. Speaks to servers that tell the length of their answers."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        self._host, self._port = parts.hostname, parts.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status; 0 if the connection broke, which is then made anew for the next call."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection(self._host, self._port)
            reader, writer = self._streams
            writer.write(head.encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = answer.partition("\r\ncontent-length:")[2].partition("\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.close()
            return 0
        return int(answer[9:12])

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
