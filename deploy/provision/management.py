"""The few calls of RabbitMQ's management API that provisioning and the operators' tools need."""

import asyncio
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

VHOST = "/"
_PAUSES = (0.2, 0.5, 1.0)
"""Seconds before a question is asked again: RabbitMQ may answer 500 while a queue is being deleted."""


class ManagementError(Exception):
    """The management API refused or cannot be reached; the text names the call and never a password."""


class Management:
    """A connection to the API; `url` carries an administrator's or a monitor's credentials."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=15, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(self, *path: str, **query: str | int) -> Any:
        """The JSON at ``/api/<path…>``; each part is quoted here."""
        for pause in _PAUSES:
            answer = await self._ask("GET", path, params=query)
            if not answer.is_server_error:
                break
            await asyncio.sleep(pause)
        else:
            answer = await self._ask("GET", path, params=query)
        return _taken(answer).json()

    async def put(self, *path: str, body: dict[str, Any]) -> None:
        await self._call("PUT", path, json=body)

    async def post(self, *path: str, body: dict[str, Any]) -> Any:
        answer = await self._call("POST", path, json=body)
        return answer.json() if answer.content else None

    async def delete(self, *path: str) -> None:
        """Gone afterwards, whether or not it was there."""
        await self._call("DELETE", path, missing_ok=True)

    async def _call(
        self, method: str, path: tuple[str, ...], *, missing_ok: bool = False, **options: Any
    ) -> httpx.Response:
        return _taken(await self._ask(method, path, **options), missing_ok=missing_ok)

    async def _ask(self, method: str, path: tuple[str, ...], **options: Any) -> httpx.Response:
        address = "/api/" + "/".join(quote(part, safe="") for part in path)
        try:
            return await self._client.request(method, address, **options)
        except httpx.HTTPError as error:
            raise ManagementError(
                f"RabbitMQ's management API does not answer ({type(error).__name__})."
            ) from error


def _taken(answer: httpx.Response, *, missing_ok: bool = False) -> httpx.Response:
    if answer.is_error and not (missing_ok and answer.status_code == httpx.codes.NOT_FOUND):
        asked = f"{answer.request.method} {answer.request.url.raw_path.decode()}"
        raise ManagementError(f"{asked}: {answer.status_code} {answer.text[:200].strip()}")
    return answer
