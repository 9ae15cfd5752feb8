"""Tells a case's history, a minute a fact, and folds it. Random histories are made of the same facts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.verification.domain.case import Case, Entry
from services.verification.domain.fold import fold
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind

REPORT = UUID("0198d3a0-0000-7000-8000-000000000001")
START = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
OTHER = UUID("0198d3a0-0000-7000-8000-000000000002")
TRACKING_ID = "K7MQ3XW9FA"
UNDECIDED = (CaseStatus.RECEIVED, CaseStatus.ON_HOLD)
AT_WORK = (CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER)
EVERY_STATUS = (None, *CaseStatus)


def leg_id(agency: str) -> UUID:
    return uuid5(REPORT, agency)


def submitted(at: datetime = START, **changes: Any) -> c.ReportSubmitted:
    words = {
        "tracking_id": TRACKING_ID,
        "channel": c.Channel.WEB,
        "title": "Lampu jalan padam",
        "text": "Lampu di depan sekolah padam.",
        "place": c.Place(region="35.78"),
    }
    return c.ReportSubmitted(report_id=REPORT, occurred_at=at, **{**words, **changes})


def verified(at: datetime, **changes: Any) -> c.CaseVerified:
    words = {
        "case_version": 2,
        "tracking_id": TRACKING_ID,
        "title": "Lampu jalan padam di depan sekolah",
        "text": "Lampu di depan sekolah padam.",
        "classification": c.Classification.NON_SUPERVISION,
        "category": "Infrastruktur",
        "anonymous": False,
        "secret": False,
    }
    return c.CaseVerified(report_id=REPORT, occurred_at=at, **{**words, **changes})


def sent(at: datetime, agency: str = "a") -> c.DispositionCreated:
    return c.DispositionCreated(
        report_id=REPORT,
        occurred_at=at,
        leg_id=leg_id(agency),
        agency=agency,
        leg_version=1,
        tracking_id=TRACKING_ID,
        agency_name=f"Dinas {agency}",
        zone="WIB",
        classification=c.Classification.NON_SUPERVISION,
        category="Infrastruktur",
        title="Lampu jalan padam",
        text="Lampu di depan sekolah padam.",
        anonymous=False,
        secret=False,
        case_version=2,
    )


def expired(at: datetime, clock: ClockKind, since: datetime, due: datetime | None = None) -> c.SlaExpired:
    due = due or at
    return c.SlaExpired(
        report_id=REPORT, occurred_at=due, clock=clock, started_at=since, due_at=due, fired_at=at
    )


def told_due(
    fact: type[c.SlaFact],
    at: datetime,
    since: datetime,
    due: datetime,
    clock: ClockKind = ClockKind.VERIFICATION,
) -> Any:
    """A warning or a breach, which says when its clock is due."""
    more = {"percent": 50} if fact is c.SlaWarning else {}
    times = {"started_at": since, "due_at": at, "fired_at": at, "deadline": due}
    return fact(report_id=REPORT, occurred_at=at, clock=clock, **times, **more)


def moved(at: datetime, after: datetime, clock: ClockKind = ClockKind.VERIFICATION) -> c.DeadlinesAmended:
    """Deadlines moved by law."""
    one = c.MovedDeadline(clock=clock, zone="WIB", before=START, after=after)
    why = {"amendment": "a-1", "cause": "cuti bersama", "cause_en": "joint leave", "legal_source": "SKB"}
    return c.DeadlinesAmended(report_id=REPORT, occurred_at=at, moved=(one,), **why)


def word(fact: type[c.Fact], at: datetime, **changes: Any) -> Any:
    """Any other fact; what it must hold and is of no interest is filled in."""
    legs = {"leg_id": leg_id("a"), "agency": "a", "leg_version": 2, "agency_name": "Dinas a", "hop": 1}
    others = {
        "text": "Sudah diperbaiki.",
        "reason": "bukan kewenangan kami",
        "question": "Di jalan mana?",
        "explanation": "Isi laporan terlalu umum.",
        "tracking_id": TRACKING_ID,
        "to_agency": "b",
        "to_leg_id": leg_id("b"),
        "score": 4,
        "not_in_court": True,
        "word": c.ReporterWord.REPLY,
        "word_id": OTHER,
        "answers_question": True,
        "case_version": 2,
        "into": OTHER,
        "closed_by": c.ClosedBy.ADMINISTRATOR,
    }
    if fact is c.CaseArchived:
        others["reason"] = c.ArchiveReason.UNINTELLIGIBLE
    if fact is c.EvidenceCleared:
        others["evidence"] = c.EvidenceRef(
            evidence_id=OTHER, object_key="k", content_type="image/jpeg", size=1, sha256="0" * 64
        )
    known = {name: value for name, value in {**legs, **others}.items() if name in fact.model_fields}
    return fact(report_id=REPORT, occurred_at=at, **{**known, **changes})


@dataclass
class Story:
    """Facts one minute apart, each with an id of its own; every step returns the story."""

    entries: list[Entry] = field(default_factory=list)
    now: datetime = START - timedelta(minutes=1)

    def add(self, fact: c.Fact, officer: str | None = None) -> "Story":
        self.entries.append(Entry(uuid5(REPORT, f"event {len(self.entries)}"), fact, officer))
        return self

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def told(self, fact: type[c.Fact], **changes: Any) -> "Story":
        return self.add(word(fact, self.tick(), **changes))

    def submitted(self, **changes: Any) -> "Story":
        return self.add(submitted(self.tick(), **changes))

    def held(self, **changes: Any) -> "Story":
        return self.told(c.ClarificationRequested, **changes)

    def verified(self, **changes: Any) -> "Story":
        return self.add(verified(self.tick(), **changes))

    def sent(self, *agencies: str) -> "Story":
        for agency in agencies or ("a",):
            self.add(sent(self.tick(), agency))
        return self

    def leg(self, fact: type[c.Fact], agency: str = "a", **changes: Any) -> "Story":
        return self.told(fact, leg_id=leg_id(agency), agency=agency, **changes)

    def expired(self, clock: ClockKind, since: datetime | None = None) -> "Story":
        since = since or self.case.awaiting_since or self.case.held_at or START
        return self.add(expired(self.tick(), clock, since))

    @property
    def case(self) -> Case:
        return fold(REPORT, self.entries)

    @property
    def status(self) -> CaseStatus | None:
        return self.case.status

    @property
    def refusal(self) -> str | None:
        """Why the last fact changed nothing, if it did not."""
        return next(s.refused for s in self.case.history if s.entry == self.entries[-1])


def in_status(status: CaseStatus | None) -> Story:
    """The shortest story that ends in `status`."""
    story = Story()
    if status is None:
        return story
    story.submitted()
    match status:
        case CaseStatus.ON_HOLD:
            story.held()
        case CaseStatus.ARCHIVED:
            story.told(c.CaseArchived)
        case CaseStatus.MERGED:
            story.told(c.CaseMerged)
        case CaseStatus.WITHDRAWN:
            story.told(c.ReportWithdrawn)
        case CaseStatus.FORWARDED:
            story.verified().sent()
        case CaseStatus.IN_PROGRESS:
            story.verified().sent().leg(c.DispositionAcknowledged)
        case CaseStatus.AWAITING_REPORTER:
            story.verified().sent().leg(c.DispositionCompleted)
        case CaseStatus.CLOSED:
            story.verified().sent().leg(c.DispositionCompleted).told(c.ReportAccepted)
    assert story.status is status
    return story
