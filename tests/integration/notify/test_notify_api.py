"""What operators see, and nobody else."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.notify.api import router
from shared.contracts import CaseStatus
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers
from tests.integration.notify.conftest import SARI, Office
from tests.unit.notify.facts import status


@pytest.fixture
async def call(office: Office, keys):
    app = FastAPI()
    app.include_router(router)
    install_problem_handlers(app)
    app.state.database = office.database
    app.state.tokens = TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"])

    async def get(role: Role | None = Role.OPERATOR, **params) -> httpx.Response:
        officer = Officer("petugas-1", role, "35.3578.dishub") if role else None
        token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=5)) if officer else ""
        headers = {"Authorization": f"Bearer {token}"} if officer else {}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notify", headers=headers) as http:
            return await http.get("/v1/notifications", params=params)

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
