"""Puts the parts of an SMS together, whatever order they come in, and hears what they say, once.

A message that stays incomplete is filed with the gap marked: nothing a person sent is dropped for good.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.intake import store
from services.intake.channels import sms_store
from services.intake.channels.conversation import Conversation
from services.intake.channels.message import Message
from services.intake.channels.refusals import refuse
from services.intake.channels.senders import Sender
from services.intake.channels.sms_store import Collected
from services.intake.domain.sms import Placing, assemble, clean, place
from services.intake.domain.words import Saying, Word
from services.intake.keyring import Keyring
from services.intake.words import AlreadySaid, NotPossible, say
from shared.db.database import Transaction
from shared.messaging.failures import Unprocessable
from shared.service import Service

FLOOR = timedelta(seconds=5)
"""Of the machine's own time, which gateways live in: parts are waited for at least so long."""


@dataclass(frozen=True)
class SmsPart:
    """One SMS as it came from the queue; a message that is not in parts is its own only part."""

    message_id: UUID
    sender: Sender
    text: str
    accepted_at: datetime
    ref: str
    number: int
    total: int


class SmsCollector:
    """`patience_seconds` of injected time are given to parts that are late."""

    def __init__(self, keys: Keyring, patience_seconds: float, *, floor: timedelta = FLOOR) -> None:
        self._conversation = Conversation(keys)
        self._patience = timedelta(seconds=patience_seconds)
        self._floor = floor

    async def collect_sms(self, tx: Transaction, part: SmsPart) -> None:
        """Keep one part; file the message when it was the last."""
        if part.total == 1:
            await self._file(tx, part.text, part.sender, part.accepted_at, part.message_id)
            return
        await sms_store.lock(tx, part.sender.token, part.ref)
        latest = await sms_store.latest(tx, part.sender.token, part.ref)
        known = latest.series if latest else None
        placing = place(known, part.number, part.total, part.text, part.accepted_at)
        if placing is Placing.REPEATED:
            return
        if placing is Placing.LATE and latest and await self._supplement(tx, latest, part):
            return
        if placing is Placing.JOINS and latest:
            collected = latest
        elif placing is Placing.REVIVES and latest:
            collected = await sms_store.revive(tx, latest, part.sender)
        else:
            if latest and not latest.series.settled:
                await self._settle(tx, latest)
            collected = await sms_store.begin(tx, part.sender, part.ref, part.total, part.accepted_at)
        await sms_store.add(tx, collected, part.number, part.text, part.accepted_at)
        parts = {**collected.series.parts, part.number: part.text}
        series = replace(collected.series, parts=parts, last_at=part.accepted_at)
        if series.complete:
            await self._settle(tx, replace(collected, series=series))

    async def file_incomplete_sms(self, service: Service) -> None:
        """Loop: every second, give up waiting for parts that are overdue."""
        while True:
            async with service.database.transaction() as tx:
                await self.settle_overdue(tx)
            await asyncio.sleep(1)

    async def settle_overdue(self, tx: Transaction) -> int:
        """File every message that has waited long enough; how many there were."""
        overdue = await sms_store.overdue(tx, tx.now - self._patience, self._floor)
        for collected in overdue:
            await self._settle(tx, collected)
        return len(overdue)

    async def _settle(self, tx: Transaction, collected: Collected) -> None:
        series = collected.series
        text = assemble(series.parts, series.total)
        try:
            report_id = await self._file(
                tx, text, collected.sender, series.last_at or tx.now, series.series_id
            )
        except Unprocessable as error:  # kept with its reason: no other message waits behind it
            await refuse(tx, series.series_id, str(error), text, collected.sender)
            report_id = None
        await sms_store.settle(tx, series.series_id, report_id)

    async def _file(
        self, tx: Transaction, text: str, sender: Sender, at: datetime, message_id: UUID
    ) -> UUID | None:
        """Hear a whole message as of the time its last part came."""
        return await self._conversation.hear(tx, Message(message_id, sender, clean(text), at))

    async def _supplement(self, tx: Transaction, collected: Collected, part: SmsPart) -> bool:
        """Add a late part to the report that was filed without it; False if nothing can be added any more."""
        series = collected.series
        assert series.report_id is not None
        text = f"[bagian {part.number}] {part.text}"
        try:
            await say(tx, await store.track(tx, series.report_id), Saying(Word.SUPPLEMENT, text=text))
        except (NotPossible, AlreadySaid):
            return False
        await sms_store.add(tx, collected, part.number, part.text, part.accepted_at)
        return True
