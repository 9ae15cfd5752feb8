"""What the clocks need to know of a fact, and nothing else: no text, no title, no name is kept here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared import contracts as c


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact in a case's log. The leg's fields are those of a disposition; `status` of a status change."""

    event_id: UUID
    type: str
    occurred_at: datetime
    leg_id: UUID | None = None
    agency: str | None = None
    zone: str | None = None
    classification: c.Classification | None = None
    status: c.CaseStatus | None = None


HEARD: tuple[type[c.Fact], ...] = (
    c.ReportSubmitted,
    c.ClarificationRequested,
    c.ReportSupplemented,
    c.CaseVerified,
    c.DispositionCreated,
    c.DispositionResponded,
    c.DispositionCompleted,
    c.DispositionReturned,
    c.DispositionRedirected,
    c.ReportReplied,
    c.ReportObjected,
    c.ReportAccepted,
    c.CaseArchived,
    c.CaseMerged,
    c.CaseUnmerged,
    c.CaseStatusChanged,
    c.CaseClosed,
    c.CaseReopened,
)
"""The facts that can move a clock, in the order of causes at one instant. No other is even recorded."""

RANK = {fact.type: rank for rank, fact in enumerate(HEARD)}


def recorded(event_id: UUID, fact: Any) -> Recorded | None:
    """What to keep of a fact, or None if no clock can care: a status change that ends nothing."""
    if isinstance(fact, c.CaseStatusChanged):
        return (
            Recorded(event_id, fact.type, fact.occurred_at, status=fact.status) if fact.status.final else None
        )
    if isinstance(fact, c.DispositionCreated):
        return Recorded(
            event_id, fact.type, fact.occurred_at, fact.leg_id, fact.agency, fact.zone, fact.classification
        )
    return Recorded(
        event_id, fact.type, fact.occurred_at, getattr(fact, "leg_id", None), getattr(fact, "agency", None)
    )
