"""Web hooks against a real server in a process of its own: signed, in order, tried again, suspended."""

import asyncio
import base64
import hmac
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.routing.webhooks.api import router
from services.routing.webhooks.policy import Policy
from services.routing.webhooks.sender import Sender
from shared.contracts import CaseVerified
from shared.security.tokens import Role
from shared.web.outbound import Outbound
from tests.integration.routing.conftest import VAULT, http_client
from tests.unit.routing.stories import ANSWER, DONE, verified

ROADS, CITY = "35.3578.dpubm", "35.3578"
EAGER = Policy(retry_seconds=0.05, patience_seconds=60, suspend_failures=10_000, suspend_seconds=0)


@pytest.fixture
async def api(assembled, outbound):
    async with http_client(assembled(router, outbound=outbound, webhook_vault=VAULT)) as client:
        yield client


class Hook:
    """One registered hook, as its coordinator handles it."""

    def __init__(self, api, headers, agency: str, path: str) -> None:
        self.api, self.headers, self.agency, self.path = api, headers, agency, path
        self.secret = ""
        self.base = f"/v1/agencies/{agency}/webhooks"

    async def register(self, url: str) -> "Hook":
        answer = await self.api.post(self.base, headers=self.headers, json={"url": url})
        assert answer.status_code == 201, answer.text
        self.secret = answer.json()["secret"]
        self.base += f"/{answer.json()['webhook_id']}"
        return self

    async def post(self, what: str, **body):
        return await self.api.post(f"{self.base}/{what}", headers=self.headers, json=body or None)

    async def get(self, what: str = "", **query):
        return (await self.api.get(self.base + what, headers=self.headers, params=query)).json()


@pytest.fixture
def hook(api, sign, server):
    async def make(agency: str = ROADS) -> Hook:
        path = f"/{uuid4().hex}"
        return await Hook(api, sign(Role.COORDINATOR, agency), agency, path).register(server.url + path)

    return make


@asynccontextmanager
async def sending(routing, outbound, policy: Policy = EAGER, lease: float = 5.0, concurrency: int = 4):
    sender = Sender(
        routing.database, outbound, VAULT, policy,
        concurrency=concurrency, lease_seconds=lease, poll_seconds=0.05,
    )  # fmt: skip
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def case(routing) -> tuple[CaseVerified, str]:
    """A verified case and its leg at the unit for roads."""
    fact = verified(report_id=uuid4())
    await routing.hear(fact)
    rows = await routing.rows(f"SELECT leg_id FROM legs WHERE report_id = '{fact.report_id}'")
    return fact, str(rows[0].leg_id)


async def answer(routing, leg_id: str) -> None:
    """The agency acknowledges and answers."""
    for kind, said in (("acknowledgement", {}), ("response", {"text": ANSWER}), ("completion", DONE)):
        body = json.dumps({"leg_id": leg_id, **said}).encode()
        await routing.agency_says(f"response.{ROADS}.{kind}", body)


async def states(routing) -> list[str]:
    rows = await routing.rows("SELECT state FROM webhook_deliveries ORDER BY id")
    return [row.state for row in rows]


async def until(check, seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.02)


def kinds(seen) -> list[str]:
    return [json.loads(one["body"])["type"] for one in seen]


def proves(secret: str, request) -> bool:
    """As an agency's system checks it."""
    key, headers = base64.b64decode(secret.removeprefix("whsec_")), request["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{request['body']}".encode()
    expected = "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ")


async def test_what_happens_to_a_leg_is_posted_signed_and_in_order(routing, outbound, server, hook):
    mine = await hook()
    fact, leg_id = await case(routing)
    await answer(routing, leg_id)
    async with sending(routing, outbound):
        seen = await server.wait_for(mine.path, 4)
    assert kinds(seen) == [
        f"disposition.{what}.v1" for what in ("created", "acknowledged", "responded", "completed")
    ]
    assert all(proves(mine.secret, one) for one in seen)
    assert json.loads(seen[0]["body"])["data"]["report_id"] == str(fact.report_id)


