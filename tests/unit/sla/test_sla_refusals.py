"""What the calendar and the limits refuse, field by field, before any database is asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from services.sla.api import routers
from services.sla.api.inputs import current_rules
from services.sla.rulebook import packaged
from shared.security.keys import load_signing_key, load_verifying_key
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers
from tests.support.clocks import ManualClock
from tests.support.decrees import AMENDMENTS, DAYS, POLICIES, leave, shorter


@pytest.fixture
def admin(keys: dict[str, str]) -> dict[str, str]:
    key = load_signing_key(keys["LAPOR_TOKEN_PRIVATE_KEY"])
    token = issue(key, Officer("ratna", Role.NATIONAL_ADMIN), timedelta(minutes=5))
    return {"Authorization": f"Bearer {token}"}


def built() -> FastAPI:
    """The service's HTTP interface on the reviewed files alone."""
    app = FastAPI()
    install_problem_handlers(app)
    for router in routers:
        app.include_router(router)
    app.dependency_overrides[current_rules] = packaged
    app.state.clock, app.state.database = ManualClock(), None
    return app


APP = built()


@pytest.fixture
async def client(keys: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    app = built()
    app.state.tokens = TokenVerifier(load_verifying_key(keys["LAPOR_TOKEN_PUBLIC_KEY"]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sla") as client:
        yield client


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (leave("9999-12-31"), "added.0.date"),
        (leave("0001-01-01"), "added.0.date"),
        (leave("besok"), "added.0.date"),
        (leave(added=[]), "added"),
        (leave(added=leave()["added"] * 2), "added"),
        (leave(added=leave()["added"] * 101), "added"),
        (leave(added="2026-07-08"), "added"),
        (leave(removed=["2026-07-09", "2026-07-09"]), "removed"),
        (leave(region="99"), "region"),
        (leave(region="Mars"), "region"),
        (leave(region="35.78.\x00"), "region"),
        (leave(region=3578), "region"),
        (leave(source="\x00\x00\x00\x00"), "source"),
        (leave(source="ab"), "source"),
        (leave(source="x" * 301), "source"),
        (leave(decided="2026-07-07"), "decided"),
        (leave(decided=None), "decided"),
        (leave(known_through="2500-01-01"), "known_through"),
        (leave(known_through="2027-06-30", region="35"), "known_through"),
        (leave(kind="weekend"), "kind"),
        (leave(dry_run="perhaps"), "dry_run"),
        (leave(author="somebody else"), "author"),
    ],
)
async def test_an_amendment_that_makes_no_sense_is_refused_by_its_field(
    client: httpx.AsyncClient, admin: dict[str, str], body: dict[str, Any], field: str
) -> None:
    answer = await client.post(AMENDMENTS, json=body, headers=admin)
    assert (answer.status_code, [one["field"] for one in answer.json().get("errors", [])]) == (422, [field])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (shorter(days=0), "days"),
        (shorter(days=10**30), "days"),
        (shorter(days=1.5), "days"),
        (shorter(clock="lunch"), "clock"),
        (shorter(clock="settlement"), "classification"),
        (shorter(agency="99.9999"), "agency"),
        (shorter(agency="35.35 78"), "agency"),
        (shorter(unit="hours"), "unit"),
        (shorter(basis="rumour"), "basis"),
        (shorter(effective_from="9999-01-01"), "effective_from"),
        (shorter(effective_from="2026-08-01", applies_to_running=True), "effective_from"),
        (shorter(decided="2199-01-01"), "decided"),
        (shorter(source=["Permen"]), "source"),
    ],
)
async def test_a_limit_that_makes_no_sense_is_refused_by_its_field(
    client: httpx.AsyncClient, admin: dict[str, str], body: dict[str, Any], field: str
) -> None:
    answer = await client.post(POLICIES, json=body, headers=admin)
    assert (answer.status_code, [one["field"] for one in answer.json().get("errors", [])]) == (422, [field])


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{DAYS}?region=99.99", "region"),
        (f"{DAYS}?region=%00", "region"),
        (f"{DAYS}?known_at=2999-01-01T00:00:00Z", "known_at"),
        (f"{DAYS}?known_at=2027-01-01T00:00:00Z", "known_at"),
        (f"{DAYS}?known_at=yesterday", "known_at"),
        (f"{DAYS}?year=99999", "year"),
        (f"{DAYS}/diff", "since"),
        (f"{DAYS}/diff?since=2026-07-05", "since"),
        (f"{DAYS}/diff?since=2026-07-05T00:00:00Z&until=2026-07-01T00:00:00Z", "since"),
        (f"{DAYS}/diff?since=0001-01-01T00:00:00Z", "since"),
        ("/v1/policies?known_at=2027-01-01T00:00:00Z", "known_at"),
        ("/v1/recomputes?limit=0", "limit"),
        ("/v1/clocks/replay?after=1", "after"),
        ("/v1/clocks/replay?limit=1000000", "limit"),
        ("/v1/recomputes/%00/moved", "amendment"),
        (f"/v1/cases/{UUID(int=1)}/clocks?as_of=9999-12-31T23:59:59Z", "as_of"),
    ],
)
async def test_a_wrong_parameter_is_refused_by_name(
    client: httpx.AsyncClient, admin: dict[str, str], path: str, field: str
) -> None:
    answer = await client.get(path, headers=admin)
    assert (answer.status_code, [one["field"] for one in answer.json().get("errors", [])]) == (422, [field])


async def test_another_calendar_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/calendars/mars")).status_code == 404


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.dates().map(str),
    st.sampled_from(["35", "35.78", "3578", "35.3578.dishub", "99", "kl.x", "..", "WIT", "\x00"]),
    st.lists(st.none(), max_size=2),
)
QUESTION = {
    "start": "2026-07-06T02:00:00Z",
    "clock": "settlement",
    "classification": "supervision",
    "agency": "35.3578",
}


async def ask(question: dict[str, Any]) -> httpx.Response:
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sla") as client:
        return await client.post("/v1/deadlines/explain", json=question)


@given(st.dictionaries(st.sampled_from([*QUESTION, "days", "region", "zone", "as_of"]), ODD, max_size=4))
def test_whatever_is_asked_there_is_an_answer_or_a_field_that_is_wrong(odd: dict[str, Any]) -> None:
    answer = asyncio.run(ask({**QUESTION, **odd}))
    assert answer.status_code == 200 or (answer.status_code == 422 and answer.json()["errors"])
