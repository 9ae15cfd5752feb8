"""The people of the journeys and what they can do: reporters, officers, the SMS gateway, and the clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from deploy.demo.agency import Agency
from deploy.demo.place import Place, describe_refusal
from deploy.demo.timeline import Timeline
from deploy.demo.watch import Watch
from shared import contracts as c
from shared.calendar import Zone
from shared.clock import FileClock, write_clock
from shared.contracts.base import Fact
from shared.security.codes import parse_tracking_id
from shared.security.keys import load_signing_key
from shared.security.signatures import HEADER, sign
from shared.security.tokens import Officer, Role, issue

CODE = "LAPOR-Access-Code"
START = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""Monday 6 July 2026, 09:00 in Jakarta: the calendar ahead is known, with one holiday in it."""


class ExpectationFailed(AssertionError):
    """The system did not do what it promises; the text says which promise."""


@dataclass(frozen=True)
class Filed:
    """What a reporter holds after filing."""

    report_id: UUID
    tracking_id: str
    access_code: str
    receipt: str


class World:
    """Everything a journey touches. Use as an async context manager."""

    def __init__(self, place: Place, timeline: Timeline) -> None:
        self.place, self.timeline = place, timeline
        self.clock = FileClock(place.clock_file)
        self.http = httpx.AsyncClient(base_url=place.gateway_url, timeout=20)
        self.agencies: dict[str, Agency] = {}
        self.expectations = 0
        self.began = START
        self._watch = Watch(place.amqp_url, timeline.hear)
        verifier = Officer(id="verifier-1", role=Role.NATIONAL_ADMIN)
        self._officer = {"Authorization": f"Bearer {self._sign(verifier)}"}

    def _sign(self, officer: Officer) -> str:
        return issue(load_signing_key(self.place.token_private_key), officer, timedelta(hours=1))

    async def __aenter__(self) -> Self:
        await self._watch.start()
        self.began = self.now()
        return self

    async def __aexit__(self, *_: object) -> None:
        for agency in self.agencies.values():
            await agency.close()
        await self._watch.stop()
        await self.http.aclose()

    def now(self) -> datetime:
        return self.clock.now()

    def run_time(self, speed: float) -> None:
        """From this instant let `speed` seconds pass in every real second."""
        write_clock(self.place.clock_file, self.now(), speed)

    async def agency(self, code: str) -> Agency:
        """The agency's own system, connected."""
        if code not in self.agencies:
            self.agencies[code] = Agency(code)
            await self.agencies[code].connect(self.place)
        return self.agencies[code]

    async def file(self, tag: str, **report: Any) -> Filed:
        """File a report over HTTP, as the web form and the applications do."""
        answer = await self.ok(
            await self.http.post("/v1/reports", json=report, headers={"Idempotency-Key": str(uuid4())}), 201
        )
        fact = await self.heard(
            lambda f: (
                isinstance(f, c.ReportSubmitted) and f.tracking_id == parse_tracking_id(answer["tracking_id"])
            ),
            "the report is on the bus",
        )
        self.timeline.follow(fact.report_id, tag)
        return Filed(fact.report_id, answer["tracking_id"], answer["access_code"], answer["receipt"])

    async def send_sms(self, **message: Any) -> None:
        """What the SMS gateway posts, signed as it signs."""
        body = json.dumps({"received_at": self.now().isoformat(), **message}).encode()
        headers = {HEADER: sign(self.place.sms_secret, body), "Content-Type": "application/json"}
        await self.ok(await self.http.post("/v1/channels/sms", content=body, headers=headers), 200, 202)

    async def word(self, filed: Filed, word: str, **body: Any) -> dict[str, Any]:
        """A later word of the reporter, with the access code."""
        path = f"/v1/reports/{filed.tracking_id}/{word}"
        return await self.ok(
            await self.http.post(path, json=body, headers={CODE: filed.access_code}), 200, 201, 202
        )

    async def shows(self, agency: str, filed: Filed, leg_id: UUID, photo: bytes) -> str:
        """An agency's officer sends a photo of its work; returns its id once a completion can name it."""
        officer = {"Authorization": f"Bearer {self._sign(Officer('liaison-1', Role.LIAISON, agency))}"}
        path, leg = f"/v1/reports/{filed.tracking_id}/evidence", {"leg_id": str(leg_id)}
        sent = await self.ok(await self.http.post(path, content=photo, params=leg, headers=officer), 201)

        async def checked() -> bool:
            answer = await self.ok(await self.http.get(f"/v1/dispositions/{leg_id}", headers=officer), 200)
            return sent["evidence_id"] in {one["evidence_id"] for one in answer["own_evidence"]}

        await self.until(checked, "the agency's photo was checked and can be named")
        return str(sent["evidence_id"])

    async def decide(self, report_id: UUID, decision: str, **body: Any) -> dict[str, Any]:
        """A verification officer's decision."""
        path = f"/v1/cases/{report_id}/{decision}"
        return await self.ok(await self.http.post(path, json=body, headers=self._officer), 200)

    async def decree(self, day: date, name: str, *, dry_run: bool) -> dict[str, Any]:
        """A national holiday, put on record by a national admin; a dry run only tells what it would do."""
        body = {
            "source": f"Keputusan Presiden (contoh) tentang {name}",
            "decided": self.now().astimezone(Zone.WIB.tz).date().isoformat(),
            "added": [{"date": day.isoformat(), "kind": "national", "name": name, "name_en": name}],
            "dry_run": dry_run,
        }
        path = "/v1/calendars/indonesia/amendments"
        return await self.ok(await self.http.post(path, json=body, headers=self._officer), 200, 201)

    async def ordinary_day(self, after: timedelta) -> date:
        """The first day from then on on which everybody works."""
        day = (self.now() + after).astimezone(Zone.WIB.tz).date()
        answer = await self.ok(await self.http.get("/v1/calendars", params={"year": day.year}), 200)
        free = {listed["date"] for listed in answer["calendars"][0]["days"]}
        while day.weekday() >= 5 or day.isoformat() in free:
            day += timedelta(days=1)
        return day

    async def explained(self, clock: c.ClockKind, **question: Any) -> str:
        """What anybody is told who asks why a deadline is what it is."""
        answer = await self.http.post("/v1/deadlines/explain", json={"clock": clock, **question})
        return str((await self.ok(answer, 200))["sentence_en"])

    async def track(self, tracking_id: str, access_code: str | None = None) -> httpx.Response:
        headers = {CODE: access_code} if access_code else {}
        return await self.http.get(f"/v1/reports/{tracking_id}", headers=headers)

    async def ok(self, response: httpx.Response, *expected: int) -> dict[str, Any]:
        self.expect(
            response.status_code in expected,
            f"{response.request.method} {response.request.url.path} answered {response.status_code}: "
            f"{describe_refusal(response.text)}",
        )
        return dict(response.json())

    async def case_exists(self, report_id: UUID) -> None:
        """Wait until the verification desk can see the case."""

        async def visible() -> bool:
            return (await self.http.get(f"/v1/cases/{report_id}", headers=self._officer)).status_code == 200

        await self.until(visible, "the verification desk sees the case")

    async def messages(self) -> list[dict[str, Any]]:
        """Every mail and SMS that the providers have been handed."""
        return list((await self.http.get(f"{self.place.catcher_url}/messages")).json())

    async def mail(self, to: str, containing: str, what: str) -> dict[str, Any]:
        """Wait for a mail or SMS to this address with these words in it."""

        async def arrived() -> Any:
            for message in await self.messages():
                if to in message["to"] and containing in " ".join(message["text"].split()):
                    return message
            return None

        return dict(await self.until(arrived, what))

    async def settle(self, quiet: float = 1.0, seconds: float = 20.0) -> None:
        """Wait until nothing has been heard for a while."""

        async def still() -> bool:
            before = len(self.timeline.facts)
            await asyncio.sleep(quiet)
            return len(self.timeline.facts) == before

        await self.until(still, "the system comes to rest", seconds)

    async def heard(self, wanted: Callable[[Any], bool], what: str, seconds: float = 40.0) -> Any:
        """Wait until a fact like this has been heard."""
        return await self.until(lambda: _found(self.timeline.facts, wanted), what, seconds)

    async def status(
        self, filed_or_id: Filed | UUID, status: c.CaseStatus, times: int = 1, seconds: float = 20.0
    ) -> Any:
        """Wait until the case has come to this status, for the n-th time."""
        report_id = filed_or_id.report_id if isinstance(filed_or_id, Filed) else filed_or_id

        async def reached() -> Any:
            changes = [f for f in self.timeline.of(report_id) if isinstance(f, c.CaseStatusChanged)]
            hits = [f for f in changes if f.status is status]
            return hits[times - 1] if len(hits) >= times else None

        return await self.until(reached, f"the case comes to “{status.label}”", seconds)

    async def seen_by_reporter(self, filed: Filed, status: c.CaseStatus) -> dict[str, Any]:
        """Wait until the tracking page says so: the reporter's next word is measured against it."""

        async def shown() -> Any:
            page = await self.track(filed.tracking_id, filed.access_code)
            return page.json() if page.status_code == 200 and page.json()["status"] == status else None

        return dict(await self.until(shown, f"the tracking page shows “{status.label}”"))

    async def proven(self, filed: Filed, evidence_id: str) -> None:
        """Wait until everyone sees the agency's photo of its work on the report's page."""

        async def shown() -> bool:
            answers = (await self.track(filed.tracking_id)).json()["answers"]
            return evidence_id in {one["evidence_id"] for answer in answers for one in answer["evidence"]}

        await self.until(shown, "everyone sees the agency's photo of its work")

    async def stands_still(self, filed: Filed, clock: c.ClockKind) -> None:
        """Wait until the tracking page says that this clock is paused."""

        async def shown() -> bool:
            page = (await self.track(filed.tracking_id, filed.access_code)).json()
            return any(each["clock"] == clock and each["paused"] for each in page["deadlines"])

        await self.until(shown, f"the clock {clock} stands still")

    async def until(self, read: Callable[[], Awaitable[Any]], what: str, seconds: float = 40.0) -> Any:
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            if found := await read():
                self.expectations += 1
                return found
            await asyncio.sleep(0.03)
        raise ExpectationFailed(f"Not within {seconds:.0f} s: {what}.")

    def expect(self, condition: bool, what: str) -> None:
        self.expectations += 1
        if not condition:
            raise ExpectationFailed(what)


async def _found(facts: list[Fact], wanted: Callable[[Any], bool]) -> Fact | None:
    return next((fact for fact in facts if wanted(fact)), None)
