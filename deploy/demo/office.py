"""An office in the middle of its week: what officers' desks look like when people have been writing.

Only to look at: it waits for what it needs next and promises nothing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aio_pika

from deploy.cli.tokens import SAMPLE_OFFICERS
from deploy.demo.picture import photograph
from deploy.demo.stories import Story, stories
from deploy.demo.world import CODE, Filed, World
from shared import contracts as c
from shared.messaging.topology import DEAD
from shared.security.keys import load_signing_key
from shared.security.tokens import issue

DAY = 86_400.0
"""A day passes each second."""
TRANSPORT = "35.3578.dishub"
ANSWER = (
    "Tim kami memeriksa lokasi pada hari yang sama. Perbaikan dikerjakan dua malam ini, mulai pukul 22.00, "
    "supaya lalu lintas siang tidak terganggu."
)
WRITER = {"name": "Sari Wulandari", "email": "sari@pelapor.example"}
"""Who reports, unless nobody shall know."""
ACCOUNTS: tuple[dict[str, Any], ...] = (
    {"login": "ratna", "name": "Ratna Kusumawardhani", "role": "national_admin"},
    {"login": "bagus", "name": "Bagus Prasetyo", "role": "coordinator", "agency": TRANSPORT},
    {"login": "wulan", "name": "Wulan Sri Rahayuningtyas Kusumaningrum, S.Sos., M.A.P.", "role": "liaison",
     "agency": TRANSPORT},
    {"login": "made", "name": "I Made Sudarsana", "role": "coordinator", "agency": "kl.kemensos"},
    {"login": "sari", "name": "Sari Hutapea", "role": "supervisor"},
    {"login": "joko", "name": "Joko Widianto", "role": "operator"},
    {"login": "tari", "name": "Tari Anggraini", "role": "auditor"},
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """What there is to look at afterwards."""

    waiting: Filed
    """Undecided, with others like it."""
    secret: Filed
    answered: Filed
    """At the transport office, which has answered."""
    leg_id: str
    letter: str
    """A message that nobody could read, among the dead letters."""
    tokens: dict[str, str]
    """By the name of the officer."""
    workday: str
    """Not far ahead, in ISO form."""
    account: str
    """A reporter's session, in an account that holds some of the reports."""


def tokens_of(world: World) -> dict[str, str]:
    """A token for each of the sample officers, by name."""
    key = load_signing_key(world.place.token_private_key)
    return {officer.id: issue(key, officer, timedelta(hours=2)) for officer in SAMPLE_OFFICERS}


async def week(world: World) -> Office:
    """Everything that came in, and what has been done about some of it."""
    tokens = tokens_of(world)
    for account in ACCOUNTS:
        await world.http.post("/v1/officers", json=account, headers=_as(tokens["ratna"]))
    earlier = [await _filed(world, story) for story in stories()["earlier"]]
    legs = [await _forwarded(world, filed) for filed in earlier]
    await _say(world, tokens, legs[0], "acknowledgement")
    await _say(world, tokens, legs[1], "responses", text=ANSWER)
    await _say(world, tokens, legs[2], "question", text="Di sisi jalan yang mana lampunya padam?")
    await _pass(world, 5)
    for filed in [await _filed(world, story) for story in stories()["later"]][:2]:
        await _forwarded(world, filed)
    await _pass(world, 2)
    waiting = [await _filed(world, story) for story in stories()["waiting"]]
    secret = next(filed for story, filed in zip(stories()["waiting"], waiting, strict=True) if story.secret)
    for name in ("ratna", "sari", "ratna"):
        await world.http.get(f"/v1/cases/{secret.report_id}", headers=_as(tokens[name]))
    letter = await _unread(world)
    await world.settle()
    session = await account_of(world, earlier[1], waiting[0])
    workday = (await world.ordinary_day(timedelta(days=2))).isoformat()
    return Office(waiting[0], secret, earlier[1], str(legs[1].leg_id), letter, tokens, workday, session)


async def account_of(world: World, *own: Filed) -> str:
    """Sign a reporter in, with these reports in the account."""
    contact = {"email": "warga@contoh.id"}

    async def told() -> list[str]:
        found = [message["text"] for message in await world.messages() if contact["email"] in message["to"]]
        return [code[0] for text in found if (code := re.search(r"\b\d{6}\b", text))]

    async def newer() -> str | None:
        codes = await told()
        return codes[-1] if len(codes) > before else None

    before = len(await told())
    await world.ok(await world.http.post("/v1/accounts/codes", json=contact), 202)
    code = await world.until(newer, "the code has come")
    signed = await world.ok(
        await world.http.post("/v1/accounts/sessions", json={**contact, "code": code}), 201
    )
    for filed in own:
        body = {"tracking_id": filed.tracking_id, "access_code": filed.access_code}
        await world.http.post("/v1/accounts/me/claims", json=body, headers=_as(signed["token"]))
    return str(signed["token"])


async def _filed(world: World, story: Story) -> Filed:
    known = {} if story.anonymous else {"contact": WRITER}
    filed = await world.file("A", **story.body(), **known)
    if story.photo:
        headers = {CODE: filed.access_code, "Content-Type": "image/png"}
        path = f"/v1/reports/{filed.tracking_id}/evidence"
        await world.ok(await world.http.post(path, content=photograph(), headers=headers), 201)
    await world.case_exists(filed.report_id)
    return filed


async def _forwarded(world: World, filed: Filed) -> Any:
    """Verified and sent to the transport office; its leg."""
    body = {"classification": "non_supervision", "category": "transportasi", "agencies": [TRANSPORT]}
    await world.decide(filed.report_id, "verification", **body)
    return await world.heard(
        lambda fact: isinstance(fact, c.DispositionCreated) and fact.report_id == filed.report_id,
        "the office has it",
        60,
    )


async def _say(world: World, tokens: dict[str, str], leg: Any, word: str, **body: Any) -> None:
    path = f"/v1/dispositions/{leg.leg_id}/{word}"
    await world.http.post(path, json=body or None, headers=_as(tokens["wulan"]))


async def _unread(world: World) -> str:
    """Park a message that no consumer could read; its id."""
    letter = str(uuid4())
    headers: dict[str, Any] = {
        "x-lapor-attempts": 1,
        "x-lapor-reason": "report.replied.v1: field required: text",
        "x-lapor-routing-key": "report.replied",
    }
    async with await aio_pika.connect(world.place.amqp_url) as connection:
        dead = await (await connection.channel()).get_exchange(DEAD)
        message = aio_pika.Message(
            b"{}", message_id=letter, type="report.replied.v1", timestamp=datetime.now(UTC), headers=headers
        )
        await dead.publish(message, "sla.facts", mandatory=True)
    return letter


async def _pass(world: World, days: int) -> None:
    """Let days go by."""
    until = world.now() + timedelta(days=days)
    world.run_time(DAY)

    async def gone() -> bool:
        return world.now() >= until

    await world.until(gone, "days go by", 60)
    world.run_time(1.0)
    await world.settle()


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
