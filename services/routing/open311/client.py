"""Sends legs to agencies' endpoints and reads their updates back, holding no database connection meanwhile.

At least once: GeoReport v2 knows no key for a repeated request, so the description leads with the tracking
id. What an agency's system says becomes a word of that agency, under the rules of any other.
"""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from uuid_utils.compat import uuid7

from services.routing import store as legs
from services.routing.directory import directory
from services.routing.dockets import open_leg, save_dockets
from services.routing.domain.commands import Word, act_on, may_speak
from services.routing.domain.leg import OWING, LegState
from services.routing.domain.refusal import Refused, UnknownLeg
from services.routing.open311 import georeport, store
from services.routing.open311.georeport import FORM, Accepted, Endpoint, Unreadable, Update
from services.routing.open311.store import Claimed
from services.routing.webhooks.policy import Policy
from shared.contracts import DispositionCreated, ResponseKind
from shared.db.database import Database, Transaction
from shared.messaging.failures import is_outage, reason_of
from shared.security.vault import Unopenable, Vault
from shared.telemetry.logs import log
from shared.web.addresses import ForbiddenAddress
from shared.web.outbound import Answer, NoAnswer, Outbound

CONCURRENCY = 2
"""Calls in the hands of one endpoint at once."""
IDLE_SECONDS = 0.5
TOKEN_SECONDS = 5.0
"""How long a request without an id is left in peace; an update is asked for more seldom."""
LIVE = {*OWING, LegState.ANSWERED}
UNEXPLAINED = "closed without status_notes that say what was done: 20 characters or more, and no formula"
WITHOUT_EVIDENCE = (
    "Diselesaikan lewat sistem instansi sendiri (Open311), yang tidak menyertakan berkas bukti."
)
"""GeoReport v2 carries no files with an update. The reporter and supervisors read that there are none."""


