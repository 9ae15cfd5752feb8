"""What officers wait for with a million cases: pages, decisions, candidates for duplicates, suggestions.

The whole way through the service's own application but the network and the gateway.
"""

import os
import time
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import sqlalchemy as sa

from bench.parts.made_up import COPIES, NOW, REGENCIES, VOCABULARY, report_id
from bench.parts.timing import ROUNDS, timed
from bench.results import Result
from services.verification.api import router
from services.verification.audit import Checked, verify
from services.verification.settings import Settings
from services.verification.suggestions import store
from services.verification.suggestions.features import Text
from services.verification.suggestions.learning import Mind
from services.verification.suggestions.model import Example, Model, Subject
from shared.clock import SystemClock
from shared.db.database import Database
from shared.security.keys import generate_keys, load_signing_key
from shared.security.limits import RateLimiter
from shared.security.tokens import Officer, Role, issue
from shared.service import Service
from shared.web.edge import Edge

AGENCIES = 650
"""As many labels as there are agencies in the country."""
QUEUES: dict[str, dict[str, Any]] = {
    "first page": {},
    "waiting for verification": {"status": "received"},
    "of a category, free ones": {"status": "received", "category": "kategori 3", "free": True},
    "of a regency": {"region": REGENCIES[40]},
    "of an agency": {"agency": "11.1101"},
    "of a small agency": {"agency": "44.4411"},
    "older than a year": {"older_than_days": 365, "status": "received"},
}


class Clock(SystemClock):
    """Stands still where the made-up cases end."""

    def now(self) -> datetime:
        return NOW


class Desk:
    """The service's application over the filled database, and clients for its officers."""

    def __init__(self, url: str) -> None:
        keys = generate_keys()
        self._keys, self.mind = keys, Mind()
        settings = Settings(
            database_url=url,
            broker_url="amqp://nobody@127.0.0.1/",
            token_public_key=keys["LAPOR_TOKEN_PUBLIC_KEY"],
            roles="api",
        )
        self.service = Service(
            name="verification",
            settings=settings,
            routers=[router],
            resources={
                "mind": self.mind,
                "similar_source_limit": RateLimiter("1000000/minute"),
                "similar_limit": RateLimiter("1000000/minute"),
            },
        )
        self.service.database = self.database = Database(url, Clock())
        self.service.clock = Clock()
        self._transport = httpx.ASGITransport(Edge(self.service.http()))

    def client(self, role: Role, agency: str | None = None) -> httpx.AsyncClient:
        key = self._keys["LAPOR_TOKEN_PRIVATE_KEY"]
        token = issue(key, Officer(f"{role}-1", role, agency), timedelta(hours=2))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            transport=self._transport, base_url="http://bench", headers=headers, timeout=60
        )


async def queues(desk: Desk) -> list[Result]:
    results = []
    admin, coordinator = desk.client(Role.NATIONAL_ADMIN), desk.client(Role.COORDINATOR, "11.1101")
    for name, question in QUEUES.items():

        async def page(_: int, question: dict[str, Any] = question) -> httpx.Response:
            return await admin.get("/v1/cases", params=question)

        results += await timed(f"queue, {name}", page, 50.0, 60)

    async def own(_: int) -> httpx.Response:
        return await coordinator.get("/v1/cases")

    return results + await timed("queue, a city's coordinator", own, 50.0, 60)


async def decisions(desk: Desk, cases: int) -> list[Result]:
    """Cases of the queue are verified and archived for good, each once."""
    admin = desk.client(Role.NATIONAL_ADMIN)
    waiting = list(range(0, cases, 20))

    async def verification(n: int) -> httpx.Response:
        body = {"classification": "non_supervision", "category": "Infrastruktur"}
        return await admin.post(f"/v1/cases/{report_id(waiting[n])}/verification", json=body)

    async def archiving(n: int) -> httpx.Response:
        body = {"reason": "unintelligible"}
        return await admin.post(f"/v1/cases/{report_id(waiting[-n - 1])}/archiving", json=body)

    return [
        *await timed("decision, verification", verification, 80.0),
        *await timed("decision, archiving", archiving, 80.0),
    ]


