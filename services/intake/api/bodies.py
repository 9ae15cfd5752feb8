"""Bodies with a limit: what is longer is refused while it comes in, before anything reads it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shared.web.problems import Problem

JSON_BYTES = 64 * 1024
"""More than a report of 10,000 characters needs, in any script."""

DRAIN_SECONDS = 30


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
    if announced.isdecimal() and int(announced) > limit:
        raise too_long(limit)


def too_long(limit: int) -> Problem:
    shown = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1024} kB"
    return Problem(
        413, "too-large", f"Kiriman melebihi batas {shown}.", f"The request is larger than {shown}."
    )


def cut_short() -> Problem:
    return Problem(400, "cut-short", "Kiriman terputus sebelum selesai.", "The request ended before its end.")


async def drain(request: Request, most: int) -> None:
    """Read what is left of a refused body and drop it, up to `most` bytes and for a while.

    Many senders only listen once they have sent everything: without this they would see a broken connection
    instead of the reason.
    """
    if "expect" in request.headers:  # they wait to be asked, and will not be
        return
    dropped = 0
    # RuntimeError: it was read to its end before it was refused.
    with suppress(ClientDisconnect, RuntimeError, asyncio.TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for chunk in request.stream():
                dropped += len(chunk)
                if dropped > most:
                    return


class PatientRoute(APIRoute):
    """Hears a refused sender out before telling it why."""

    drain_bytes = 128_000_000

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = self.handler()

        async def patient(request: Request) -> Response:
            try:
                await self.prepare(request)
                return await handle(request)
            except Problem:
                await drain(request, self.drain_bytes)
                raise

        return patient

    def handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request that was prepared."""
        return super().get_route_handler()

    async def prepare(self, request: Request) -> None:
        """What is done before FastAPI looks at the request."""


class LimitedRoute(PatientRoute):
    """Reads the body within the limit before FastAPI does, which knows none."""

    drain_bytes = 4_000_000

    async def prepare(self, request: Request) -> None:
        if self.body_field is not None:
            request._body = await read_limited(request, JSON_BYTES)


class HookRoute(PatientRoute):
    """Thousands of web hooks come at once, and read their raw bodies themselves: nothing is solved for them.

    An endpoint here takes the request, the desk and the channel, whatever its annotations tell the document.
    """

    drain_bytes = 4_000_000

    def handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def handle(request: Request) -> Response:
            answer: Response = await self.endpoint(
                request, request.app.state.desk, request.path_params["channel"]
            )
            return answer

        return handle
