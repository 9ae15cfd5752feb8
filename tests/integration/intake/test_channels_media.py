"""The files that WhatsApp and Telegram refer to, fetched from there: kept, asked for again, given up."""

from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from services.intake.channels.attachments import ATTEMPTS
from services.intake.channels.fetching import Fetcher
from services.intake.channels.telegram_files import TelegramFiles
from services.intake.channels.whatsapp_media import WhatsAppMedia
from shared.contracts import Channel

from .conftest import PNG
from .gateways import telegram_body
from .messengers import TEXT, answers, hear, send
from .provider import provider

TOKEN = SecretStr("rahasia-sekali")


@asynccontextmanager
async def fetching(intake):
    """A fetcher whose providers are on loopback."""
    async with provider() as there:
        sources = {
            Channel.WHATSAPP: WhatsAppMedia(f"{there.url}/v23.0", TOKEN),
            Channel.TELEGRAM: TelegramFiles(there.url, TOKEN),
        }
        fetcher = Fetcher(intake.desk.keys, sources)
        there.sources = sources
        there.fetch = lambda: fetcher.fetch_one(intake.database, intake.desk.evidence)
        yield there


async def test_media_of_whatsapp_become_evidence(intake):
    await send(intake, "image", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.json("/v23.0/media1", {"url": f"{there.url}/media/1", "mime_type": "image/png"})
        there.answers["/media/1"] = (200, "image/png", PNG)
        assert await there.fetch()
        assert not await there.fetch()
    assert {headers["authorization"] for _, headers in there.seen} == {f"Bearer {TOKEN.get_secret_value()}"}
    assert (await intake.count("evidence"), await intake.count("attachments")) == (1, 0)


async def test_of_a_photograph_on_telegram_the_largest_becomes_evidence(intake):
    sizes = [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]
    await hear(intake, Channel.TELEGRAM, telegram_body(1, caption=TEXT, photo=sizes))
    async with fetching(intake) as there:
        secret = TOKEN.get_secret_value()
        there.json(f"/bot{secret}/getFile", {"ok": True, "result": {"file_path": "photos/file_0.png"}})
        there.answers[f"/file/bot{secret}/photos/file_0.png"] = (200, "application/octet-stream", PNG)
        assert await there.fetch()
    assert there.seen[0][0].endswith("?file_id=large")
    assert await intake.count("evidence") == 1


async def test_a_provider_that_is_away_is_asked_again_and_in_the_end_the_sender_is_told(intake):
    await send(intake, "image", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.answers["/v23.0/media1"] = (500, "text/plain", b"")
        for _ in range(ATTEMPTS):
            assert await there.fetch()
            await intake.rows("UPDATE attachments SET due_at = now() RETURNING 1")
        assert not await there.fetch()
    (row,) = await intake.rows("SELECT state, attempts FROM attachments")
    assert (row.state, row.attempts) == ("refused", ATTEMPTS)
    assert "silakan kirim ulang" in (await answers(intake))[-1]


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/x", "https://fbsbx.com.example/x", "file:///etc/passwd"),
        *("https://[::1/x", "https://x.fbsbx.com:port/x", "https://x.fbsbx.com/\0"),
    ],
)
async def test_a_strange_place_or_what_is_no_address_is_given_up_at_once(intake, url):
    await send(intake, "image", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.json("/v23.0/media1", {"url": url})
        assert await there.fetch()
    (row,) = await intake.rows("SELECT state FROM attachments")
    assert row.state == "refused"


async def test_whatever_goes_wrong_with_a_file_is_not_tried_without_end(intake):
    await send(intake, "image", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.json("/v23.0/media1", {"url": 7})
        there.sources[Channel.WHATSAPP].open = lambda _: 1 / 0
        assert await there.fetch()
        again = "UPDATE attachments SET due_at = now(), attempts = :most RETURNING 1"
        await intake.rows(again, most=ATTEMPTS)
        assert await there.fetch()
    (row,) = await intake.rows("SELECT state, attempts FROM attachments")
    assert (row.state, row.attempts) == ("refused", ATTEMPTS + 1)


async def test_of_a_file_that_was_given_up_the_sender_is_no_longer_kept(intake):
    await send(intake, "image", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.answers["/v23.0/media1"] = (404, "text/plain", b"")
        assert await there.fetch()
    (row,) = await intake.rows("SELECT state, sealed_sender FROM attachments")
    assert (row.state, row.sealed_sender) == ("refused", "")


async def test_a_file_of_a_kind_that_is_not_kept_is_told_to_its_sender(intake):
    await send(intake, "document", "wamid.1", id="media1", caption=TEXT)
    async with fetching(intake) as there:
        there.json("/v23.0/media1", {"url": f"{there.url}/media/1", "mime_type": "application/x-msdownload"})
        there.answers["/media/1"] = (200, "application/x-msdownload", b"MZ" + bytes(500))
        assert await there.fetch()
    assert "Jenis berkas tidak diterima" in (await answers(intake))[-1]
