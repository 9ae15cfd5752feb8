"""Finds reports that may be about the same matter, by text, place and time. Proposes; never merges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.verification import desk_store, sketch_store, store
from services.verification.domain.case import Case
from services.verification.domain.fold import fold
from services.verification.domain.likeness import LEAST, Likeness, Report, compare
from services.verification.domain.scope import Scope
from services.verification.domain.sketch import sketch
from shared.contracts import CaseStatus, ReportSubmitted
from shared.db.database import Transaction

COMPARED = 12
"""So many are compared phrase by phrase: those with most words in common."""
SHOWN = 10

SHUT = frozenset({CaseStatus.ARCHIVED, CaseStatus.MERGED, CaseStatus.WITHDRAWN})
"""The public is not pointed to these."""


@dataclass(frozen=True)
class Candidate:
    """`row` is the case's row of the queue."""

    row: Any
    submission: ReportSubmitted
    likeness: Likeness


def report_of(case: Case) -> Report:
    """What is compared of a case."""
    at = case.submission.occurred_at if case.submission else None
    return Report(case.title, case.text, case.place, case.category, at)


async def sketch_cases(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Make these reports findable."""
    found = {}
    for report_id, entries in (await store.entries_of(tx, set(report_ids))).items():
        case = fold(report_id, entries)
        if bands := sketch(report_of(case).words, case.place.region):
            found[report_id] = bands
    await sketch_store.keep(tx, dict(sorted(found.items())))


@dataclass(frozen=True)
class Filed:
    """What is compared with; fetched, and nothing computed yet."""

    row: Any
    submission: ReportSubmitted


async def candidates(tx: Transaction, scope: Scope, report: Report, own: UUID | None) -> list[Candidate]:
    """The likeliest first, for an officer."""
    return likeliest(report, await nearby(tx, scope, report, own))


async def nearby(
    tx: Transaction, scope: Scope, report: Report, own: UUID | None, fits: Callable[[Any], bool] | None = None
) -> list[Filed]:
    """Those with some of the same words. `fits` narrows what a row of the queue may be."""
    bands = sketch(report.words, report.place.region)
    if bands is None:
        return []
    ids = await sketch_store.alike(tx, bands, own)
    rows = {row.report_id: row for row in await desk_store.lines(tx, scope, ids) if not fits or fits(row)}
    filed = await sketch_store.submissions(tx, list(rows))
    return [Filed(rows[report_id], submission) for report_id, submission in filed.items()]


def likeliest(report: Report, filed: Sequence[Filed]) -> list[Candidate]:
    """The likeliest first. Computes for a good part of a second: for strangers in a thread."""
    others = [(one, _as_filed(one.row, one.submission)) for one in filed]
    nearest = sorted(others, key=lambda one: -len(one[1].words & report.words))[:COMPARED]
    found = [Candidate(one.row, one.submission, compare(report, other)) for one, other in nearest]
    likely = [each for each in found if each.likeness.score >= LEAST]
    return sorted(likely, key=lambda each: -each.likeness.score)[:SHOWN]


def _as_filed(row: Any, submission: ReportSubmitted) -> Report:
    """The reporter's words, and what officers have made of title, place and category."""
    place = submission.place.model_copy(update={"region": row.region})
    return Report(row.title, submission.text, place, row.category, submission.occurred_at)
