"""The HTTP edge as pure ASGI: a span and a duration for each request, and no address of anyone kept.

The gateway alone tells where a call came from, in one header. Here it becomes a keyed hash
(`scope["source"]`) whose key lives in this process for a day; no other code ever sees the header.
"""

import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from shared.messaging.failures import reason_of, where
from shared.telemetry import metrics
from shared.telemetry.logs import log
from shared.telemetry.traces import span
from shared.web.problems import unexpected

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SOURCE_HEADER = b"x-lapor-source"
_DAY = 86_400

SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
UNCACHED = (b"cache-control", b"no-store")
"""Unless an answer says otherwise itself: what is about a case is never kept on the way."""


class Edge:
    """Wraps the application. Errors that nothing else caught become a problem instead of a closed socket."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._salt, self._salt_until = b"", 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, ended = time.perf_counter(), 0, False
        self._hide_source(scope)

        async def observe(message: MutableMapping[str, Any]) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*_completed(list(message.get("headers", []))), *SECURITY_HEADERS]
            await send(message)
            ended = message["type"] == "http.response.body" and not message.get("more_body")

        with span("http", _header(scope, b"traceparent")):
            try:
                await self._app(scope, receive, observe)
            except Exception as error:
                if not status:
                    await unexpected(error).response()(scope, receive, observe)
                elif not ended:
                    raise  # whoever reads must see that the answer is not whole
                else:  # Starlette raises again what it has answered; closing the connection tells nobody more
                    log.warning("failed_after_answer", reason=reason_of(error), where=where(error))
        route = getattr(scope.get("route"), "path", "unmatched")
        metrics.HTTP.labels(scope["method"], route, status).observe(time.perf_counter() - started)

    def _hide_source(self, scope: Scope) -> None:
        source = _header(scope, SOURCE_HEADER)
        scope["source"] = None
        if source is None:
            return
        if time.monotonic() > self._salt_until:
            self._salt, self._salt_until = secrets.token_bytes(32), time.monotonic() + _DAY
        scope["source"] = hmac.new(self._salt, _one_holder(source).encode(), sha256).hexdigest()[:32]
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != SOURCE_HEADER]


def _one_holder(source: str) -> str:
    """Of an IPv6 address its /64: one line is given that many, and could call from another one each time."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if not isinstance(address, IPv6Address):
        return source
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    decided = any(name.lower() == b"cache-control" for name, _ in headers)
    return headers if decided else [*headers, UNCACHED]


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None
