"""Carries out what a reporter asks or says about a report there is, and tells them what came of it."""

from dataclasses import replace

from services.intake import store
from services.intake.channels import attachments
from services.intake.channels.answering import Answering
from services.intake.channels.message import Message
from services.intake.channels.senders import own_report
from services.intake.domain import answers
from services.intake.domain.commands import SHORTEST_SAYING, Command, Incomplete, Verb
from services.intake.domain.text import pieces
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN, Saying, Word, meant, possible
from services.intake.words import AlreadyAppealed, AlreadySaid, NotPossible, say
from shared.contracts import Channel
from shared.db.database import Transaction


class Commanding:
    """The sender stands for the access code; in mail, the address that was written to does."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def carry_out(
        self, tx: Transaction, command: Command, message: Message, about: Tracked | None
    ) -> None:
        """Do what a command says and tell its sender what came of it."""
        own = about or await _own(tx, command, message)
        text = await _outcome(tx, command, message, own)
        report_id = own.report.report_id if own else None
        await self._answering.answer(tx, text, message.sender, message.message_id, report_id)


async def speak(tx: Transaction, message: Message, tracked: Tracked, word: Word | None = None) -> str:
    """Say plain text to a report as the word it is meant as; returns the answer."""
    tracking_id, state = tracked.report.tracking_id, tracked.progress
    word = word or meant(state)
    first, *more = list(pieces(message.text)) or [""]
    await joined_by(tx, message, tracked)
    if len(first) < SHORTEST_SAYING and not message.files:
        return answers.with_refused(answers.TOO_SHORT, message.files_refused)
    if word is None or state.status not in OPEN:
        fitting = possible(state, tx.now, tracked.report.zone, tracked.deadlines)
        return answers.not_possible(tracking_id, state.status.label, fitting)
    if len(first) < SHORTEST_SAYING:
        return answers.with_refused(answers.joined(tracking_id), message.files_refused)
    try:
        answer = await _saying(tx, tracked, Saying(word, first))
    except AlreadySaid:  # nobody named a word: what comes after an answer completes it
        answer = await _said(tx, tracked, Saying(Word.SUPPLEMENT, first))
    for piece in more:
        await _said(tx, tracked, Saying(Word.SUPPLEMENT, piece))
    return answers.with_refused(answer, message.files_refused)


async def joined_by(tx: Transaction, message: Message, tracked: Tracked) -> None:
    """The message's files belong to this report, while it is open."""
    if tracked.progress.status in OPEN:
        await attachments.add(tx, message.message_id, message.files, message.sender, tracked.report.report_id)


async def _own(tx: Transaction, command: Command, message: Message) -> Tracked | None:
    if command.tracking_id is None or message.sender.channel is Channel.EMAIL:
        return None
    return await own_report(tx, command.tracking_id, message.sender)


async def _outcome(tx: Transaction, command: Command, message: Message, own: Tracked | None) -> str:
    if command.verb is Verb.HELP or command.tracking_id is None:
        return answers.HELP
    if command.verb is Verb.STATUS:
        located = None if own else await store.locate(tx, command.tracking_id)
        seen = own or (located.tracked if located else None)
        return answers.status(seen) if seen else answers.NOT_FOUND
    if own is None:
        by_mail = message.sender.channel is Channel.EMAIL  # whose sender is proven by nothing
        return f"{answers.NOT_FOUND} {answers.BY_REPLY}" if by_mail else answers.NOT_FOUND
    if command.verb is Verb.ADD and message.files:  # a picture may be all there is to add
        return await speak(tx, replace(message, text=command.text), own, Word.SUPPLEMENT)
    try:
        saying = command.saying
    except Incomplete as error:
        return answers.about(own.report.tracking_id, str(error))
    assert saying is not None
    await joined_by(tx, message, own)
    return answers.with_refused(await _said(tx, own, saying), message.files_refused)


async def _said(tx: Transaction, own: Tracked, saying: Saying) -> str:
    try:
        return await _saying(tx, own, saying)
    except AlreadySaid:
        return answers.about(own.report.tracking_id, answers.ALREADY_SAID)


async def _saying(tx: Transaction, own: Tracked, saying: Saying) -> str:
    """Raises `AlreadySaid`."""
    tracking_id = own.report.tracking_id
    try:
        await say(tx, own, saying)
    except AlreadyAppealed:
        return answers.about(tracking_id, answers.ALREADY_APPEALED)
    except NotPossible as refused:
        return answers.not_possible(tracking_id, refused.progress.status.label, refused.possible)
    return answers.taken(tracking_id, saying.word)
