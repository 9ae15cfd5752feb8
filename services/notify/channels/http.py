"""One provider's HTTP interface: kept connections, and what each kind of answer or silence means."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from services.notify.channels.port import Refused, SendFailed, Throttled, Unavailable, Unconfirmed

_NOT_THE_MESSAGE = frozenset({401, 403, 404, 407, 408, 425, 503})
"""Our credentials, our address of the provider, or a provider that says it is not there."""
_LONGEST_PAUSE = 60.0


class HttpProvider:
    """Nothing of the process's environment (proxies, .netrc) may redirect addresses elsewhere."""

    def __init__(self, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._timeout, self._headers = aiohttp.ClientTimeout(total=timeout), dict(headers or {})
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of the answer; None in place of what is no JSON. Raises SendFailed for silence."""
        session = self._session or self._open()
        try:
            async with session.post(url, json=body, headers=headers, allow_redirects=False) as answer:
                content = await answer.read()
                if answer.status == 429:
                    raise Throttled("http 429", pause_of(answer.headers.get("Retry-After")))
                return answer.status, _json(content)
        except aiohttp.ClientConnectorError as error:
            raise Unavailable(f"http {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise Unconfirmed(f"http {type(error).__name__}") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            timeout=self._timeout,
            headers=self._headers,
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
            trust_env=False,
        )
        return self._session


def failure_of(status: int) -> SendFailed:
    """What a refusal by status alone means."""
    reason = f"http {status}"
    if status in _NOT_THE_MESSAGE:
        return Unavailable(reason)
    return Refused(reason) if 400 <= status < 500 else Unconfirmed(reason)


def pause_of(retry_after: object) -> float:
    """Seconds to leave a provider alone; its wish, within reason."""
    try:
        return min(max(float(str(retry_after)), 0.1), _LONGEST_PAUSE)
    except ValueError:
        return 1.0


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
