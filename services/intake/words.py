"""Lets a reporter say a later word to a case: once, when it fits, whatever is repeated or races.

What the case looks like here lags a little behind verification, which has the last word on what it accepts.
"""

from dataclasses import dataclass

from services.intake import store, timeline
from services.intake.domain.moments import moment_of
from services.intake.domain.progress import Progress
from services.intake.domain.view import Tracked
from services.intake.domain.words import Saying, Word, fact_of, possible, too_long_ago
from services.intake.identity.forgetting import forget_after_withdrawal
from shared.db.database import Transaction


class NotPossible(Exception):
    """The word does not fit the case as it stands; `possible` are those that do."""

    def __init__(self, word: Word, progress: Progress, fitting: frozenset[Word]) -> None:
        super().__init__(f"{word} is not possible while {progress.status}")
        self.word, self.progress, self.possible = word, progress, fitting


class AlreadyAppealed(NotPossible):
    """The one appeal there is was made before."""


class TooLongAgo(NotPossible):
    """It happened too long ago for the Ombudsman to take it up."""


class AlreadySaid(Exception):
    """The same kind of word, with another content, was said to this version of the case."""


@dataclass(frozen=True)
class Said:
    """`repeated`: it had been said before and nothing happened now."""

    progress: Progress
    repeated: bool


async def say(tx: Transaction, tracked: Tracked, saying: Saying) -> Said:
    """Say a word to a report. Raises `NotPossible`, `AlreadyAppealed`, `AlreadySaid`."""
    state, report_id = tracked.progress, tracked.report.report_id
    fitting = possible(state, tx.now, tracked.report.zone, tracked.deadlines)
    happened = tracked.report.filing.event_date
    if saying.word is Word.REFERRAL and too_long_ago(happened, tracked.report.zone.date_of(tx.now)):
        raise TooLongAgo(saying.word, state, fitting)
    if saying.word in fitting and await store.claim_word(tx, report_id, saying, state.status_version):
        fact = fact_of(saying, report_id, state.version, tx.now)
        await timeline.remember(tx, [(report_id, moment_of(tx.say(fact), fact))])
        if saying.word is Word.WITHDRAWAL:
            await forget_after_withdrawal(tx, report_id)
        return Said(state, repeated=False)
    if await store.said_before(tx, report_id, saying, state.status_version):
        return Said(state, repeated=True)
    if saying.word in fitting:
        raise AlreadySaid
    appealed = saying.word is Word.APPEAL and state.appealed
    raise (AlreadyAppealed if appealed else NotPossible)(saying.word, state, fitting)