async def duplicates(desk: Desk, cases: int) -> list[Result]:
    """Candidates for reports of whose matter an earlier one tells; and how many of those are found."""
    admin, bar = desk.client(Role.NATIONAL_ADMIN), 150.0 if cases <= 1_000_000 else 300.0
    step = max(COPIES, cases // (ROUNDS + 2) // COPIES * COPIES)
    found = []

    async def candidates(n: int) -> httpx.Response:
        copy = COPIES - 1 + n * step
        answer = await admin.get(f"/v1/cases/{report_id(copy)}/duplicates")
        ids = [one["case"]["report_id"] for one in answer.json()["candidates"]]
        found.append(str(report_id(copy - 50)) in ids)
        return answer

    async def similar(n: int) -> httpx.Response:
        words = " ".join(VOCABULARY[(n * 7919 + place * place * 31) % 4000] for place in range(25))
        body = {"text": words, "region": REGENCIES[n % len(REGENCIES)]}
        return await admin.post("/v1/cases/similar", json=body)

    results = await timed(f"candidates for duplicates, {cases:,} reports", candidates, bar)
    results.append(Result("  found of those told twice", 100 * sum(found) / len(found), "%"))
    results += await timed(f"reports like a text, {cases:,} reports", similar, bar)
    return results + await sizes(desk)


async def sizes(desk: Desk) -> list[Result]:
    query = "SELECT pg_table_size('sketches') AS rows, pg_indexes_size('sketches') AS indexes"
    async with desk.database.reading() as tx:
        [row] = (await tx.execute(sa.text(query))).all()
    return [
        Result("  sketches on disk", float(row.rows) / 1e6, "MB"),
        Result("  their indexes", float(row.indexes) / 1e6, "MB"),
    ]


async def suggestions(desk: Desk, cases: int) -> list[Result]:
    """With as many agencies as there are in the country, learned from a few made-up decisions each."""
    model, started = Model(), time.perf_counter()
    examples = [
        Example(
            Text("", " ".join(VOCABULARY[(n * 13 + place * 7) % 4000] for place in range(30)), "35.78"),
            {Subject.AGENCY: f"a{n % AGENCIES}", Subject.CATEGORY: f"kategori {n % 21}"},
        )
        for n in range(2 * AGENCIES)
    ]
    for start in range(0, len(examples), 100):
        model.learn(examples[start : start + 100])
    learning = time.perf_counter() - started
    started = time.perf_counter()
    body = model.to_bytes()
    keeping = time.perf_counter() - started
    async with desk.database.transaction() as tx:
        await tx.execute(sa.text("TRUNCATE models"))
        await store.keep(tx, 1, len(examples), body)
    admin = desk.client(Role.NATIONAL_ADMIN)

    async def suggested(n: int) -> httpx.Response:
        return await admin.get(f"/v1/cases/{report_id(n * 997 % cases)}/suggestions")

    return [
        *await timed(f"suggestions, {AGENCIES} agencies", suggested, 20.0),
        Result("  learned", len(examples) / learning, "per s"),
        Result("  weights in memory", model.size / 1e6, "MB"),
        Result("  as kept", len(body) / 1e6, "MB"),
        Result("  made ready to be kept in", 1000 * keeping, "ms"),
    ]


async def audit(desk: Desk) -> list[Result]:
    """Every chain recomputed, as `lapor audit verify` does it: by all cores."""
    key = load_signing_key(generate_keys()["LAPOR_AUDIT_PRIVATE_KEY"])
    checked, started, worked = Checked(), time.perf_counter(), _worked()
    everything = verify(desk.database, key.public_key(), checked, processes=os.cpu_count() or 1)
    wrong = [finding async for finding in everything]
    seconds = time.perf_counter() - started
    assert not wrong, wrong[:3]
    per_million = seconds / checked.entries * 1e6
    own = (_worked() - worked) / checked.entries * 1e6
    return [
        Result(
            f"audit log of {checked.entries:,} entries, by the million", per_million, "s",
            bar=60.0, ok=per_million < 60,
        ),
        Result("  processor time without PostgreSQL's", own, "µs an entry"),
    ]  # fmt: skip


def _worked() -> float:
    """Seconds of processor time of this process and of those it started and that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


async def database_size(url: str) -> Result:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        size = await connection.fetchval("SELECT pg_database_size(current_database())")
    finally:
        await connection.close()
    return Result("the whole database", size / 1e9, "GB")
