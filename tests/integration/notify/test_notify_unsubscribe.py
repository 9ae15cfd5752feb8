"""One click ends messages, a mail can be answered, and neither link nor address says whose it is."""

import httpx
import pytest

from services.notify.rendering import Letterhead
from services.notify.unsubscribing import Unsubscribing, router
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.keys import load_signing_key
from shared.security.replies import ReplyAddresses
from tests.integration.notify.conftest import ORIGIN, SARI, Office, received, served
from tests.unit.notify.facts import fact, status


@pytest.fixture
async def http(office: Office, keys):
    key = load_signing_key(keys["LAPOR_LINK_PRIVATE_KEY"])
    app = served(office, keys, router, unsubscribing=Unsubscribing(key))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client


async def link_of(office: Office) -> str:
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return mail["headers"]["List-Unsubscribe"].strip("<>")


async def test_the_link_in_a_mail_ends_messages_with_one_post(office: Office, http):
    [report] = await received(office)
    link = await link_of(office)
    answer = await http.post(link, data={"List-Unsubscribe": "One-Click"})
    await office.hear(status(CaseStatus.WITHDRAWN, CaseStatus.RECEIVED, report_id=report, case_version=2))
    rows = {row.template: (row.state, row.reason) for row in await office.deliveries()}
    assert answer.status_code == 200
    assert rows["withdrawn"] == ("skipped", "muted by the reporter")


async def test_looking_at_the_link_ends_nothing(office: Office, http):
    [report] = await received(office)
    link = await link_of(office)
    page = await http.get(link)
    await office.hear(status(CaseStatus.WITHDRAWN, CaseStatus.RECEIVED, report_id=report, case_version=2))
    assert page.status_code == 200
    assert {row.state for row in await office.deliveries()} == {"delivered", "pending"}


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "A" * 200])
async def test_a_link_that_we_did_not_make_is_nothing(http, token: str):
    assert (await http.post(f"/v1/notifications/unsubscribe/{token}")).status_code == 404


async def test_an_office_cannot_be_unsubscribed_by_a_link(office: Office):
    await office.hear(fact(c.DispositionCreated))
    async with office.sending():
        await office.settled()
    assert ["List-Unsubscribe" in mail["headers"] for mail in await office.caught()] == [False]


async def test_an_answer_to_a_mail_finds_its_report(office: Office, keys):
    replies = ReplyAddresses(keys["LAPOR_REPLY_KEY"], "lapor.example")
    office.letterhead = Letterhead(ORIGIN, replies=replies)
    [report] = await received(office)
    async with office.sending():
        await office.settled()
    [mail] = await office.caught()
    assert replies.report_of(mail["headers"]["Reply-To"]) == report
    assert "Balasan atas pesan ini sampai pada laporan Anda" in mail["text"]
    assert SARI.email not in mail["headers"]["Reply-To"]
