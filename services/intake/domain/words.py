"""What a reporter may say to a case, and when. Refuses nothing itself: it tells what is possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from services.intake.domain.progress import Progress
from services.intake.domain.report import limit_days
from shared import contracts as c
from shared.calendar import Zone
from shared.calendar.in_force import in_force
from shared.contracts import CaseStatus, ClockKind, ClosedBy, Deadline
from shared.labelled import Labelled


class Word(Labelled):
    """The reporter's later words, named as in the address they are sent to."""

    SUPPLEMENT = "supplements", "melengkapi laporan", "supplement the report"
    REPLY = "replies", "membalas instansi", "reply to the agency"
    ACCEPTANCE = "acceptance", "menerima penyelesaian", "accept the answer"
    OBJECTION = "objection", "menyampaikan keberatan", "object to the answer"
    WITHDRAWAL = "withdrawal", "mencabut laporan", "withdraw the report"
    APPEAL = "appeal", "mengajukan banding", "appeal the archiving"
    RATING = "rating", "memberi penilaian", "rate the handling"
    REFERRAL = "ombudsman", "menyetujui penerusan ke Ombudsman", "agree to its going to the Ombudsman"


@dataclass(frozen=True)
class Saying:
    """One word with its content."""

    word: Word
    text: str | None = None
    score: int | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same content said again."""
        return sha256(f"{self.word}\0{self.score}\0{self.text}".encode()).hexdigest()

    @property
    def slot(self) -> str:
        """Words that fit once into each version of a case share a slot; supplements each have their own."""
        return self.fingerprint if self.word is Word.SUPPLEMENT else ""


OPEN = frozenset(
    {
        CaseStatus.RECEIVED,
        CaseStatus.ON_HOLD,
        CaseStatus.FORWARDED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.AWAITING_REPORTER,
    }
)
"""Statuses in which something can still be added."""


def possible(
    progress: Progress, now: datetime, zone: Zone, deadlines: Iterable[Deadline] | None = None
) -> frozenset[Word]:
    """The words that fit the case as it stands at `now`; `deadlines` are those its reporter was told."""
    words: set[Word] = set()
    if progress.status in OPEN:
        words |= {Word.SUPPLEMENT, Word.WITHDRAWAL}
    if progress.asked:
        words.add(Word.REPLY)
    if progress.escalated and not progress.referred and progress.status in OPEN:
        words.add(Word.REFERRAL)
    if progress.status is CaseStatus.AWAITING_REPORTER:
        words |= {Word.REPLY, Word.ACCEPTANCE, Word.OBJECTION}
    if progress.status is CaseStatus.ARCHIVED and not progress.appealed:
        words.add(Word.APPEAL)
    if progress.status is CaseStatus.CLOSED:
        if not progress.rated:
            words.add(Word.RATING)
        if _reopens(progress, now, zone, deadlines or ()):
            words.add(Word.OBJECTION)
    return frozenset(words)


def too_long_ago(happened: date | None, today: date) -> bool:
    """Whether the Ombudsman can no longer take it up: two years after it happened (UU 37/2008, art. 24)."""
    return happened is not None and happened < today.replace(year=today.year - 2, day=min(today.day, 28))


def _reopens(progress: Progress, now: datetime, zone: Zone, deadlines: Iterable[Deadline]) -> bool:
    """Within the reopening window (10 working days) of a case that no administrator closed. It is counted
    where the agency sits once that has been told; whoever was shown a later end is held to that one.
    """
    if progress.since is None or progress.closed_by not in {ClosedBy.REPORTER, ClosedBy.SYSTEM}:
        return False
    if any(one.due_at and now <= one.due_at for one in deadlines if one.clock is ClockKind.REOPENING):
        return True
    day = zone.date_of(progress.since)
    return now <= in_force().calendar().deadline_after(day, limit_days(ClockKind.REOPENING, day), zone).due_at


def fact_of(  # noqa: PLR0911 - one for each word
    saying: Saying, report_id: UUID, version: int, now: datetime
) -> c.ReportWord:
    """The fact that a saying makes true."""
    told = {"report_id": report_id, "occurred_at": now, "case_version": version}
    match saying.word:
        case Word.SUPPLEMENT:
            return c.ReportSupplemented.model_validate({**told, "text": saying.text})
        case Word.REPLY:
            return c.ReportReplied.model_validate({**told, "text": saying.text})
        case Word.ACCEPTANCE:
            return c.ReportAccepted.model_validate(told)
        case Word.OBJECTION:
            return c.ReportObjected.model_validate({**told, "text": saying.text})
        case Word.WITHDRAWAL:
            return c.ReportWithdrawn.model_validate({**told, "text": saying.text})
        case Word.APPEAL:
            return c.ReportAppealed.model_validate({**told, "text": saying.text})
        case Word.REFERRAL:
            return c.ReportReferralConsented.model_validate({**told, "not_in_court": True})
        case Word.RATING:
            return c.ReportRated.model_validate({**told, "score": saying.score, "comment": saying.text})


def meant(progress: Progress) -> Word | None:
    """The word that plain text to a case is, where its writer named none: an answer to whoever waits for one,
    else an addition. None once the case has ended: what is meant then has to be said.
    """
    if progress.asked or progress.status is CaseStatus.AWAITING_REPORTER:
        return Word.REPLY
    return Word.SUPPLEMENT if progress.status in OPEN else None
