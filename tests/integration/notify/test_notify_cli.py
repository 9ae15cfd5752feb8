"""`lapor notifications`, as an operator types it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import uvicorn
from typer.testing import CliRunner

from deploy.cli.main import app as cli
from services.notify.api import router
from services.notify.channels.port import Refused
from services.notify.domain.delivery import Lane
from services.notify.providers.config import ProviderConfig
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.tokens import Officer, Role, issue
from tests.integration.notify.announcing import WORDS, reported, run
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office, Provider, received, served
from tests.unit.notify.facts import status

NIGHT = datetime(2026, 7, 6, 16, 0, tzinfo=UTC)
"""Eleven in the evening, in Jakarta."""


@pytest.fixture
async def lapor(office: Office, keys):
    """Runs a command against a served API; its exit code and output."""
    app = served(office, keys, router, providers={"email": ProviderConfig(name="email", kind="smtp")})
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    officer = Officer("operator-1", Role.OPERATOR)
    token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=5))
    reach = ["--gateway", f"http://127.0.0.1:{port}", "--token", token]

    async def run(*words: str) -> tuple[int, str]:
        answer = await asyncio.to_thread(CliRunner().invoke, cli, ["notifications", *words, *reach])
        return answer.exit_code, answer.output + answer.stderr

    yield run
    server.should_exit = True
    await serving


@pytest.fixture
async def failed(office: Office):
    await received(office, reports=3)
    async with office.sending(office.dispatcher("email", Provider(*[Refused("smtp 550")] * 2))):
        rows = await office.settled()
    return [row for row in rows if row.state == "failed"]


async def test_what_failed_is_listed_with_its_reason_and_no_address(lapor, failed):
    code, output = await lapor("list", "--state", "failed")
    assert (code, output.count("smtp 550")) == (0, 2)
    assert "2 deliveries." in output
    assert SARI.email not in output


async def test_a_list_is_cut_at_its_limit_and_says_so(lapor, failed):
    _, output = await lapor("list", "--limit", "1")
    assert "1 deliveries. There are more: raise --limit." in output


async def test_one_delivery_is_shown_as_json(lapor, failed):
    _, output = await lapor("show", str(failed[0].id))
    assert json.loads(output)["reason"] == "smtp 550"


async def test_all_that_failed_for_a_reason_is_sent_again(office: Office, lapor, failed):
    code, output = await lapor("resend", "--failed", "--reason", "smtp 550", "--yes")
    assert (code, output) == (0, "2 message(s) are to be sent again.\n")
    async with office.sending(office.dispatcher("email", Provider())):
        assert {row.state for row in await office.settled()} == {"delivered"}


async def test_sending_again_wants_ids_or_all_that_failed(lapor, failed):
    assert (await lapor("resend"))[0] == 1
    assert (await lapor("resend", str(failed[0].id), "--failed"))[0] == 1


async def test_providers_are_shown_with_their_weight(lapor, failed):
    _, output = await lapor("providers")
    assert output.split()[7:] == ["email", "email", "100", "–", "1", "0", "2"]


async def test_every_end_that_a_delivery_can_have_is_listed_and_shown(office: Office, lapor, call, clock):
    clock.set(NIGHT)
    await received(office, reports=2)
    await office.hear(office.contact(nobody := uuid4(), None), status(CaseStatus.RECEIVED, report_id=nobody))
    for wishes in ({"muted": True}, {"quiet_from": "21:00", "quiet_until": "06:00", "zone": "WIB"}):
        report = await reported(office, PHONE_ONLY)
        words = {"language": "id", "preferences_version": 1, **wishes}
        await office.hear(c.PreferencesChanged(report_id=report, occurred_at=NIGHT, **words))
    for more in ({}, {}, {"anonymous": True}):
        await reported(office, SARI, **more)
    await call(category="air", ends_at=(NIGHT + timedelta(hours=1)).isoformat(), **WORDS)
    await run(office)
    async with office.sending(office.dispatcher("email", Provider(None, Refused("smtp 550"))), bulk(office)):
        await office.settled()
    found = json.loads((await lapor("list", "--json"))[1])
    assert {(one["state"], one["reason"]) for one in found} == {
        ("delivered", None),
        ("failed", "smtp 550"),
        ("skipped", "no contact"),
        ("skipped", "muted by the reporter"),
        ("skipped", "quiet hours expired"),
        ("skipped", "duplicate: told by another report"),
        ("skipped", "sealed: the case is anonymous or secret"),
    }
    for one in {one["reason"]: one for one in found}.values():
        shown = json.loads((await lapor("show", one["delivery_id"]))[1])
        assert (shown["state"], shown["reason"]) == (one["state"], one["reason"])


def bulk(office: Office):
    return office.sending_by(Pool("email", [Carrier("email", Provider())]), Lane.BULK)
