"""What operators see, and nobody else."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from services.notify.api import router
from services.notify.channels.port import Refused, Unavailable
from services.notify.providers.config import ProviderConfig
from shared.contracts import CaseStatus
from shared.security.tokens import Officer, Role, issue
from tests.integration.notify.conftest import SARI, Office, Provider, received, served
from tests.unit.notify.facts import status


@pytest.fixture
async def call(office: Office, keys):
    app = served(office, keys, router, providers={"email": ProviderConfig(name="email", kind="smtp")})

    async def get(
        role: Role | None = Role.OPERATOR, path: str = "", method: str = "GET", **params
    ) -> httpx.Response:
        officer = Officer("petugas-1", role, "35.3578.dishub") if role else None
        token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=5)) if officer else ""
        headers = {"Authorization": f"Bearer {token}"} if officer else {}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notify", headers=headers) as http:
            return await http.request(method, f"/v1/notifications{path}", params=params)

    return get


async def planned(office: Office, count: int):
    reports = [uuid4() for _ in range(count)]
    for report in reports:
        await office.hear(office.contact(report, SARI))
        await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    return reports


async def test_an_operator_sees_deliveries_and_nobody_behind_them(office: Office, call):
    [report] = await planned(office, 1)
    answer = await call()
    [line] = answer.json()["notifications"]
    assert (line["report_id"], line["state"], line["channel"]) == (str(report), "pending", "email")
    assert set(line) == {
        *("delivery_id", "event_id", "report_id", "recipient", "channel", "template", "state", "reason"),
        *("attempts", "created_at", "due_at", "finished_at"),
        *("lane", "provider", "resends", "sent_at", "received_at", "words", "digest_id"),
    }
    assert "sari" not in answer.text


async def test_pages_follow_each_other_and_end(office: Office, call):
    reports = await planned(office, 5)
    seen, after = [], None
    while True:
        page = (await call(limit=2, **({"after": after} if after else {}))).json()
        seen += [line["report_id"] for line in page["notifications"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [str(report) for report in reversed(reports)]


async def test_deliveries_can_be_narrowed_by_state_and_report(office: Office, call):
    reports = await planned(office, 2)
    assert (await call(state="delivered")).json()["notifications"] == []
    found = (await call(state="pending", report_id=str(reports[0]))).json()["notifications"]
    assert [line["report_id"] for line in found] == [str(reports[0])]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LIAISON, Role.SUPERVISOR])
async def test_other_officers_are_refused(call, role: Role):
    assert (await call(role)).status_code == 403


async def test_strangers_are_refused(call):
    assert (await call(None)).status_code == 401


@pytest.mark.parametrize(
    "params", [{"after": "kemarin"}, {"state": "hilang"}, {"limit": 0}, {"channel": "e'"}]
)
async def test_a_senseless_question_is_refused_with_its_field(call, params):
    answer = await call(**params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(params))


async def failed(office: Office, *failures: Exception):
    await received(office)
    async with office.sending(office.dispatcher("email", Provider(*failures), attempts=5)):
        [row] = await office.settled()
    return row


async def test_one_delivery_is_shown_with_its_earlier_attempts(office: Office, call):
    row = await failed(office, Unavailable("smtp 451"), Refused("smtp 550"))
    shown = (await call(path=f"/{row.id}")).json()
    assert (shown["state"], shown["reason"], shown["provider"]) == ("failed", "smtp 550", "email")
    assert [(one["attempt"], one["outcome"], one["reason"]) for one in shown["earlier"]] == [
        (1, "pending", "smtp 451")
    ]


async def test_what_failed_is_sent_again_with_a_new_key_and_its_record_is_kept(office: Office, call):
    row = await failed(office, Refused("smtp 550"))
    answer = await call(path=f"/{row.id}/resend", method="POST")
    again = Provider()
    async with office.sending(office.dispatcher("email", again)):
        await office.settled()
    shown = (await call(path=f"/{row.id}")).json()
    assert (answer.status_code, shown["state"], shown["resends"]) == (202, "delivered", 1)
    assert [one["reason"] for one in shown["earlier"]] == ["smtp 550"]
    assert again.keys != [row.id]


async def test_what_was_delivered_cannot_be_sent_again(office: Office, call):
    row = await failed(office)
    assert (row.state, (await call(path=f"/{row.id}/resend", method="POST")).status_code) == (
        "delivered",
        409,
    )


@pytest.mark.parametrize(("path", "method"), [("", "GET"), ("/resend", "POST")])
async def test_a_delivery_that_does_not_exist_is_not_found(call, path: str, method: str):
    assert (await call(path=f"/{uuid4()}{path}", method=method)).status_code == 404


async def test_a_supervisor_can_send_nothing_again(office: Office, call):
    row = await failed(office, Refused("smtp 550"))
    answer = await call(Role.SUPERVISOR, path=f"/{row.id}/resend", method="POST")
    assert (answer.status_code, [each.state for each in await office.deliveries()]) == (403, ["failed"])


async def test_deliveries_can_be_narrowed_by_reason_and_provider(office: Office, call):
    await failed(office, Refused("smtp 550"))
    assert len((await call(reason="smtp 550", provider="email")).json()["notifications"]) == 1
    assert (await call(reason="smtp 551")).json()["notifications"] == []
    assert (await call(provider="lain")).json()["notifications"] == []


async def test_providers_are_shown_with_what_they_carried(office: Office, call):
    await failed(office, Refused("smtp 550"))
    [line] = (await call(path="/providers")).json()["providers"]
    assert (line["name"], line["weight"], line["accepted"], line["failed"]) == ("email", 100, 0, 1)
