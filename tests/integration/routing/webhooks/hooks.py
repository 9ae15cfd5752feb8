"""A registered hook, the cases it hears of, and a sender at work."""

import asyncio
import base64
import hmac
import json
from contextlib import asynccontextmanager
from hashlib import sha256
from uuid import uuid4

from services.routing.webhooks.policy import Policy
from services.routing.webhooks.sender import Sender
from shared.contracts import CaseVerified
from tests.integration.routing.conftest import VAULT
from tests.unit.routing.stories import ANSWER, DONE, verified

ROADS, CITY = "35.3578.dpubm", "35.3578"
EAGER = Policy(retry_seconds=0.05, patience_seconds=60, suspend_failures=10_000, suspend_seconds=0)


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


async def all_are(routing, state: str) -> bool:
    found = await states(routing)
    return bool(found) and set(found) == {state}


async def until(check, seconds: float = 40.0) -> None:
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
