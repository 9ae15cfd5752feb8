"""An agency's own system: its own broker user, its own queue, its answers over AMQP."""

import asyncio
import json
import secrets
from typing import Any
from uuid import UUID, uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from deploy.demo.place import Place
from deploy.provision.agency import grant_agency
from shared.contracts import DispositionCreated, DispositionReporterSaid, ReporterWord
from shared.contracts.base import RESPONSES
from shared.contracts.codec import decode


class Agency:
    """Receives what is sent to one agency and says what it is told to say."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.received: dict[UUID, DispositionCreated] = {}
        self.words: list[DispositionReporterSaid] = []
        self.bodies: list[bytes] = []
        self._arrived = asyncio.Event()
        self._connection: Any = None
        self._responses: Any = None

    async def connect(self, place: Place) -> None:
        """Be granted a user of its own, and consume as that user."""
        password = secrets.token_urlsafe(18)
        user = await grant_agency(place.management_url, self.code, password)
        self._connection = await aio_pika.connect_robust(place.amqp_for(user, password))
        channel = await self._connection.channel()
        self._responses = await channel.get_exchange(RESPONSES, ensure=False)
        queue = await channel.get_queue(user, ensure=False)
        await queue.consume(self._hear)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def leg_of(self, report_id: UUID, seconds: float = 20.0) -> DispositionCreated:
        """Wait for the disposition of this report. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while report_id not in self.received:
                self._arrived.clear()
                await self._arrived.wait()
        return self.received[report_id]

    async def hears(
        self, report_id: UUID, word: ReporterWord, seconds: float = 20.0
    ) -> DispositionReporterSaid:
        """Wait for a word of this report's reporter. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := [w for w in self.words if w.report_id == report_id and w.word is word]):
                self._arrived.clear()
                await self._arrived.wait()
        return found[0]

    async def say(self, kind: str, leg_id: UUID, **body: Any) -> None:
        """Publish one word about a leg: acknowledgement, response, return, completion."""
        message = aio_pika.Message(
            json.dumps({"leg_id": str(leg_id), **body}).encode(),
            message_id=str(uuid4()),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self._responses.publish(message, f"response.{self.code}.{kind}")

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        async with message.process():
            self.bodies.append(message.body)
            fact = decode(message.type, message.body)
            if isinstance(fact, DispositionCreated):
                self.received[fact.report_id] = fact
            if isinstance(fact, DispositionReporterSaid):
                self.words.append(fact)
            self._arrived.set()
