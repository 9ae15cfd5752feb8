"""The intake service on real servers: its HTTP, its handlers, and ways to read what it said and kept."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from services.intake.api import routers
from services.intake.channels import adapters
from services.intake.channels.sms import SmsPart, decode
from services.intake.channels.sms_collecting import SmsCollector
from services.intake.desk import Desk, open_desk
from services.intake.handlers import SUBSCRIPTIONS
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared import contracts as c
from shared.contracts import CaseStatus, Channel, Fact
from shared.contracts.codec import decode as decode_fact
from shared.db.database import Database
from shared.messaging.consumer import Event
from shared.messaging.envelope import Envelope
from shared.security.codes import parse_tracking_id
from shared.security.sealing import Unsealer
from shared.security.signatures import HEADER, sign
from shared.security.tokens import TokenVerifier
from shared.web.edge import Edge
from shared.web.problems import install_problem_handlers

from .channel_servers import broker, gateway, partner_url, served  # noqa: F401 - fixtures
from .desk_officers import officers_desk  # noqa: F401 - a fixture
from .reader import pages, read  # noqa: F401 - fixtures
from .reveal_officers import officers  # noqa: F401 - a fixture

_NO_TIME = timedelta()
REPORT = {
    "title": "Pungutan liar di terminal",
    "text": "Petugas meminta uang kepada setiap sopir di pintu masuk terminal lama.",
    "place": {"region": "35.78", "description": "Terminal lama"},
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(2000)
ACCESS = "LAPOR-Access-Code"


@dataclass
class Filed:
    """What a reporter holds, and the id that only we know."""

    tracking_id: str
    access_code: str
    report_id: UUID

    @property
    def url(self) -> str:
        return f"/v1/reports/{self.tracking_id}"

    @property
    def code(self) -> dict[str, str]:
        return {ACCESS: self.access_code}


class Intake:
    """Drives the service as its gateway, its worker and its reporters do."""

    def __init__(self, desk: Desk, http: httpx.AsyncClient, unsealer: Unsealer) -> None:
        self.desk, self.http, self.database, self.unsealer = desk, http, desk.database, unsealer
        self.collector = SmsCollector(desk.keys, 900, floor=_NO_TIME)
        self.handlers = SUBSCRIPTIONS[0].handlers

    async def file(self, headers: dict[str, str] | None = None, **changes: Any) -> Filed:
        answer = await self.http.post("/v1/reports", json={**REPORT, **changes}, headers=headers or {})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        rows = await self.rows(
            "SELECT report_id FROM reports WHERE tracking_id = :id", id=parse_tracking_id(body["tracking_id"])
        )
        return Filed(body["tracking_id"], body["access_code"], rows[0].report_id)

    async def hear(self, *facts: Fact, event_id: UUID | None = None) -> None:
        """Handle facts as the worker does, one transaction each."""
        for fact in facts:
            await self.hear_together(fact, event_id=event_id)

    async def hear_together(self, *facts: Fact, event_id: UUID | None = None) -> None:
        """Handle facts as the worker does when they come together: in one transaction."""
        (together,) = {self.handlers[type(fact)] for fact in facts}
        async with self.database.transaction() as tx:
            await together.handle(tx, [Event(event_id or uuid7(), fact) for fact in facts])

    async def status(self, report_id: UUID, version: int, status: CaseStatus, **more: Any) -> None:
        """Verification says that a case has this status now."""
        values = {"anonymous": False, "secret": False, "tracking_id": "K7MQ3XW9FA", **more}
        await self.hear(
            c.CaseStatusChanged(
                report_id=report_id, occurred_at=self.database.clock.now(), case_version=version,
                status=status, **values,
            )
        )  # fmt: skip

    async def hook(self, text: str, *, part: dict[str, Any] | None = None, **changes: Any) -> httpx.Response:
        """An SMS as its gateway delivers it."""
        message = {
            "id": str(uuid4()), "from": "+628123456789", "to": "1708", "text": text,
            "received_at": "2026-07-06T09:00:00+07:00", **({"part": part} if part else {}), **changes,
        }  # fmt: skip
        return await self.signed(json.dumps(message).encode())

    async def signed(self, body: bytes, *, channel: str = "sms", at: float | None = None) -> httpx.Response:
        signature = sign(self.desk.secrets["sms"], body, at=at or time.time())
        return await self.http.post(f"/v1/channels/{channel}", content=body, headers={HEADER: signature})

    async def sms(self, text: str, ref: str = "", number: int = 1, total: int = 1, **changes: Any) -> None:
        """An SMS as its worker reads it from the queue."""
        hook = {
            "id": str(uuid4()), "from": "+628123456789", "to": "1708", "text": text,
            "received_at": "2026-07-06T09:00:00+07:00", **changes,
        }  # fmt: skip
        if ref:
            hook["part"] = {"ref": ref, "number": number, "total": total}
        adapter = self.desk.adapters[Channel.SMS]
        (message,) = adapter.translate(json.dumps(hook).encode(), self.database.clock.now())
        await self.collect(decode(envelope(message.message_id, message.type, message.body)))

    async def collect(self, part: SmsPart) -> None:
        async with self.database.transaction() as tx:
            await self.collector.collect_sms(tx, part)

    async def said(self, fact: type[Fact] | None = None) -> list[Any]:
        """Everything in the outbox, in order, or the facts of one type."""
        rows = await self.rows("SELECT type, body FROM outbox ORDER BY id")
        facts = [decode_fact(row.type, row.body) for row in rows]
        return [one for one in facts if fact is None or isinstance(one, fact)]

    async def answers(self) -> list[str]:
        """What those who wrote are told, opened as notify opens it."""
        facts = await self.said(c.AnswerRequested)
        assert not any(fact.text for fact in facts)
        return [self.unsealer.unseal_answer(fact.report_id, fact.sealed) or "" for fact in facts]

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.database.transaction() as tx:
            return list((await tx.execute(sa.text(statement), values)).all())

    async def count(self, table: str) -> int:
        return (await self.rows(f"SELECT count(*) AS n FROM {table}"))[0].n


def envelope(message_id: UUID, type_: str | None, body: bytes) -> Envelope:
    return Envelope(
        message_id=message_id, type=type_, routing_key="inbound.sms", body=body, traceparent=None, attempts=0,
        history=(),
    )  # fmt: skip


def intake_settings(stack: Any, keys: dict[str, str], **changes: Any) -> Settings:
    store = stack.s3
    given: dict[str, Any] = {
        "database_url": stack.database_url("intake"),
        "broker_url": stack.amqp_url("intake"),
        "token_public_key": keys["LAPOR_TOKEN_PUBLIC_KEY"],
        "seal_public_key": keys["LAPOR_SEAL_PUBLIC_KEY"],
        "reveal_public_key": keys["LAPOR_REVEAL_PUBLIC_KEY"],
        "evidence_public_key": keys["LAPOR_EVIDENCE_PUBLIC_KEY"],
        "link_public_key": keys["LAPOR_LINK_PUBLIC_KEY"],
        "code_pepper": keys["LAPOR_CODE_PEPPER"],
        "receipt_private_key": keys["LAPOR_RECEIPT_PRIVATE_KEY"],
        "channel_secrets": keys["LAPOR_CHANNEL_SECRETS"],
        "whatsapp_verify_token": keys["LAPOR_WHATSAPP_VERIFY_TOKEN"],
        "reply_key": keys["LAPOR_REPLY_KEY"],
        "s3_endpoint": store.endpoint,
        "s3_access_key": store.access_key,
        "s3_secret_key": store.secret_key,
        "s3_secure": False,
        "evidence_max_bytes": 1_000_000,
        "evidence_max_files": 3,
    }
    return Settings(**{**given, **changes})


def _application() -> FastAPI:
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    install_problem_handlers(app)
    return app


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """Built once: reading the models of all routes takes longer than most tests."""
    return _application()


@pytest.fixture
async def open_intake(stack, keys, database, clock, application):
    """Opens the service with some settings changed; its tables are emptied first."""
    clients: list[httpx.AsyncClient] = []

    async def open_one(**changes: Any) -> Intake:
        settings = intake_settings(stack, keys, **changes)
        keyring = Keyring(settings)
        db: Database = await database("intake")
        # One application serves a test; a test that opens a second service has another one built for it.
        app = _application() if clients else application
        app.state.desk = open_desk(settings, keyring, adapters(settings, keyring), db, clock)
        app.state.tokens = TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"])
        transport = httpx.ASGITransport(app=Edge(app), raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://intake"))
        return Intake(app.state.desk, clients[-1], Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]))

    yield open_one
    for client in clients:
        await client.aclose()


@pytest.fixture
async def intake(open_intake: Callable[..., Any]) -> Intake:
    return await open_intake()
