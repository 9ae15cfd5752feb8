"""An agency's own page: its units, its broker user, and its web hooks."""

from datetime import timedelta

import httpx
import pytest

from shared.security.tokens import Role
from tests.integration.routing.pages.browser import CITY, ROADS, Browser, hidden_in
from tests.unit.routing.stories import verified


@pytest.mark.parametrize("role", [Role.LIAISON, Role.COORDINATOR, Role.SUPERVISOR])
async def test_an_agency_sees_its_units_and_how_its_broker_user_is_made(open_desk, path, role):
    page = (await open_desk(role, CITY).get("/petugas/instansi")).text
    assert ROADS in page and f"lapor agency grant {CITY}" in page
    assert ('id="web-hook"' in page) is (role is Role.COORDINATOR)


async def test_no_agency_looks_at_another(open_desk, path):
    assert (await open_desk(Role.COORDINATOR, ROADS).get(f"/petugas/instansi?kode={CITY}")).status_code == 404


async def register(desk: Browser, url: str) -> httpx.Response:
    page = await desk.get("/petugas/instansi")
    return await desk.post(f"/petugas/instansi/{CITY}/web-hook", data={**hidden_in(page), "url": url})


async def test_a_web_hook_is_registered_tested_and_its_secret_renewed_once(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    registered = await register(desk, f"{server.url}/hook")
    assert "whsec_" in registered.text
    again = await register(desk, f"{server.url}/hook")
    assert (again.status_code, 'id="url-salah"' in again.text) == (422, True)
    (row,) = await routing.rows("SELECT webhook_id FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    tested = await desk.fill(path, "uji")
    assert "Kiriman uji" in tested.text and "webhook.test" in tested.text
    form = {**hidden_in(await desk.get(path)), "tumpang": "24"}
    renewed = [await desk.post(f"{path}/putar", data=form) for _ in range(2)]
    assert [answer.status_code for answer in renewed] == [200, 422]
    assert "whsec_" in renewed[0].text and "whsec_" not in renewed[1].text


async def test_a_web_hook_is_removed_only_by_whoever_says_so(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    await register(desk, f"{server.url}/hook")
    (row,) = await routing.rows("SELECT webhook_id FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    assert (await desk.fill(path, "hapus")).status_code == 422
    assert (await desk.fill(path, "hapus", yakin="1")).status_code == 303
    assert [hook.state for hook in await routing.rows("SELECT state FROM webhooks")] == ["removed"]


async def test_an_address_nobody_may_call_is_said_next_to_the_field(open_desk, routing):
    page = await register(open_desk(Role.COORDINATOR, CITY), "ftp://dinas.example/")
    assert (page.status_code, 'id="url-salah"' in page.text, "ftp://dinas.example/" in page.text) == (
        422,
        True,
        True,
    )


async def test_a_range_of_deliveries_is_sent_again_and_a_wrong_one_is_explained(open_desk, server, routing):
    desk = open_desk(Role.COORDINATOR, CITY)
    await register(desk, f"{server.url}/hook")
    await routing.hear(verified())
    await routing.rows_changed("UPDATE webhook_deliveries SET state = 'abandoned'")
    (row,) = await routing.rows("SELECT webhook_id, now() AS now FROM webhooks")
    path = f"/petugas/instansi/{CITY}/web-hook/{row.webhook_id}"
    day = timedelta(days=1)
    first, last = ((row.now + step).strftime("%Y-%m-%dT%H:%M") for step in (-day, day))
    wrong = await desk.fill(path, "ulang", **{"dari": last, "sampai-waktu": first})
    assert (wrong.status_code, f'value="{last}"' in wrong.text) == (422, True)
    done = await desk.fill(path, "ulang", **{"dari": first, "sampai-waktu": last, "yang": "abandoned"})
    assert done.headers["location"].endswith("jumlah=1")


async def test_a_liaison_manages_no_web_hooks(open_desk, routing):
    refused = await open_desk(Role.LIAISON, CITY).post(f"/petugas/instansi/{CITY}/web-hook", data={})
    assert refused.status_code == 403
