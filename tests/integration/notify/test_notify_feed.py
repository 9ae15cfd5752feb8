"""What was said of a report, for the holder of intake's token: as a list, and as it happens."""

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from services.notify.feed import api, hub
from services.notify.feed.entries import headline
from services.notify.rendering import LANGUAGES
from shared.contracts import CaseStatus
from shared.security import feeds
from shared.security.keys import generate_keys, load_verifying_keys
from shared.security.receipts import sign_manifest
from tests.integration.notify.conftest import SARI, Office, served, until
from tests.unit.notify.facts import MONDAY, status

FEED = "/v1/notifications/feed"
NEWER = generate_keys()
"""The key of receipts was replaced once: feeds from before and after are read."""
STREAM = {"Accept": "text/event-stream"}


class Reader:
    """A page that follows reports, over a real server: streams cannot be tried without one."""

    def __init__(self, http: httpx.AsyncClient, keys: dict[str, str]) -> None:
        self.http, self.key = http, keys["LAPOR_RECEIPT_PRIVATE_KEY"]

    def token(self, report: UUID) -> dict[str, str]:
        return {"Authorization": f"Bearer {feeds.sign_feed(self.key, report)[0]}"}

    async def list(self, report: UUID) -> list[dict]:
        answer = await self.http.get(FEED, headers=self.token(report))
        assert answer.status_code == 200, answer.text
        return answer.json()["notifications"]

    @asynccontextmanager
    async def following(self, report: UUID, **headers: str):
        """The lines of a stream, as they come."""
        given = {**self.token(report), **STREAM, **headers}
        async with self.http.stream("GET", FEED, headers=given) as answer:
            yield answer, answer.aiter_lines()


async def next_event(lines) -> dict:
    async for line in lines:
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))
    raise EOFError


@pytest.fixture
async def reader(office: Office, keys):
    public = [some["LAPOR_RECEIPT_PUBLIC_KEY"] for some in (NEWER, keys)]
    app = served(office, keys, api.router, feed_keys=load_verifying_keys(*public))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve())

    async def started() -> bool:
        return server.started

    await until(started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as http:
        yield Reader(http, keys)
    server.should_exit = server.force_exit = True
    await serving


async def told(office: Office, *statuses: CaseStatus, contact=None, **more) -> UUID:
    report = uuid4()
    await office.hear(office.contact(report, contact))
    for version, each in enumerate(statuses, 1):
        await office.hear(status(each, report_id=report, case_version=version, **more))
    return report


async def test_who_left_no_contact_reads_what_was_said(office: Office, reader: Reader):
    report = await told(office, CaseStatus.RECEIVED, CaseStatus.ARCHIVED, anonymous=True)
    lines = await reader.list(report)
    assert [line["template"] for line in lines] == ["received", "archived"]
    assert all(set(line) == {"id", "at", "template", "text", "language"} for line in lines)


async def test_a_feed_says_nothing_of_the_content(office: Office, reader: Reader):
    report = await told(
        office, CaseStatus.ARCHIVED, contact=SARI, message="Pungutan liar di terminal lama.", secret=True
    )
    text = json.dumps(await reader.list(report))
    assert "terminal" not in text
    assert "sari" not in text.lower()


async def test_what_is_told_in_another_message_is_no_line_of_its_own(office: Office, reader: Reader):
    report = await told(office, CaseStatus.AWAITING_REPORTER, contact=SARI)
    assert await reader.list(report) == []


async def test_nobody_reads_another_reports_feed(office: Office, reader: Reader):
    await told(office, CaseStatus.RECEIVED)
    assert await reader.list(uuid4()) == []


async def test_a_line_comes_when_it_is_said(office: Office, reader: Reader):
    report = await told(office, CaseStatus.RECEIVED)
    async with reader.following(report) as (answer, lines):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert (await next_event(lines))["template"] == "received"
        await office.hear(status(CaseStatus.CLOSED, report_id=report, case_version=2))
        assert (await next_event(lines))["template"] == "closed"


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(office: Office, reader: Reader):
    report = await told(office, CaseStatus.RECEIVED, CaseStatus.CLOSED)
    first, second = await reader.list(report)
    async with reader.following(report, **{"Last-Event-ID": first["id"]}) as (_, lines):
        assert await next_event(lines) == second


async def test_a_stream_ends_when_its_token_does(office: Office, reader: Reader, monkeypatch):
    monkeypatch.setattr(feeds, "LIFETIME_SECONDS", 2)
    report = await told(office, CaseStatus.RECEIVED)
    async with reader.following(report) as (_, lines):
        assert (await next_event(lines))["template"] == "received"
        with pytest.raises(EOFError):
            await next_event(lines)


async def test_a_silent_stream_shows_that_it_lives(office: Office, reader: Reader, monkeypatch):
    monkeypatch.setattr(api, "HEARTBEAT_SECONDS", 0.0)
    async with reader.following(uuid4()) as (_, lines):
        assert ": masih terhubung" in [await anext(lines) for _ in range(3)]


async def test_streams_of_one_report_are_few(office: Office, reader: Reader, monkeypatch):
    monkeypatch.setattr(hub, "MOST_OF_ONE", 1)
    report = await told(office, CaseStatus.RECEIVED)
    async with reader.following(report) as (first, lines):
        await next_event(lines)
        answer = await reader.http.get(FEED, headers={**reader.token(report), **STREAM})
        assert (first.status_code, answer.status_code) == (200, 429)


async def test_a_stream_that_was_left_makes_room(office: Office, reader: Reader, monkeypatch):
    monkeypatch.setattr(hub, "MOST_OF_ONE", 1)
    report = await told(office, CaseStatus.RECEIVED)
    async with reader.following(report) as (_, lines):
        await next_event(lines)

    async def room() -> bool:
        async with reader.following(report) as (answer, _):
            return answer.status_code == 200

    await until(room)


async def test_a_feed_is_read_by_tokens_from_before_and_after_a_rotation(reader: Reader, keys):
    for some in (keys, NEWER):
        reader.key = some["LAPOR_RECEIPT_PRIVATE_KEY"]
        assert await reader.list(uuid4()) == []


@pytest.mark.parametrize("kind", ["none", "another key", "a manifest", "expired"])
async def test_nobody_reads_without_a_token_of_ours(office: Office, reader: Reader, monkeypatch, kind):
    report = uuid4()
    if kind == "expired":
        monkeypatch.setattr(feeds, "LIFETIME_SECONDS", 0)
    if kind == "another key":
        reader.key = generate_keys()["LAPOR_RECEIPT_PRIVATE_KEY"]
    headers = reader.token(report) if kind != "none" else {}
    if kind == "a manifest":
        signed = sign_manifest(reader.key, tracking_id="K7MQ3XW9FA", issued_at=MONDAY, files=[])
        headers = {"Authorization": f"Bearer {signed}"}
    assert (await reader.http.get(FEED, headers=headers)).status_code == 401


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_kind_of_news_has_its_headline(language: str):
    known = {"received", "answered", "completed", "asked", "closed", "merged", "rating_requested"}
    lines = {headline(template, "K7MQ3XW9FA", language) for template in known}
    assert len(lines) == len(known)
    assert all("K7M-Q3XW-9FA" in line for line in lines)


def test_an_announcement_is_only_said_to_have_come():
    assert headline("announcement", "K7MQ3XW9FA", "id") == "Ada kabar baru."
