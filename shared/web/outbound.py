"""Calls to systems whose addresses outsiders named: guarded, pinned, short, and never redirected.

A name is resolved here, every address of it is checked, and the connection goes to a checked address: what
the name means a moment later does not matter. Nothing of an answer is believed beyond its first bytes.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from shared.web.addresses import ForbiddenAddress, checked_url, may_be_called

MOST_BYTES = 65_536
"""Of an answer; the rest is not read."""
_IDLE_SECONDS = 15.0
_RESOLVERS = 64
"""Names that can be looked up at once; a name server that is slow holds up one of them."""


class NoAnswer(Exception):
    """The other system could not be reached, or did not answer in time; the text tells how."""


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    body: bytes
    """At most `MOST_BYTES`."""
    seconds: float

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Outbound:
    """One per process. Connections are kept for the next call to the same host, never across hosts."""

    def __init__(
        self, *, seconds: float, loopback: bool = False, context: ssl.SSLContext | None = None
    ) -> None:
        self._seconds = seconds
        self._loopback = loopback
        self._guard = _Guarded(loopback=loopback)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context or httpx.create_ssl_context(trust_env=False),
            max_connections=None,  # each caller bounds its own; one that waits must not hold up another
            max_keepalive_connections=200,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=self._guard,
        )

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request, whole, within the time limit. Raises ForbiddenAddress or NoAnswer."""
        checked_url(url, loopback=self._loopback)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._seconds):
                status, content = await self._exchange(method, url, dict(headers or {}), body)
        except TimeoutError:
            raise NoAnswer(f"no answer within {self._seconds:g} s") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise NoAnswer(_short(error)) from error
        return Answer(status, content, time.perf_counter() - started)

    async def prove(self, url: str) -> None:
        """Return if the name leads only where we may call. Raises ForbiddenAddress or NoAnswer."""
        parts = urlsplit(checked_url(url, loopback=self._loopback))
        try:
            async with asyncio.timeout(self._seconds):
                await self._guard.addresses(parts.hostname or "", parts.port or 443)
        except TimeoutError:
            raise NoAnswer("the name cannot be resolved") from None

    async def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        sent = {
            "Host": urlsplit(url).netloc,
            "User-Agent": "LAPOR/1",
            "Accept-Encoding": "identity",
            **headers,
        }
        if method != "GET":
            sent["Content-Length"] = str(len(body))
        content = bytearray()
        lines = [(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()]
        async with self._pool.stream(method, url, headers=lines, content=body or None) as answer:
            async for chunk in answer.aiter_stream():
                content += chunk
                if len(content) >= MOST_BYTES:
                    break
            return answer.status, bytes(content[:MOST_BYTES])

    async def close(self) -> None:
        await self._pool.aclose()


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses that have been checked; TLS still proves the name that was asked for."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._inner = httpcore.AnyIOBackend()
        self._lookups = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="lookup")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.addresses(host, port)
        failed: Exception = NoAnswer("the name has no address")
        for address in addresses[:3]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failed = error
        raise failed

    async def addresses(self, host: str, port: int) -> list[str]:
        """What the name means now. Raises ForbiddenAddress if any of it may not be called, or NoAnswer."""
        found = await self._resolve(host, port)
        if not all(may_be_called(address, loopback=self._loopback) for address in found):
            raise ForbiddenAddress(
                "Alamat ini menunjuk ke jaringan yang tidak boleh dipanggil.",
                "This address leads into a network that must not be called.",
            )
        return found

    async def _resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(
                self._lookups, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )
        except (OSError, UnicodeError):
            raise NoAnswer("the name cannot be resolved") from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _short(error: Exception) -> str:
    """What went wrong, in our own words: a TLS library's may quote what the other side sent."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "the certificate is not valid for this name"
    if "SSL" in text or "TLS" in text:
        return "TLS failed"
    if isinstance(error, httpcore.ConnectError):
        return "connection refused or unreachable"
    return "no HTTP" if isinstance(error, httpcore.RemoteProtocolError) else "connection lost"
