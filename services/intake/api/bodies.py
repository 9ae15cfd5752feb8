"""Bodies with a limit: what is longer is refused while it comes in, before anything reads it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shared.web.problems import Problem

JSON_BYTES = 64 * 1024
"""More than a report of 10,000 characters needs, in any script."""


async def read_limited(request: Request, limit: int) -> bytes:
    """The whole body. Raises a 413 problem as soon as it proves longer than `limit` bytes."""
    check_length(request, limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_long(limit)
    except ClientDisconnect:
        raise cut_short() from None
    return bytes(body)


def check_length(request: Request, limit: int) -> None:
    """Refuse by the announced length, where there is one."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_long(limit)


def too_long(limit: int) -> Problem:
    shown = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1024} kB"
    return Problem(
        413, "too-large", f"Kiriman melebihi batas {shown}.", f"The request is larger than {shown}."
    )


def cut_short() -> Problem:
    return Problem(400, "cut-short", "Kiriman terputus sebelum selesai.", "The request ended before its end.")


class LimitedRoute(APIRoute):
    """Reads the body within the limit before FastAPI does, which knows none."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def limited(request: Request) -> Response:
            if self.body_field is not None:
                request._body = await read_limited(request, JSON_BYTES)
            return await handle(request)

        return limited
