"""One report's life over HTTP: filed, verified, answered, completed, accepted, read; every step repeatable.

A step that meets an outage is tried again with the same content and the same `Idempotency-Key`, as a
well-behaved client does; a step that turns out to have been done already counts as done.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

import aiohttp

from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue

CODE = "LAPOR-Access-Code"
OUTAGE = frozenset({429, 500, 502, 503, 504})
AGENCY = "35.3578.dishub"
LOOK_SECONDS = 0.2


class LifeFailed(Exception):
    """A step did not come to its end; says which, and what was answered."""


@dataclass
class Timings:
    """Seconds of each HTTP call by step, and how many calls met an outage, by step and kind."""

    calls: dict[str, list[float]] = field(default_factory=dict)
    outages: Counter[str] = field(default_factory=Counter)

    def add(self, step: str, seconds: float) -> None:
        self.calls.setdefault(step, []).append(seconds)


@dataclass(frozen=True)
class Answer:
    """What the gateway said."""

    status: int
    body: Any


@dataclass
class Life:
    """What one report went through."""

    key: str
    number: int = 0
    tracking_id: str = ""
    access_code: str = ""
    report_id: str = ""
    legs: tuple[str, ...] = ()


class Lives:
    """Reporters and officers behind one gateway. `patience` is how long one step may take, in seconds."""

    def __init__(
        self, gateway_url: str, token_private_key: str, *, connections: int, patience: float = 30.0
    ) -> None:
        self.http = aiohttp.ClientSession(
            gateway_url,
            timeout=aiohttp.ClientTimeout(15),
            connector=aiohttp.TCPConnector(limit=connections),
        )
        self.timings = Timings()
        self._cases: dict[str, str] = {}
        self._legs: dict[str, str] = {}
        self._desks: list[asyncio.Task[None]] = []
        self._patience = patience
        key = load_signing_key(token_private_key)
        self._verifier = _bearer(issue(key, Officer("verifier-1", Role.NATIONAL_ADMIN), timedelta(hours=2)))
        self._liaison = _bearer(issue(key, Officer("liaison-1", Role.LIAISON, AGENCY), timedelta(hours=2)))

    async def __aenter__(self) -> Self:
        self._desks = [
            asyncio.create_task(self._work_through("/v1/cases?status=received", self._verifier, self._case)),
            asyncio.create_task(
                self._work_through("/v1/dispositions?state=created", self._liaison, self._leg)
            ),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for desk in self._desks:
            desk.cancel()
        await asyncio.gather(*self._desks, return_exceptions=True)
        await self.http.close()

    async def live(self, number: int, *, accept: bool = True) -> Life:
        """A whole life; returns what it left behind. Raises LifeFailed."""
        life = Life(key=str(uuid4()), number=number)
        await self.file(life)
        await self.verify(life)
        await self.answer(life)
        await self.see(life, "awaiting_reporter")
        if accept:
            await self.accept(life)
            await self.see(life, "closed")
        return life

    async def file(self, life: Life) -> None:
        number = life.number
        body = {
            "title": f"Lampu lalu lintas padam nomor {number}",
            "text": f"Lampu lalu lintas di simpang {number} padam sejak pagi, berbahaya bagi pejalan kaki.",
            "category": "transportasi",
            "place": {"region": "35.78"},
            "contact": {"name": f"Pelapor {number}", "email": f"pelapor-{number}@pelapor.example"},
        }
        headers = {"Idempotency-Key": life.key}
        answer = await self._step("file", "POST", "/v1/reports", {201}, json=body, headers=headers)
        life.tracking_id, life.access_code = answer["tracking_id"], answer["access_code"]

    async def verify(self, life: Life) -> None:
        life.report_id = await self._noticed("the case is on the desk", self._cases, _plain(life.tracking_id))
        body = {"classification": "non_supervision", "category": "transportasi", "agencies": [AGENCY]}
        path = f"/v1/cases/{life.report_id}/verification"
        await self._step("verify", "POST", path, {200, 409}, json=body, headers=self._verifier)

    async def answer(self, life: Life) -> None:
        leg = await self._noticed("the leg is on the agency's desk", self._legs, life.report_id)
        life.legs = (leg,)
        for word, text in (
            ("responses", "Petugas kami sudah memeriksa lampu di simpang itu."),
            ("completion", "Lampu telah diganti dan kembali menyala sejak siang ini."),
        ):
            path = f"/v1/dispositions/{life.legs[0]}/{word}"
            await self._step(word, "POST", path, {200, 202, 409}, json={"text": text}, headers=self._liaison)

    async def see(self, life: Life, status: str) -> None:
        """Read the tracking page until it shows this status, or the one that ends the life."""

        async def shown() -> bool:
            page = await self._step("read", "GET", self._report(life), {200}, headers=_code(life))
            return page["status"] in {status, "closed"}

        await self._until(f"the page shows {status}", shown, first=0.6, pause=0.4)

    async def _work_through(self, path: str, officer: dict[str, str], note: Callable[[Any], None]) -> None:
        """Look at an officer's list again and again, as a desk does: one look serves all who wait."""
        while True:
            answer = await self._call("list", "GET", f"{path}&limit=200", headers=officer)
            if answer is not None and answer.status == 200:
                note(answer.body)
            await asyncio.sleep(LOOK_SECONDS)

    def _case(self, page: Any) -> None:
        self._cases |= {line["tracking_id"]: line["report_id"] for line in page["cases"]}

    def _leg(self, page: Any) -> None:
        self._legs |= {line["report_id"]: line["leg_id"] for line in page["dispositions"]}

    async def accept(self, life: Life) -> None:
        path = self._report(life, "/acceptance")
        await self._step("accept", "POST", path, {202, 409}, json={}, headers=_code(life))

    def _report(self, life: Life, rest: str = "") -> str:
        return f"/v1/reports/{life.tracking_id}{rest}"

    async def _step(
        self, step: str, method: str, path: str, expected: set[int], **options: Any
    ) -> dict[str, Any]:
        async def done() -> Any:
            answer = await self._call(step, method, path, **options)
            if answer is None:
                return None
            if answer.status not in expected:
                raise LifeFailed(f"{step}: {method} {path} answered {answer.status}: {answer.body}")
            return answer

        return dict((await self._until(f"{step} succeeds", done)).body)

    async def _call(self, step: str, method: str, path: str, **options: Any) -> Answer | None:
        """One request; None where there was an outage."""
        started = time.perf_counter()
        try:
            async with self.http.request(method, path, **options) as response:
                answer = Answer(response.status, await response.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.timings.outages[f"{step}: {type(error).__name__}"] += 1
            return None
        if answer.status in OUTAGE:
            self.timings.outages[f"{step}: {answer.status}"] += 1
            return None
        self.timings.add(step, time.perf_counter() - started)
        return answer

    async def _until(
        self, what: str, attempt: Callable[[], Awaitable[Any]], *, first: float = 0.0, pause: float = 0.2
    ) -> Any:
        """Try until something comes of it, after `first` seconds and then ever less often from `pause` on."""
        deadline = time.monotonic() + self._patience
        await asyncio.sleep(first)
        while time.monotonic() < deadline:
            if result := await attempt():
                return result
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 1.5)
        raise LifeFailed(f"not within {self._patience:.0f} s: {what}")

    async def _noticed(self, what: str, desk: dict[str, str], key: str) -> str:
        """Wait until an officer's list, which all who wait look at, shows it; asks the system nothing."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if (found := desk.get(key)) is not None:
                return found
            await asyncio.sleep(0.02)
        raise LifeFailed(f"not within {self._patience:.0f} s: {what}")


def _plain(tracking_id: str) -> str:
    return tracking_id.replace("-", "")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _code(life: Life) -> dict[str, str]:
    return {CODE: life.access_code}
