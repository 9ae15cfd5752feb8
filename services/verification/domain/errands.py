"""What remains to be done about a case after a transaction, by somebody who is in no hurry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.verification.domain.case import Case, Entry
from services.verification.domain.closing import ask_rating_at
from services.verification.domain.consequences import Said
from shared.contracts import CaseStatus, CaseVerified, DispositionCreated, ReportSubmitted


class Errand(StrEnum):
    """What is to be done."""

    SKETCH = "sketch"
    """Make the report findable for whoever looks for others like it."""
    LESSON = "lesson"
    """Let the suggestions learn from what was decided (`event_id`)."""
    CLUSTER = "cluster"
    """Tell those whose reports joined this case, and who supports it; kept only if there are any."""
    RATING = "rating"
    """Ask the reporter how it was."""


@dataclass(frozen=True)
class ToDo:
    """An errand, not before `due`."""

    errand: Errand
    report_id: UUID
    due: datetime
    event_id: UUID | None = None


def errands_of(before: Said, case: Case, fresh: Iterable[Entry], now: datetime) -> list[ToDo]:
    """What follows from these new entries of a case, and from the status it has come to."""
    todo = []
    for entry in fresh:
        if isinstance(entry.fact, ReportSubmitted) or (isinstance(entry.fact, CaseVerified) and _moved(case)):
            todo.append(ToDo(Errand.SKETCH, case.report_id, now))
        if isinstance(entry.fact, CaseVerified | DispositionCreated):
            todo.append(ToDo(Errand.LESSON, case.report_id, now, entry.event_id))
    if case.status is not before.status:
        todo.append(ToDo(Errand.CLUSTER, case.merged_into or case.report_id, now))
    if case.status is CaseStatus.CLOSED is not before.status:
        todo.append(ToDo(Errand.RATING, case.report_id, ask_rating_at(now)))
    return todo


def _moved(case: Case) -> bool:
    """Whether an officer has put another region or title in the place of the reporter's."""
    given = case.submission
    return given is not None and (given.place.region, given.title) != (case.place.region, case.title)