class NotTaken(Exception):
    """The endpoint answered, and did not take the request. ``final``: it never will, as it is."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.final = 400 <= status < 500 and status not in {404, 408, 409, 425, 429}


@dataclass(frozen=True)
class Pace:
    """Seconds: how often an open request is asked about, and how long a call is leased."""

    poll: float
    lease: float


class Client:
    """One per process. Several processes share the requests by their locks."""

    def __init__(
        self, database: Database, outbound: Outbound, vault: Vault, policy: Policy, pace: Pace
    ) -> None:
        self._database, self._outbound, self._vault = database, outbound, vault
        self._policy, self._pace = policy, pace
        self._busy: Counter[str] = Counter()
        self._in_hand: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send and ask until cancelled."""
        try:
            while True:
                try:
                    await self._take()
                except Exception as error:
                    if not is_outage(error):
                        raise
                    log.warning("open311_waits", reason=reason_of(error), delay=1.0)
                await asyncio.sleep(IDLE_SECONDS)
        finally:
            for task in self._in_hand:
                task.cancel()
            await asyncio.gather(*self._in_hand, return_exceptions=True)

    async def _take(self) -> None:
        async with self._database.transaction() as tx:
            claimed = await store.claim(tx, +self._busy, concurrency=CONCURRENCY, lease=self._pace.lease)
        for one in claimed:
            self._busy[one.agency] += 1
            task = asyncio.create_task(self._handle(one))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _handle(self, claimed: Claimed) -> None:
        try:
            # Whatever fails here is tried again once the lease ends.
            with suppress(TimeoutError):
                await self._call(claimed)
        except Exception as error:
            log.warning("open311_interrupted", agency=claimed.agency, reason=reason_of(error))
        finally:
            self._busy[claimed.agency] -= 1

    async def _call(self, claimed: Claimed) -> None:
        endpoint = Endpoint(claimed.url, claimed.jurisdiction_id, claimed.service_code)
        try:
            if claimed.service_request_id:
                answer = await self._get(endpoint.request(claimed.service_request_id))
                await self._updated(claimed, georeport.update(answer.body))
            elif claimed.token:
                answer = await self._get(endpoint.token(claimed.token))
                await self._accepted(claimed, georeport.accepted(answer.body))
            else:
                await self._accepted(claimed, await self._send(claimed, endpoint))
        except (NoAnswer, ForbiddenAddress, Unreadable, Unopenable, NotTaken) as failure:
            await self._failed(claimed, failure)

    async def _send(self, claimed: Claimed, endpoint: Endpoint) -> Accepted:
        leg = DispositionCreated.model_validate_json(claimed.body)
        key = self._vault.open(claimed.api_key, claimed.endpoint_id).decode() if claimed.api_key else None
        body = georeport.form(endpoint, leg, key)
        answer = await self._outbound.call(
            "POST", endpoint.requests, headers={"Content-Type": FORM}, body=body
        )
        return georeport.accepted(_taken(answer).body)

    async def _get(self, url: str) -> Answer:
        return _taken(await self._outbound.call("GET", url))

    async def _accepted(self, claimed: Claimed, found: Accepted) -> None:
        """The agency's system has it: that is its acknowledgement."""
        async with self._database.transaction() as tx:
            if found.service_request_id:
                await _say(tx, claimed, Word(ResponseKind.ACKNOWLEDGEMENT))
            await store.went(
                tx,
                claimed,
                state="open",
                token=found.token,
                service_request_id=found.service_request_id,
                pause=self._pace.poll if found.service_request_id else min(TOKEN_SECONDS, self._pace.poll),
            )

    async def _updated(self, claimed: Claimed, update: Update) -> None:
        """New words of substance are passed on; a request that was closed with them completes the leg."""
        async with self._database.transaction() as tx:
            live, notes, error = await _is_live(tx, claimed), claimed.notes, None
            if live and update.closed and update.explained:
                word = Word(ResponseKind.COMPLETION, update.notes, without_evidence=WITHOUT_EVIDENCE)
                await _say(tx, claimed, word)
                notes = update.notes
            elif live and not update.closed and update.substantive and update.notes != claimed.notes:
                await _say(tx, claimed, Word(ResponseKind.RESPONSE, update.notes))
                notes = update.notes
            elif live and update.closed:
                error = UNEXPLAINED
            over = not live or (update.closed and error is None)
            state, pause = ("closed", 0.0) if over else ("open", self._pace.poll)
            await store.went(tx, claimed, state=state, notes=notes, error=error, pause=pause)

    async def _failed(self, claimed: Claimed, failure: Exception) -> None:
        pause = self._policy.pause(claimed.attempts, random.random())  # noqa: S311
        final = isinstance(failure, NotTaken) and failure.final
        gives_up = final or self._policy.abandons(claimed.failing_for, pause)
        async with self._database.transaction() as tx:
            await store.failed(tx, claimed, str(failure), pause, gives_up=gives_up)
        if gives_up:
            log.error(
                "open311_given_up", agency=claimed.agency, leg_id=str(claimed.leg_id), reason=str(failure)
            )


async def _is_live(tx: Transaction, claimed: Claimed) -> bool:
    """Whether the agency still has the leg and may say something about it."""
    try:
        opened, leg = await open_leg(tx, claimed.leg_id)
    except UnknownLeg:
        return False
    return opened.docket.state_of(leg) in LIVE


async def _say(tx: Transaction, claimed: Claimed, word: Word) -> None:
    """A word of the agency, refused like any other where the leg is not its own; recorded either way."""
    refused: Refused | None = None
    try:
        opened, leg = await open_leg(tx, claimed.leg_id)
        known = await directory(tx)
        if not may_speak(known.agencies, claimed.agency, leg):
            raise UnknownLeg
        opened.say(tx, act_on(opened.docket, leg, word, known, tx.now), actor=f"open311.{claimed.agency}")
        await save_dockets(tx, [opened])
    except Refused as refusal:
        refused = refusal
    why = (refused.code, refused.reason) if refused else (None, None)
    await legs.record_responses(
        tx, [legs.Response(uuid7(), claimed.agency, word.kind, claimed.leg_id, None, *why)]
    )


def _taken(answer: Answer) -> Answer:
    if not answer.ok:
        raise NotTaken(answer.status)
    return answer
