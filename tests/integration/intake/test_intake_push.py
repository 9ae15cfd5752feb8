"""A browser that hears of a report: asked for with the code, sealed, and forgotten with the report."""

import json
from datetime import timedelta

import pytest

from services.intake import browsers
from services.intake.identity.policy import retention
from shared.contracts import CaseStatus, ContactRegistered, PushSubscribed
from shared.security.feeds import verify_feed
from shared.security.keys import decode, encode
from shared.security.sealing import Unsealable, Unsealer

from .conftest import ACCESS

P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
"""A point on P-256."""
BROWSER = {
    "endpoint": "https://push.example/wpush/v2/gAAAAABk",
    "expirationTime": None,
    "keys": {"p256dh": P256DH, "auth": "tBHItJI5svbpez7KI4CCXg"},
}


async def put(intake, filed, **changes):
    return await intake.http.put(f"{filed.url}/push", json={**BROWSER, **changes}, headers=filed.code)


async def subscribed(intake, filed) -> PushSubscribed:
    assert (await put(intake, filed)).status_code == 204
    return (await intake.said(PushSubscribed))[-1]


@pytest.fixture
async def intake(open_intake, keys):
    return await open_intake(push_public_key=keys["LAPOR_PUSH_PUBLIC_KEY"])


async def test_a_page_is_given_the_key_that_browsers_subscribe_with(intake, keys):
    answer = await intake.http.get("/v1/push/key")
    assert answer.json() == {"key": keys["LAPOR_PUSH_PUBLIC_KEY"]}
    assert len(decode(answer.json()["key"])) == 65


async def test_a_subscription_leaves_sealed_for_notify_alone(intake, keys):
    filed = await intake.file(anonymous=True)
    fact = await subscribed(intake, filed)
    opened = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal_push(filed.report_id, fact.sealed)
    assert json.loads(opened) == {"endpoint": BROWSER["endpoint"], "keys": BROWSER["keys"]}
    assert "push.example" not in fact.model_dump_json()


async def test_a_sealed_subscription_passes_neither_for_a_contact_nor_for_another_report(intake, keys):
    filed, other = await intake.file(), await intake.file()
    sealed = (await subscribed(intake, filed)).sealed
    unsealer = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"])
    with pytest.raises(Unsealable):
        unsealer.unseal(filed.report_id, sealed)
    with pytest.raises(Unsealable):
        unsealer.unseal_push(other.report_id, sealed)


async def test_intake_keeps_nothing_of_the_browser(intake):
    await subscribed(intake, await intake.file())
    (row,) = await intake.rows("SELECT to_jsonb(b)::text AS kept FROM browsers b")
    assert set(json.loads(row.kept)) == {"report_id", "check_at"}


async def test_a_browser_is_taken_back_once(intake):
    filed = await intake.file()
    await subscribed(intake, filed)
    for _ in range(2):
        answer = await intake.http.delete(f"{filed.url}/push", headers=filed.code)
        assert answer.status_code == 204
    assert [fact.withdrawn for fact in await intake.said(PushSubscribed)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoint": "http://push.example/1"}, "endpoint"),
        ({"endpoint": "https://name:secret@push.example/1"}, "endpoint"),
        ({"endpoint": "https://push.example/" + "x" * 500}, "endpoint"),
        ({"keys": {**BROWSER["keys"], "p256dh": encode(b"\x04" + bytes(64))}}, "keys.p256dh"),
        ({"keys": {**BROWSER["keys"], "p256dh": "###"}}, "keys.p256dh"),
        ({"keys": {**BROWSER["keys"], "auth": encode(bytes(15))}}, "keys.auth"),
        ({"keys": {"p256dh": P256DH}}, "keys.auth"),
        ({"name": "Sari"}, "name"),
    ],
)
async def test_what_no_browser_gives_is_refused_by_field(intake, changes, field):
    answer = await put(intake, await intake.file(), **changes)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not await intake.said(PushSubscribed)


@pytest.mark.parametrize(("method", "path"), [("PUT", "push"), ("DELETE", "push"), ("POST", "feed")])
async def test_nobody_asks_without_the_code(intake, method, path):
    filed = await intake.file()
    body = {"json": BROWSER} if method == "PUT" else {}
    url = f"{filed.url}/{path}"
    assert (await intake.http.request(method, url, **body)).status_code == 401
    wrong = {ACCESS: "ABCD-EFGH-JKMN-PQRS"}
    assert (await intake.http.request(method, url, headers=wrong, **body)).status_code == 404


async def test_a_deployment_without_a_key_says_so(open_intake):
    intake = await open_intake()
    assert (await intake.http.get("/v1/push/key")).status_code == 503
    assert (await put(intake, await intake.file())).json()["type"] == "urn:lapor:problem:no-push"


async def test_the_browser_of_a_report_without_contact_is_forgotten_with_the_report(intake, clock):
    filed = await intake.file(anonymous=True)
    await subscribed(intake, filed)
    await intake.status(filed.report_id, 1, CaseStatus.CLOSED)
    clock.advance(retention().look_again)
    assert await browsers.forget_due(intake.database, 10) == 1
    assert not (await intake.said(PushSubscribed))[-1].withdrawn
    clock.advance(retention().after[CaseStatus.CLOSED])
    assert await browsers.forget_due(intake.database, 10) == 1
    assert (await intake.said(PushSubscribed))[-1].withdrawn
    assert not await intake.count("browsers")


async def test_a_withdrawal_has_the_browser_forgotten_as_soon_as_who_reported(intake, clock):
    filed = await intake.file(anonymous=True)
    await subscribed(intake, filed)
    answer = await intake.http.post(
        f"{filed.url}/withdrawal", json={"text": "Sudah selesai."}, headers=filed.code
    )
    assert answer.status_code in {200, 201, 202}, answer.text
    clock.advance(retention().withdrawn + timedelta(seconds=1))
    assert await browsers.forget_due(intake.database, 10) == 1
    assert (await intake.said(PushSubscribed))[-1].withdrawn
    assert len(await intake.said(ContactRegistered)) == 1


async def test_the_code_gives_a_token_that_names_the_report_alone(intake, keys):
    filed = await intake.file()
    answer = await intake.http.post(f"{filed.url}/feed", headers=filed.code)
    told = answer.json()
    following = verify_feed(keys["LAPOR_RECEIPT_PUBLIC_KEY"], told["token"])
    assert (answer.status_code, following.report_id) == (201, filed.report_id)
    assert set(json.loads(decode(told["token"].split(".")[1]))) == {"report", "exp"}