async def test_an_agency_hears_of_its_units_and_a_neighbour_of_nothing(routing, outbound, server, hook):
    city, neighbour = await hook(CITY), await hook("35.3518")
    await case(routing)
    async with sending(routing, outbound):
        await server.wait_for(city.path, 1)
    assert await server.seen(neighbour.path) == []


async def test_a_refused_word_is_posted_too(routing, outbound, server, hook):
    mine = await hook()
    await routing.agency_says(f"response.{ROADS}.response", b"no json")
    async with sending(routing, outbound):
        (seen,) = await server.wait_for(mine.path, 1)
    assert json.loads(seen["body"])["type"] == "disposition.refused.v1"


async def test_a_failed_delivery_is_tried_again_and_nothing_of_its_case_overtakes_it(
    routing, outbound, server, hook
):
    mine = await hook()
    await server.answers(mine.path, status=500)
    _, leg_id = await case(routing)
    await answer(routing, leg_id)
    async with sending(routing, outbound):
        await server.wait_for(mine.path, 3)
        await server.answers(mine.path, status=204, body="")
        await until(lambda: _all(routing, "delivered"))
    seen = await server.seen(mine.path)
    first = [one["headers"]["webhook-id"] for one in seen if "created" in kinds([one])[0]]
    assert len(first) >= 3
    assert len(set(first)) == 1
    assert kinds(seen)[len(first) - 1 :] == [
        f"disposition.{what}.v1" for what in ("created", "acknowledged", "responded", "completed")
    ]


async def _all(routing, state: str) -> bool:
    found = await states(routing)
    return bool(found) and set(found) == {state}


async def test_a_slow_hook_holds_up_no_other_and_no_database_connection(routing, outbound, server, hook):
    slow, quick = await hook(), await hook(CITY)
    await server.answers(slow.path, delay=0.8)
    for _ in range(20):
        await case(routing)
    async with sending(routing, outbound):
        async with asyncio.timeout(2.0):
            await server.wait_for(quick.path, 20)
        assert routing.database.engine.pool.checkedout() <= 1
        assert len(await server.seen(slow.path)) <= 12


async def test_a_hook_gets_no_more_at_once_than_it_may(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, delay=0.5)
    for _ in range(5):
        await case(routing)
    async with sending(routing, outbound, concurrency=2):
        await server.wait_for(mine.path, 2)
        await asyncio.sleep(0.2)
        assert len(await server.seen(mine.path)) == 2


async def test_a_dead_hook_is_suspended_loudly_and_then_left_alone(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, status=503)
    for _ in range(10):
        await case(routing)
    async with sending(routing, outbound, replace(EAGER, suspend_failures=5)):
        await until(lambda: _is(mine, "suspended"))
        count = len(await server.seen(mine.path))
        await asyncio.sleep(0.3)
        assert len(await server.seen(mine.path)) == count
    shown = await mine.get()
    assert (shown["last_error"], set(await states(routing))) == ("HTTP 503", {"waiting"})


async def _is(hook: Hook, state: str) -> bool:
    return (await hook.get())["state"] == state


async def test_a_resumed_hook_is_given_everything_that_waited(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, status=410)
    for _ in range(3):
        await case(routing)
    async with sending(routing, outbound):
        await until(lambda: _is(mine, "suspended"))
        await server.answers(mine.path, status=200)
        assert (await mine.post("resumption")).json()["state"] == "active"
        await until(lambda: _all(routing, "delivered"))


async def test_a_delivery_that_never_gets_through_is_abandoned_and_can_be_replayed(
    routing, outbound, server, hook
):
    mine = await hook()
    await server.answers(mine.path, status=500)
    await case(routing)
    async with sending(routing, outbound, replace(EAGER, patience_seconds=0.2)):
        await until(lambda: _all(routing, "abandoned"))
        await server.answers(mine.path, status=200)
        (line,) = (await mine.get("/deliveries"))["deliveries"]
        at = line["created_at"]
        window = {"first": at, "last": (_time(at) + timedelta(seconds=1)).isoformat(), "only": "abandoned"}
        assert (await mine.post("replay", **window)).json() == {"queued": 1}
        await until(lambda: _all(routing, "delivered"))
    ids = {one["headers"]["webhook-id"] for one in await server.seen(mine.path)}
    assert ids == {line["delivery_id"]}


