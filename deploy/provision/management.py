"""The few calls of RabbitMQ's management API that provisioning and the operators' tools need."""

from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

VHOST = "/"


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
        return (await self._call("GET", path, params=query)).json()

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
        address = "/api/" + "/".join(quote(part, safe="") for part in path)
        try:
            answer = await self._client.request(method, address, **options)
        except httpx.HTTPError as error:
            raise ManagementError(
                f"RabbitMQ's management API does not answer ({type(error).__name__})."
            ) from error
        if answer.is_error and not (missing_ok and answer.status_code == httpx.codes.NOT_FOUND):
            reason = answer.text[:200].strip()
            raise ManagementError(f"{method} {address}: {answer.status_code} {reason}")
        return answer
