"""What somebody says by a channel, and what follows: a report, a word to one, an answer that asks for more.

The same for every channel that people write by. A mail's sender is not proven by its address: only the
address it was sent to lets it speak for a report.
"""

from dataclasses import replace
from uuid import UUID

from services.intake import store
from services.intake.channels import attachments, metrics
from services.intake.channels.answering import Answering
from services.intake.channels.commanding import Commanding, joined_by, speak
from services.intake.channels.message import Message
from services.intake.channels.refusals import (
    AUTOMATIC,
    NO_REPORT,
    NO_WORDS,
    TOO_OFTEN,
    TOO_SHORT,
    refuse,
)
from services.intake.channels.senders import contact_of, files_too_often, latest_report, remember
from services.intake.domain import answers
from services.intake.domain.commands import SHORTEST_SAYING, Command, Incomplete, parse_command, parse_reply
from services.intake.domain.report import Filing
from services.intake.domain.sms import read
from services.intake.domain.text import pieces
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN, Saying, Word
from services.intake.filing import file_report, prepare
from services.intake.keyring import Keyring
from services.intake.words import say
from shared.contracts import Channel
from shared.db.database import Transaction

PRIVATE = frozenset({Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL})
"""Where only the sender reads an answer, and it has room: there an access code is handed out."""
_MESSENGERS = PRIVATE - {Channel.EMAIL}
_TITLE = range(5, 201)


class Conversation:
    """One for all channels."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._answering = Answering(keys)
        self._commanding = Commanding(self._answering)

    async def hear(self, tx: Transaction, message: Message) -> UUID | None:
        """Act on one message; the report's id if it became one."""
        report_id, outcome = None, "spoken"
        if message.automatic:
            await refuse(
                tx, message.message_id, f"{AUTOMATIC}: {message.automatic}", message.text, message.sender
            )
            outcome = "refused"
        else:
            if message.sender.channel is not Channel.SMS:
                await attachments.alone(tx, message.sender)
            about = await store.track(tx, message.about) if message.about else None
            try:
                command = _command(message, about)
            except Incomplete as error:
                await self._answer(tx, f"LAPOR! {error}", message)
            else:
                report_id, outcome = await self._act(tx, message, command, about)
        metrics.SETTLED.labels(message.sender.channel, outcome).inc()
        return report_id

    async def _act(
        self, tx: Transaction, message: Message, command: Command | None, about: Tracked | None
    ) -> tuple[UUID | None, str]:
        if command is not None:
            await self._commanding.carry_out(tx, command, message, about)
            return None, "spoken"
        if about is not None:
            await self._answer(tx, await speak(tx, message, about), message, about.report.report_id)
            return None, "spoken"
        if message.place and not message.text:
            return None, await self._place(tx, message)
        if await files_too_often(tx, message.sender):
            return None, await self._refuse(tx, message, TOO_OFTEN, answers.TOO_OFTEN)
        return await self._new(tx, message)

    async def _new(self, tx: Transaction, message: Message) -> tuple[UUID | None, str]:
        report_id = await self._file(tx, message)
        if report_id is not None:
            return report_id, "filed"
        if message.files and message.sender.channel is not Channel.EMAIL:
            return None, await self._files(tx, message)
        if not message.text and message.sender.channel in _MESSENGERS:
            return None, await self._refuse(tx, message, NO_WORDS, answers.WORDS_ONLY)
        return None, await self._refuse(tx, message, TOO_SHORT, answers.TOO_SHORT)

    async def _refuse(self, tx: Transaction, message: Message, reason: str, answer: str) -> str:
        await refuse(tx, message.message_id, reason, message.text, message.sender)
        await self._answer(tx, answer, message)
        return "refused"

    async def _file(self, tx: Transaction, message: Message) -> UUID | None:
        """File it as of the time it came; None where it says too little to be a report."""
        first, *more = list(pieces(message.text)) or [""]
        said = read(first) or (read(f"{message.title}\n{first}") if message.title else None)
        if said is None:
            return None
        channel, sender = message.sender.channel, message.sender
        title = message.title if message.title and len(message.title) in _TITLE else said.title
        filing = Filing(channel=channel, title=title, text=said.text, agency_hint=said.agency_hint)
        contact = contact_of(self._keys, sender)
        prepared = prepare(filing, contact, self._keys, message.accepted_at, with_code=channel in PRIVATE)
        report_id = await file_report(tx, prepared)
        if report_id is None:
            return None
        await remember(tx, report_id, sender)
        await attachments.add(tx, message.message_id, message.files, sender, report_id)
        for piece in more:
            await say(tx, await store.track(tx, report_id), Saying(Word.SUPPLEMENT, piece))
        if channel in PRIVATE:
            if channel is not Channel.EMAIL:
                await attachments.adopt(tx, report_id, sender)
            text = answers.filed(
                prepared.report, prepared.access_code, evidence_refused=message.files_refused
            )
            await self._answer(tx, text, message, report_id)
        return report_id

    async def _place(self, tx: Transaction, message: Message) -> str:
        """A position by itself is about the report that its sender filed last, while that is fresh."""
        latest = await self._fresh(tx, message)
        if latest is None:
            await refuse(tx, message.message_id, NO_REPORT, message.place or "", message.sender)
            await self._answer(tx, answers.PLACE_FIRST, message)
            return "refused"
        told = replace(message, text=message.place or "", place=None)
        await self._answer(tx, await speak(tx, told, latest, word=Word.SUPPLEMENT), message)
        return "spoken"

    async def _files(self, tx: Transaction, message: Message) -> str:
        """Files with few words or none: part of the report before them, or of the one that comes next."""
        latest = await self._fresh(tx, message)
        if latest is not None and len(message.text) >= SHORTEST_SAYING:
            await self._answer(tx, await speak(tx, message, latest, word=Word.SUPPLEMENT), message)
            return "spoken"
        if latest is not None:
            await joined_by(tx, message, latest)
            return "spoken"
        # Of an album each picture is a message: its sender is asked for words once.
        first = not await attachments.any_waiting(tx, message.sender)
        await attachments.add(tx, message.message_id, message.files, message.sender, None)
        if first:
            await self._answer(tx, answers.TEXT_FIRST, message)
        return "spoken"

    async def _fresh(self, tx: Transaction, message: Message) -> Tracked | None:
        latest = await latest_report(tx, message.sender)
        if latest is None or latest.progress.status not in OPEN:
            return None
        return latest if latest.report.filed_at >= attachments.since(message.accepted_at) else None

    async def _answer(
        self, tx: Transaction, text: str, message: Message, report_id: UUID | None = None
    ) -> None:
        await self._answering.answer(tx, text, message.sender, message.message_id, report_id)


def _command(message: Message, about: Tracked | None) -> Command | None:
    """What it commands; an answer to one report need not name it. Raises `Incomplete`."""
    if about is None:
        return parse_command(message.text or message.title or "")
    return parse_reply(message.text, about.report.tracking_id)
