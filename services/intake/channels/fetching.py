"""Fetches files that came with messages from where their channel has them, into their reports' evidence."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from services.intake import store
from services.intake.channels import attachments, metrics
from services.intake.channels.adapter import FileGone, FileSource, FileUnavailable
from services.intake.channels.answering import Answering
from services.intake.channels.attachments import ATTEMPTS, Attachment
from services.intake.domain import answers
from services.intake.domain.view import Tracked
from services.intake.evidence import CaseEnded, EvidenceDesk
from services.intake.evidence.refusals import RefusedEvidence
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.db.database import Database
from shared.service import Service
from shared.storage.port import RefusedFile, StoreUnavailable
from shared.telemetry.logs import log

if TYPE_CHECKING:
    from services.intake.desk import Desk

AT_ONCE = 2
"""Files that one process fetches at the same time."""
IDLE_SECONDS = 1.0


class Fetcher:
    """`sources` are those of the channels that this process serves."""

    def __init__(self, keys: Keyring, sources: Mapping[Channel, FileSource]) -> None:
        self._sources = sources
        self._answering = Answering(keys)

    def loops(self) -> list[Callable[[Service], Awaitable[None]]]:
        return [self.fetch_attachments] * AT_ONCE if self._sources else []

    async def fetch_attachments(self, service: Service) -> None:
        """Loop: one file after another, longest due first."""
        desk: Desk = service.resources["desk"]
        while True:
            if not await self.fetch_one(service.database, desk.evidence):
                await asyncio.sleep(IDLE_SECONDS)

    async def fetch_one(self, database: Database, evidence: EvidenceDesk) -> bool:
        """Fetch the file that is due longest; False if none is."""
        async with database.transaction() as tx:
            one = await attachments.claim(tx, self._sources.keys())
        if one is None:
            return False
        async with database.reading() as tx:
            tracked = await store.track(tx, one.report_id)
        if one.attempts > ATTEMPTS:  # whoever had it before was lost with it, again and again
            await self._later(database, one, tracked, "given up")
            return True
        source = self._sources[one.sender.channel]
        try:
            async with source.open(one.source) as file:
                await evidence.ingest(file.chunks, one.report_id, file.content_type)
        except (RefusedFile, RefusedEvidence, FileGone) as error:
            await self._give_up(database, one, tracked, _why(error))
        except Exception as error:  # whatever it was, it must not be tried without end
            await self._later(database, one, tracked, _short(error))
            return True
        else:
            async with database.transaction() as tx:
                await attachments.kept(tx, one)
            metrics.ATTACHMENTS.labels(one.sender.channel, "kept").inc()
        with suppress(StoreUnavailable):  # what is left behind is swept
            await source.forget(one.source)
        return True

    async def _later(self, database: Database, one: Attachment, tracked: Tracked, reason: str) -> None:
        if one.attempts >= ATTEMPTS:
            await self._give_up(database, one, tracked, "Berkas tidak dapat diambil; silakan kirim ulang.")
            return
        log.warning(
            "attachment_waits", channel=one.sender.channel.value, attempts=one.attempts, reason=reason
        )
        async with database.transaction() as tx:
            await attachments.later(tx, one, reason)
        metrics.ATTACHMENTS.labels(one.sender.channel, "waits").inc()

    async def _give_up(self, database: Database, one: Attachment, tracked: Tracked, why: str) -> None:
        """Its sender is told: a file that is missing must not be taken for one that was read."""
        tracking_id = tracked.report.tracking_id
        async with database.transaction() as tx:
            if await attachments.give_up(tx, one, why):
                text = answers.not_kept(tracking_id, why)
                await self._answering.answer(tx, text, one.sender, _answer_id(one), one.report_id)
        metrics.ATTACHMENTS.labels(one.sender.channel, "refused").inc()


def _answer_id(one: Attachment) -> UUID:
    """The message itself may have been answered already."""
    return uuid5(one.message_id, str(one.number))


def _why(error: Exception) -> str:
    match error:
        case RefusedFile():
            return error.message
        case CaseEnded():
            return f"Laporan berstatus {error.status.label}."
        case RefusedEvidence():
            return "Laporan ini sudah memuat berkas sebanyak yang diperbolehkan."
        case _:
            return "Berkas tidak tersedia lagi; silakan kirim ulang."


def _short(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, FileUnavailable | StoreUnavailable) else type(error).__name__
