"""The operators' console by hand: an operator signs in, sees a dead letter, and puts it back to work."""

import json
from datetime import timedelta
from uuid import uuid4

import aio_pika
import pytest
from playwright.async_api import expect

from deploy.demo.world import World
from deploy.local.stack import Stack
from shared.messaging.topology import DEAD
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from tests.browser.faults import CALM, faults

pytestmark = pytest.mark.browser

PASSWORD = "perahu kertas di sungai"
CONSOLE = "/petugas/konsol"
DEAD_LETTERS = f"{CONSOLE}/pesan-gagal"


async def operator(world: World) -> None:
    """An account, made as a national administrator makes one."""
    account = {"login": "operator", "name": "Operator", "role": "operator", "password": PASSWORD}
    key = load_signing_key(world.place.token_private_key)
    token = issue(key, Officer("administrator", Role.NATIONAL_ADMIN), timedelta(minutes=5))
    answer = await world.http.post("/v1/officers", json=account, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {201, 409}, answer.text


async def park(lapor: Stack, identity: str) -> None:
    """A message among the dead letters that no consumer can read."""
    headers = {
        "x-lapor-attempts": 5,
        "x-lapor-reason": "parked for a test",
        "x-lapor-history": json.dumps([{"attempt": 5, "at": "2026-11-21T10:00:00+00:00", "reason": "x"}]),
        "x-lapor-routing-key": "report.replied",
    }
    async with await aio_pika.connect(lapor.admin_amqp_url) as connection:
        dead = await (await connection.channel()).get_exchange(DEAD)
        message = aio_pika.Message(b"{}", message_id=identity, type="report.replied.v1", headers=headers)
        await dead.publish(message, "sla.facts", mandatory=True)


async def test_an_operator_replays_a_dead_letter(visit, world, lapor):
    identity = str(uuid4())
    await operator(world)
    await park(lapor, identity)
    wrong = []
    for scripts in (True, False):
        window = await visit(java_script_enabled=scripts, **CALM)
        page = window.page
        await window.go(CONSOLE)
        await page.fill("#nama", "operator")
        await page.fill("#kata_sandi", PASSWORD)
        await page.click("form.card button")
        await page.wait_for_url(f"**{CONSOLE}")
        if scripts:
            await expect(page.locator("#keadaan[data-fresh]")).to_be_visible()
            for path in ("", "/satu"):
                wrong += await faults(window, f"{DEAD_LETTERS}{path}?antrean=sla.facts&nomor={identity}")
    assert wrong == []
    await window.go(f"{DEAD_LETTERS}?antrean=sla.facts")
    await page.check(f"input[value='sla.facts {identity}']")
    await page.click("button:has-text('Ulangi yang dipilih')")
    await expect(page.locator("main")).to_contain_text(identity)
    await page.click("form[method=post] button")
    await expect(page.locator("#kabar")).to_contain_text("1 pesan dikembalikan")
