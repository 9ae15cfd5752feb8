"""Web hooks over HTTP: who registers and tests them, which addresses are taken, and how a secret changes."""

import base64
import json

import pytest

from shared.security.tokens import Role
from tests.integration.routing.webhooks.hooks import CITY, ROADS, proves
from tests.support.problems import wrong_field


async def test_the_test_button_posts_one_signed_delivery_and_stands_in_the_log(server, hook):
    mine = await hook()
    tested = (await mine.post("test")).json()
    (seen,) = await server.seen(mine.path)
    (line,) = (await mine.get("/deliveries"))["deliveries"]
    assert (tested["delivered"], line["state"], line["type"]) == (True, "delivered", "webhook.test")
    assert (line["delivery_id"], proves(mine.secret, seen)) == (seen["headers"]["webhook-id"], True)


async def test_while_a_secret_changes_both_sign_and_afterwards_only_the_new_one(routing, server, hook):
    mine = await hook()
    new = (await mine.post("rotation", overlap_hours=1)).json()["secret"]
    await mine.post("test")
    await routing.rows_changed("UPDATE webhooks SET old_secret_until = now() - interval '1 second'")
    await mine.post("test")
    during, after = await server.seen(mine.path)
    assert [proves(secret, during) for secret in (mine.secret, new)] == [True, True]
    assert [proves(secret, after) for secret in (mine.secret, new)] == [False, True]


async def test_a_secret_is_shown_once_and_stored_closed(routing, hook):
    mine = await hook()
    raw = base64.b64decode(mine.secret.removeprefix("whsec_"))
    (row,) = await routing.rows("SELECT secret FROM webhooks")
    assert raw not in bytes(row.secret)
    assert mine.secret not in json.dumps(await mine.get())


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/x",
        "https://169.254.169.254/",
        "https://[fd00::1]/",
        "ftp://a.example",
        "https://u@a.example",
    ],
)
async def test_an_address_near_us_cannot_be_registered(api, sign, url):
    answer = await api.post(
        f"/v1/agencies/{ROADS}/webhooks", headers=sign(Role.COORDINATOR, ROADS), json={"url": url}
    )
    assert wrong_field(answer) == (422, "url")


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [
        (Role.COORDINATOR, ROADS, 200),
        (Role.COORDINATOR, CITY, 200),
        (Role.NATIONAL_ADMIN, None, 200),
        (Role.COORDINATOR, "35", 404),
        (Role.COORDINATOR, "35.3578.dishub", 404),
        (Role.LIAISON, ROADS, 403),
        (Role.SUPERVISOR, None, 403),
    ],
)
async def test_only_the_agency_and_the_national_administrator_manage_hooks(api, sign, role, agency, status):
    answer = await api.get(f"/v1/agencies/{ROADS}/webhooks", headers=sign(role, agency))
    assert answer.status_code == status


async def test_a_foreign_hook_cannot_be_seen_or_used(api, sign, hook):
    mine = await hook()
    theirs = mine.base.replace(ROADS, "35.3578.dishub")
    headers = sign(Role.COORDINATOR, "35.3578.dishub")
    answers = [await api.get(theirs, headers=headers), await api.post(f"{theirs}/test", headers=headers)]
    assert [one.status_code for one in answers] == [404, 404]


async def test_an_agency_has_five_hooks_at_most(api, sign, server, hook):
    for _ in range(5):
        await hook()
    answer = await api.post(
        f"/v1/agencies/{ROADS}/webhooks", headers=sign(Role.COORDINATOR, ROADS), json={"url": server.url}
    )
    assert answer.status_code == 409
