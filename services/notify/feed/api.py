"""The feed of one report over HTTP: a list, or server-sent events, for the holder of intake's token."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from services.notify.feed.entries import Entry, entries_of
from services.notify.feed.hub import Follower, Full, Hub
from shared.security.feeds import Following, InvalidFeedToken, verify_feed
from shared.web.problems import Problem, too_many

HEARTBEAT_SECONDS = 15.0
"""Gateways and telephones drop what is silent for a minute."""
_CHECK_SECONDS = 1.0
_STREAM = "text/event-stream"
router = APIRouter(prefix="/v1/notifications", tags=["notifications"])
_bearer = HTTPBearer(auto_error=False, scheme_name="feed", description="What POST …/feed gave.")


class Line(BaseModel):
    """One thing that was said of the report."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    at: datetime
    template: str = Field(description="What kind of news it is.")
    text: str
    language: str


class Feed(BaseModel):
    """Oldest first."""

    notifications: list[Line]


async def _following(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Following:
    keys = request.app.state.feed_keys
    try:
        if given is None or keys is None:
            raise InvalidFeedToken("no token")
        return verify_feed(keys, given.credentials)
    except InvalidFeedToken:
        raise Problem(
            401,
            "feed-token",
            "Minta izin baru dengan kode akses laporan.",
            "Ask for a new token with the report's access code.",
            headers={"WWW-Authenticate": "Bearer"},
        ) from None


@router.get("/feed", responses={200: {"content": {_STREAM: {}}}}, response_model=Feed)
async def feed(
    request: Request, following: Annotated[Following, Depends(_following)]
) -> Feed | StreamingResponse:
    """What was said about the report, and with `Accept: text/event-stream` also what is said from now on,
    until the token expires; `Last-Event-ID` leaves out what was seen. Never a contact, never the content.
    """
    async with request.app.state.database.reading() as tx:
        told = await entries_of(tx, following.report_id)
    if _STREAM not in request.headers.get("accept", ""):
        return Feed(notifications=[Line.model_validate(entry) for entry in told])
    events = _events(
        _hub(request), following, _after(told, request.headers.get("last-event-id")), _leaving(request)
    )
    try:
        first = await anext(events)  # whether there is room is told while the status still can be
    except Full:
        raise too_many(30) from None
    return StreamingResponse(_joined(first, events), media_type=_STREAM, headers={"X-Accel-Buffering": "no"})


def _hub(request: Request) -> Hub:
    state = request.app.state
    if not hasattr(state, "feed_hub"):
        state.feed_hub = Hub(state.database)
    hub: Hub = state.feed_hub
    return hub


def _leaving(request: Request) -> Callable[[], bool]:
    service = getattr(request.app.state, "service", None)
    return service.leaving if service else lambda: False


def _after(told: list[Entry], last: str | None) -> tuple[list[Entry], list[Entry]]:
    """What was seen, and what was not; who names no line that we know has seen nothing."""
    places = [place for place, entry in enumerate(told, 1) if str(entry.id) == last]
    return (told[: places[0]], told[places[0] :]) if places else ([], told)


async def _joined(first: str, events: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for event in events:
        yield event


async def _events(
    hub: Hub, following: Following, told: tuple[list[Entry], list[Entry]], leaving: Callable[[], bool]
) -> AsyncIterator[str]:
    seen, unseen = told
    with hub.following(following.report_id) as follower:
        yield "retry: 3000\n\n"
        follower.seen.update(entry.id for entry in seen)
        for entry in unseen:
            follower.offer(entry)
        silent_since = time.monotonic()
        while time.time() < following.expires_at and not leaving():
            if (new := await _next(follower)) is not None:
                yield _event(new)
            elif time.monotonic() - silent_since < HEARTBEAT_SECONDS:
                continue
            else:
                yield ": masih terhubung\n\n"
            silent_since = time.monotonic()


async def _next(follower: Follower) -> Entry | None:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await follower.queue.get()
    except TimeoutError:
        return None


def _event(entry: Entry) -> str:
    line = Line.model_validate(entry).model_dump(mode="json")
    return f"id: {entry.id}\nevent: notification\ndata: {json.dumps(line, ensure_ascii=False)}\n\n"