def _time(text: str):
    from datetime import datetime

    return datetime.fromisoformat(text)


async def test_a_sender_that_died_leaves_its_delivery_to_the_next(routing, outbound, server, hook):
    mine = await hook()
    await server.answers(mine.path, delay=30)
    await case(routing)
    async with sending(routing, Outbound(seconds=30, loopback=True), lease=0.3):
        await server.wait_for(mine.path, 1)
    await server.answers(mine.path, status=200)
    async with sending(routing, outbound):
        await until(lambda: _all(routing, "delivered"))
    assert len(await server.seen(mine.path)) == 2


async def test_two_senders_post_each_delivery_once(routing, outbound, server, hook):
    mine = await hook()
    for _ in range(30):
        await case(routing)
    async with sending(routing, outbound), sending(routing, outbound):
        await until(lambda: _all(routing, "delivered"))
    seen = await server.seen(mine.path)
    assert len(seen) == len({one["headers"]["webhook-id"] for one in seen}) == 30


@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, 302, "HTTP 302"),
        ({"delay": 5}, None, "no answer within 1 s"),
    ],
)
async def test_a_redirect_is_not_followed_and_slowness_is_a_failure(server, hook, how, status, error):
    mine = await hook()
    await server.answers(mine.path, **how)
    tested = (await mine.post("test")).json()
    assert (tested["delivered"], tested["status"], tested["error"]) == (False, status, error)


async def test_the_test_button_posts_one_signed_delivery_and_stands_in_the_log(server, hook):
    mine = await hook()
    tested = (await mine.post("test")).json()
    (seen,) = await server.seen(mine.path)
    (line,) = (await mine.get("/deliveries"))["deliveries"]
    assert (tested["delivered"], line["state"], line["type"]) == (True, "delivered", "webhook.test")
    assert (line["delivery_id"], proves(mine.secret, seen)) == (seen["headers"]["webhook-id"], True)


async def test_an_endless_answer_is_cut_off(server, hook):
    mine = await hook()
    await server.answers(mine.path, body="x" * 5_000_000)
    assert (await mine.post("test")).json()["delivered"] is True


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


async def test_a_removed_hook_hears_nothing_more(routing, outbound, server, api, hook):
    mine = await hook()
    await case(routing)
    assert (await api.delete(mine.base, headers=mine.headers)).status_code == 204
    await case(routing)
    async with sending(routing, outbound):
        await asyncio.sleep(0.2)
    assert (await server.seen(mine.path), await states(routing)) == ([], ["abandoned"])


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
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


async def test_a_name_that_later_leads_to_us_is_not_called(routing, server, hook):
    mine = await hook()
    await case(routing)
    production = Outbound(seconds=1.0)
    await routing.rows_changed("UPDATE webhooks SET url = 'https://localhost/x'")
    async with sending(routing, production):
        await until(lambda: _failed(mine))
    assert "must not be called" in (await mine.get())["last_error"]


async def _failed(hook: Hook) -> bool:
    return (await hook.get())["failures"] > 0


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


async def test_a_fact_that_is_rolled_back_is_posted_to_nobody(routing, hook):
    from services.routing.handlers import record_facts
    from shared.messaging.consumer import Event

    await hook()
    with suppress(RuntimeError):
        async with routing.database.transaction() as tx:
            await record_facts(tx, [Event(uuid4(), verified(report_id=uuid4()))])
            raise RuntimeError
    async with routing.database.transaction() as tx:
        assert (await tx.execute(sa.text("SELECT count(*) FROM webhook_deliveries"))).scalar_one() == 0
