"""Calls to a provider's interface for a file: streamed, never redirected. No error shows an address."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.intake.channels.adapter import File, FileGone, FileUnavailable

SECONDS = 30.0
_GONE = frozenset({400, 404, 410})


class Provider:
    """`hosts`: endings of other hosts' names that the provider may send us to, over TLS, with our token."""

    def __init__(self, url: str, hosts: tuple[str, ...] = ()) -> None:
        self._url, self._hosts = url.rstrip("/"), hosts

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        # Nothing of the process's environment (proxies, .netrc) may lead a token elsewhere.
        return httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def ask(self, path: str, headers: Mapping[str, str], **query: str) -> dict[str, Any]:
        """The JSON at `path`. Raises `FileGone` or `FileUnavailable`."""
        try:
            answer = await self._client.get(f"{self._url}/{path}", headers=dict(headers), params=query)
            _check(answer.status_code)
            content = answer.json()
        except httpx.InvalidURL:
            raise FileGone("the provider's id makes no address") from None
        except (httpx.HTTPError, ValueError) as error:
            raise FileUnavailable(type(error).__name__) from None
        if not isinstance(content, dict):
            raise FileUnavailable("not an object")
        return content

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[File]:
        """The file at `url`, which a provider named. Raises as `ask` does, also while it is read."""
        self._check_place(url)
        try:
            async with self._client.stream("GET", url, headers=dict(headers)) as answer:
                _check(answer.status_code)
                yield File(answer.headers.get("content-type"), _chunks(answer))
        except httpx.HTTPError as error:
            raise FileUnavailable(type(error).__name__) from None

    def address(self, path: str) -> str:
        """A place below the root of the interface's host."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}/{path}"

    def _check_place(self, url: str) -> None:
        try:
            httpx.URL(url)  # it refuses more than urlsplit does
            here, there = urlsplit(self._url), urlsplit(url)
            name = there.hostname or ""
        except (httpx.InvalidURL, ValueError):
            raise FileGone("the provider named no address") from None
        if (there.scheme, there.netloc) == (here.scheme, here.netloc):
            return
        if there.scheme != "https" or not name.endswith(self._hosts or ("\0",)):
            raise FileGone("the provider named a place that is none of its own")


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_bytes(262_144):
            yield chunk
    except httpx.HTTPError as error:
        raise FileUnavailable(type(error).__name__) from None


def _check(status: int) -> None:
    if status in _GONE:
        raise FileGone(f"status {status}")
    if status != httpx.codes.OK:
        raise FileUnavailable(f"status {status}")
