"""What the clocks need to know of a fact, and nothing else: no text, no title, no name is kept here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared import contracts as c


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact in a case's log, with what clocks and reports on performance look at.

    `classification`, `category`, `region` and `channel` are as this fact names them; `calendar` is the region
    whose free days the agency keeps; `score` is a rating's, 1 to 5.
    """

    event_id: UUID
    type: str
    occurred_at: datetime
    leg_id: UUID | None = None
    agency: str | None = None
    zone: str | None = None
    classification: c.Classification | None = None
    status: c.CaseStatus | None = None
    category: str | None = None
    region: str | None = None
    calendar: str | None = None
    channel: str | None = None
    score: int | None = None


FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""The edges of time: every moment between them can be told in any zone."""

MOVING: tuple[type[c.Fact], ...] = (
    c.ReportSubmitted,
    c.ClarificationRequested,
    c.ReportSupplemented,
    c.CaseVerified,
    c.DispositionCreated,
    c.DispositionResponded,
    c.DispositionCompleted,
    c.DispositionReturned,
    c.DispositionRedirected,
    c.DispositionAsked,
    c.ReportReplied,
    c.ReportObjected,
    c.ReportAccepted,
    c.CaseArchived,
    c.CaseMerged,
    c.CaseUnmerged,
    c.CaseStatusChanged,
    c.ReportAppealed,
    c.CaseClosed,
    c.CaseReopened,
    c.DispositionReporterSaid,
)
"""The facts that can move a clock, in the order of causes at one instant."""

COUNTED: tuple[type[c.Fact], ...] = (
    c.DispositionAcknowledged,
    c.DispositionDelegated,
    c.ReportWithdrawn,
    c.ReportRated,
)
"""Facts that move no clock and are recorded for the reports on performance."""

HEARD = MOVING + COUNTED
RANK = {fact.type: rank for rank, fact in enumerate(HEARD)}

UNDONE = frozenset({c.CaseStatus.CLOSED, c.CaseStatus.ARCHIVED})
"""Ends that come by themselves when a time is over, and are taken back by an earlier word that comes late."""


def order(fact: Recorded) -> tuple[bool, datetime, bool, int, UUID]:
    """The submission first; then by time, and at one instant in the order of causes: a status that takes an
    end back comes after whatever else does so, with more effect.
    """
    first = fact.type == c.ReportSubmitted.type
    return (not first, fact.occurred_at, takes_back(fact), RANK[fact.type], fact.event_id)


def takes_back(fact: Recorded) -> bool:
    """Whether a status says that a case which had ended has not."""
    return fact.type == c.CaseStatusChanged.type and fact.status is not None and not fact.status.final


def recorded(event_id: UUID, fact: Any) -> Recorded | None:
    """What to keep of a fact, or None if nobody can care: a status change that neither ends a case nor takes
    an end back, say.
    """
    occurred_at = _utc(fact.occurred_at)
    if isinstance(fact, c.CaseStatusChanged):
        matters = fact.status.final or fact.previous in UNDONE
        return Recorded(event_id, fact.type, occurred_at, status=fact.status) if matters else None
    if isinstance(fact, c.DispositionReporterSaid) and not fact.answers_question:
        return None
    place = getattr(fact, "place", None)
    return Recorded(
        event_id,
        fact.type,
        occurred_at,
        leg_id=getattr(fact, "leg_id", None),
        agency=getattr(fact, "agency", None),
        zone=getattr(fact, "zone", None),
        classification=getattr(fact, "classification", None),
        category=getattr(fact, "category", None),
        region=place.region if place is not None else None,
        calendar=getattr(fact, "calendar", None),
        channel=getattr(fact, "channel", None),
        score=getattr(fact, "score", None),
    )


def _utc(moment: datetime) -> datetime:
    """In UTC, as it comes back from the database; nonsense from the edges of time stays just inside."""
    return min(max(moment, FIRST), LAST).astimezone(UTC)
