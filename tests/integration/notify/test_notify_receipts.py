"""What providers say later: signed, repeated, too early, out of order, and of messages that nobody knows."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256
from itertools import permutations
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from services.notify.channels.port import Refused, Unavailable
from services.notify.domain.delivery import DeliveryState, Lane
from services.notify.domain.receipt import ReceiptStatus
from services.notify.providers.config import ProviderConfig
from services.notify.queueing import Claim, Outcome, claim
from services.notify.receipts.api import router
from services.notify.receipts.box import MOST_AT_ONCE, Box
from services.notify.receipts.store import Receipt, hear
from services.notify.recorder import Recorder
from services.notify.sweeping import sweep
from shared import contracts as c
from shared.security.signatures import HEADER, sign
from tests.integration.notify.conftest import Office, Provider, received, served, until

SECRET = "rahasia-penyedia"
PATH = "/v1/notifications/receipts"


@pytest.fixture
async def http(office: Office, keys):
    providers = {
        "email": ProviderConfig(name="email", kind="smtp", receipt_secret=SECRET),
        "wa": ProviderConfig(name="wa", kind="whatsapp", receipt_secret=SECRET),
        "mute": ProviderConfig(name="mute", kind="sms"),
    }
    app = served(office, keys, router, say_delivered=True, providers=providers)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify") as client:
        yield client


async def bring(http: httpx.AsyncClient, *receipts: dict, secret: str = SECRET, provider: str = "email"):
    body = json.dumps({"receipts": receipts}).encode()
    return await http.post(f"{PATH}/{provider}", content=body, headers={HEADER: sign(secret.encode(), body)})


async def sent(office: Office, *, receipts: bool = True, reports: int = 1):
    """Deliveries that their provider accepted, as `ref-0`, `ref-1` and so on."""
    await received(office, reports=reports)
    refs = [f"ref-{number}" for number in range(reports)]
    dispatcher = office.dispatcher("email", Provider(refs=refs), concurrency=1, receipts=receipts)
    async with office.sending(dispatcher):
        await until(lambda: _none_open(office))
    return await office.deliveries()


async def test_what_a_provider_that_confirms_has_accepted_is_on_its_way(office: Office):
    [row] = await sent(office)
    assert (row.state, row.provider_ref, row.finished_at) == ("sent", "ref-0", None)
    assert row.sent_at is not None
    assert await office.said() == []


async def test_a_receipt_makes_it_delivered_and_says_so_once(office: Office, http):
    await sent(office)
    answers = [(await bring(http, {"id": "ref-0", "status": "delivered"})).json() for _ in range(2)]
    [row] = await office.deliveries()
    assert answers == [{"applied": 1}, {"repeated": 1}]
    assert (row.state, row.details) == ("delivered", {})
    assert row.received_at is not None
    assert [type(fact) for fact in await office.said()] == [c.NotificationDelivered]


async def test_our_own_key_finds_the_delivery_too(office: Office, http):
    [row] = await sent(office)
    await bring(http, {"id": str(row.id), "status": "delivered"})
    assert [row.state for row in await office.deliveries()] == ["delivered"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("bounced", "receipt: bounced"),
        ("invalid_number", "receipt: invalid number"),
        ("sari@pelapor.example", "receipt: not delivered"),
    ],
)
async def test_a_failed_receipt_gives_its_reason_in_our_words(office: Office, http, code, reason):
    await sent(office)
    await bring(http, {"id": "ref-0", "status": "failed", "code": code})
    [row] = await office.deliveries()
    [told] = await office.said()
    assert (row.state, row.reason, told.reason) == ("failed", reason, reason)


async def test_a_bounce_of_what_counted_as_delivered_makes_it_failed(office: Office, http):
    [row] = await sent(office, receipts=False)
    await bring(http, {"id": str(row.id), "status": "failed", "code": "bounced"})
    [bounced] = await office.deliveries()
    assert (row.state, bounced.state, bounced.reason) == ("delivered", "failed", "receipt: bounced")


ORDERS = list(permutations(["on_its_way", "failed", "delivered"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_receipts_mean_the_same_in_any_order(office: Office, http, order):
    await sent(office)
    for status in order:
        await bring(http, {"id": "ref-0", "status": status})
    assert [row.state for row in await office.deliveries()] == ["delivered"]


async def test_a_receipt_that_overtakes_its_messages_record_counts_once_that_is_there(office: Office, http):
    await received(office)
    early = await bring(http, {"id": "ref-0", "status": "delivered"})
    async with office.sending(office.dispatcher("email", Provider(refs=["ref-0"]), receipts=True)):
        [row] = await office.settled()
    assert early.json() == {"unknown": 1}
    assert row.received_at is not None
    assert await _kept(office) == 0


async def test_a_receipt_that_crossed_its_messages_record_is_found_by_the_sweeper(office: Office):
    await sent(office)
    async with office.database.transaction() as tx:
        await tx.execute(
            sa.text("INSERT INTO receipts (provider, ref, status) VALUES ('email', 'ref-0', 'delivered')")
        )
    await sweep(office.database, 3)
    assert [row.state for row in await office.deliveries()] == ["delivered"]


@pytest.mark.parametrize("ref", ["0" * 36, "-" * 36, "0123456789abcdef0123456789abcdef-12-"])
async def test_an_id_that_only_looks_like_ours_stops_neither_the_sweeper_nor_a_record(office: Office, ref):
    async with office.database.transaction() as tx:
        await hear(tx, [Receipt("email", ref, ReceiptStatus.DELIVERED)])
    [row] = await sent(office)
    await sweep(office.database, 3)
    assert row.state == "sent"


async def test_one_outcome_that_cannot_be_recorded_takes_no_other_with_it(office: Office):
    await received(office, reports=3)
    async with office.database.transaction() as tx:
        claimed = await claim(tx, Claim("email", Lane.TRANSACTIONAL, "email", ["email"], 3, 60.0))
    recorder = Recorder(office.database)
    for delivery, ref in zip(claimed, ["a", "no text\0", "c"], strict=True):
        recorder.record(Outcome(delivery, DeliveryState.SENT, ref=ref))
    assert await recorder.drain() == 3
    rows = {row.id: (row.state, row.provider_ref) for row in await office.deliveries()}
    expected = [("sent", "a"), ("sending", None), ("sent", "c")]
    assert [rows[delivery.id] for delivery in claimed] == expected


async def test_a_box_is_emptied_a_transaction_at_a_time(office: Office):
    box, recorded = Box(), []
    for number in range(MOST_AT_ONCE + 1):
        receipt = Receipt("email", f"{number}", ReceiptStatus.DELIVERED)
        box.put(receipt, lambda number=number: recorded.append(number))
    await box.empty(office.database)
    assert await _kept(office) == len(recorded) == MOST_AT_ONCE
    await box.empty(office.database)
    assert await _kept(office) == MOST_AT_ONCE + 1


async def test_a_receipt_of_an_unknown_message_is_answered_and_kept_for_a_while(office: Office, http):
    answer = await bring(http, {"id": "siapa", "status": "failed"})
    assert (answer.status_code, answer.json()) == (200, {"unknown": 1})
    assert await _kept(office) == 1
    assert await office.said() == []


async def test_a_receipt_of_an_attempt_that_was_given_up_still_counts_if_it_arrived(office: Office, http):
    await received(office)
    provider, other = Provider(Unavailable("http 503")), Provider(Refused("smtp 550"))
    async with office.sending(office.dispatcher("email", provider, attempts=5)):
        await until(lambda: _attempted(office))
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("UPDATE attempts SET provider_ref = 'old' WHERE provider = 'email'"))
    await bring(http, {"id": "old", "status": "failed"})
    before = [row.state for row in await office.deliveries()]
    await bring(http, {"id": "old", "status": "delivered"})
    assert other.keys == []
    assert "failed" not in before
    assert [row.state for row in await office.deliveries()] == ["delivered"]


async def test_what_is_never_confirmed_counts_as_delivered_and_says_so(office: Office):
    await sent(office)
    await sweep(office.database, 3, patience=timedelta(0).total_seconds(), say_delivered=True)
    [row] = await office.deliveries()
    assert (row.state, row.reason, row.received_at) == ("delivered", "accepted, never confirmed", None)


async def test_a_body_that_its_provider_did_not_sign_is_refused(office: Office, http):
    await sent(office)
    answer = await bring(http, {"id": "ref-0", "status": "delivered"}, secret="tebakan")
    assert answer.status_code == 401
    assert [row.state for row in await office.deliveries()] == ["sent"]


@pytest.mark.parametrize("provider", ["mute", "siapa"])
async def test_who_confirms_nothing_cannot_be_told_from_who_is_not_there(http, provider: str):
    assert (await bring(http, {"id": "a", "status": "delivered"}, provider=provider)).status_code == 404


@pytest.mark.parametrize(
    "content", ["", "[]", '{"receipts": [{"id": 1, "status": "delivered"}]}', '{"id": "a"}']
)
async def test_a_body_without_receipts_is_refused(http, content: str):
    body = content.encode()
    headers = {HEADER: sign(SECRET.encode(), body)}
    assert (await http.post(f"{PATH}/email", content=body, headers=headers)).status_code == 422


async def test_a_body_without_end_is_not_read_to_its_end(http):
    assert (await http.post(f"{PATH}/email", content=b" " * 300_000)).status_code == 413


async def test_whatsapps_receipts_are_read_and_its_signature_is_checked(office: Office, http):
    await sent(office)
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("UPDATE deliveries SET provider = 'wa', provider_ref = 'wamid.1'"))
    status = {"id": "wamid.1", "status": "failed", "errors": [{"code": 131026, "title": "+628123"}]}
    body = json.dumps({"entry": [{"changes": [{"value": {"statuses": [status]}}]}]}).encode()
    signed = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
    refused = await http.post(f"{PATH}/wa", content=body, headers={"X-Hub-Signature-256": "sha256=0"})
    await http.post(f"{PATH}/wa", content=body, headers={"X-Hub-Signature-256": signed})
    [row] = await office.deliveries()
    assert refused.status_code == 401
    assert (row.state, row.reason) == (
        "failed",
        "receipt: whatsapp 131026: not on WhatsApp, or an old version",
    )


async def test_metas_question_whether_the_address_is_ours_is_answered_to_who_knows_the_token(http):
    asked = {"hub.mode": "subscribe", "hub.challenge": "12345"}
    right = await http.get(f"{PATH}/wa", params={**asked, "hub.verify_token": SECRET})
    wrong = await http.get(f"{PATH}/wa", params={**asked, "hub.verify_token": "tebakan"})
    assert (right.status_code, right.text, wrong.status_code) == (200, "12345", 403)


async def test_thousands_of_receipts_in_any_order_leave_one_end_for_each(office: Office):
    rows = await sent(office, reports=4)
    heard = [
        Receipt("email", row.provider_ref, status)
        for row in rows
        for status in (ReceiptStatus.DELIVERED, ReceiptStatus.FAILED)
    ] * 20
    async with office.database.transaction() as tx:
        assert (await hear(tx, [*heard, Receipt("email", str(uuid4()), ReceiptStatus.FAILED)])) == {
            "applied": 4,
            "unknown": 1,
        }
    assert {row.state for row in await office.deliveries()} == {"delivered"}


async def _none_open(office: Office) -> bool:
    return all(row.state in {"sent", "delivered"} for row in await office.deliveries())


async def _attempted(office: Office) -> bool:
    async with office.database.transaction() as tx:
        return bool((await tx.execute(sa.text("SELECT count(*) FROM attempts"))).scalar_one())


async def _kept(office: Office) -> int:
    async with office.database.transaction() as tx:
        return int((await tx.execute(sa.text("SELECT count(*) FROM receipts"))).scalar_one())
