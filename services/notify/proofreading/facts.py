"""Facts of one made-up case as the other services say them: what previews, checks and tests are told of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, EscalationStep

AGENCY = "35.3578.dishub"
REPORT = UUID(int=7)
LEG = UUID(int=1)
ABOVE = c.Desk(agency="35.3578", name="Pemerintah Kota Surabaya", email="koordinator@surabaya.example")
"""The desk above the agency's."""
MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""09.00 in Jakarta, no holiday near."""

QUESTION = "Halte yang mana, dan di depan sekolah apa?"
REPLY = "Halte Pasar Baru, di depan SD Negeri 1."
ANSWER = "Halte dipindahkan sementara karena perbaikan drainase."
TITLE = "Halte bus dipindahkan"
TEXT = "Halte di depan sekolah kami hilang sejak pekan lalu."
CAUSE = "14 Juli 2026 ditetapkan sebagai hari libur Kota Surabaya"
DECREE = "Keputusan Wali Kota Surabaya Nomor 100 Tahun 2026"

_FILLING: dict[str, Any] = {
    "report_id": REPORT,
    "occurred_at": MONDAY,
    "tracking_id": "K7MQ3XW9FA",
    "title": TITLE,
    "text": TEXT,
    "case_version": 1,
    "leg_version": 1,
    "leg_id": LEG,
    "agency": AGENCY,
    "agency_name": "Dinas Perhubungan Kota Surabaya",
    "desk_email": "pengaduan@dishub.example",
    "coordinator": ABOVE,
    "zone": "WIB",
    "classification": "non_supervision",
    "category": "transportasi",
    "anonymous": False,
    "secret": False,
    "reason": "not settled within 60 working days",
    "clock": ClockKind.FIRST_RESPONSE,
    "percent": 50,
    "started_at": MONDAY,
    "due_at": datetime(2026, 7, 13, 16, 59, 59, tzinfo=UTC),
    "deadline": datetime(2026, 7, 13, 16, 59, 59, tzinfo=UTC),
    "fired_at": MONDAY,
    "step": EscalationStep.OFFICER,
    "overdue_days": 1,
    "word_id": UUID(int=3),
    "amendment": "surabaya-2026-07-14",
    "cause": CAUSE,
    "cause_en": "14 July 2026 was declared a holiday of the city of Surabaya",
    "legal_source": DECREE,
}


def fact(kind: type[c.Fact], **more: Any) -> Any:
    """A fact of this kind, with everything that the test does not care about filled in."""
    values = {**_FILLING, **more}
    return kind(**{name: value for name, value in values.items() if name in kind.model_fields})


def status(new: CaseStatus, previous: CaseStatus | None = None, **more: Any) -> c.CaseStatusChanged:
    """A change of status as verification would say it."""
    changed: c.CaseStatusChanged = fact(c.CaseStatusChanged, status=new, previous=previous, **more)
    return changed


def moved(
    clock: ClockKind, before: int, after: int, agency: str | None = AGENCY, **more: Any
) -> c.MovedDeadline:
    """A deadline moved from the close of one day of July 2026 to another's."""
    leg = {"agency": agency, "leg_id": LEG} if agency else {}
    first, second = (datetime(2026, 7, day, 16, 59, 59, 999999, tzinfo=UTC) for day in (before, after))
    return c.MovedDeadline(**{"clock": clock, "zone": "WIB", "before": first, "after": second, **leg, **more})


def about(news: c.Fact, report: UUID, legs: Mapping[UUID, UUID]) -> c.Fact:
    """The same news of another report, whose legs are others."""
    other: dict[str, Any] = {"report_id": report}
    if hasattr(news, "leg_id"):
        other["leg_id"] = news.leg_id and legs[news.leg_id]
    if isinstance(news, c.DeadlinesAmended):
        moves = (one.model_copy(update={"leg_id": one.leg_id and legs[one.leg_id]}) for one in news.moved)
        other["moved"] = tuple(moves)
    return news.model_copy(update=other)


def everything(**flags: Any) -> list[c.Fact]:
    """Every kind of news there can be of a case, in an order in which it could happen."""
    closed = {"closed_by": c.ClosedBy.REPORTER}
    return [
        status(CaseStatus.RECEIVED, **flags),
        status(CaseStatus.ON_HOLD, CaseStatus.RECEIVED, message=QUESTION, **flags),
        status(CaseStatus.RECEIVED, CaseStatus.ON_HOLD, **flags),
        fact(c.SlaBreached, clock=ClockKind.VERIFICATION, leg_id=None, agency=None),
        status(CaseStatus.FORWARDED, CaseStatus.RECEIVED, **flags),
        fact(c.DispositionCreated, **flags),
        status(CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED, **flags),
        status(CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, **flags),
        fact(c.DispositionCreated, hop=2, leg_id=UUID(int=2), agency="kl.kemensos", **flags),
        fact(c.SlaWarning, percent=50),
        fact(c.SlaWarning, percent=80, clock=ClockKind.SETTLEMENT),
        fact(c.SlaBreached),
        fact(c.SlaBreached, clock=ClockKind.SETTLEMENT),
        *(
            fact(c.SlaReminded, clock=clock, step=step, overdue_days=days, **leg)
            for days, step in zip((1, 3, 5), EscalationStep, strict=True)
            for clock, leg in (
                (ClockKind.VERIFICATION, {"leg_id": None, "agency": None}),
                (ClockKind.FIRST_RESPONSE, {}),
                (ClockKind.SETTLEMENT, {}),
            )
        ),
        fact(c.DeadlinesAmended, moved=[moved(ClockKind.VERIFICATION, 14, 15, None)]),
        fact(
            c.DeadlinesAmended,
            moved=[moved(ClockKind.SETTLEMENT, 24, 27), moved(ClockKind.FIRST_RESPONSE, 14, 15)],
        ),
        *(
            fact(kind, status=status, answer=ANSWER, **flags)
            for kind in (c.LeadStatusChanged, c.SupportedStatusChanged)
            for status in (CaseStatus.FORWARDED, CaseStatus.AWAITING_REPORTER, CaseStatus.CLOSED)
        ),
        fact(c.SupportedStatusChanged, status=CaseStatus.ARCHIVED),
        fact(c.CaseRatingRequested, **flags),
        fact(c.DispositionAsked, text=QUESTION),
        status(CaseStatus.ON_HOLD, CaseStatus.IN_PROGRESS, message=QUESTION, **flags),
        *(
            fact(c.DispositionReporterSaid, word=word, answers_question=answers, text=text)
            for word, answers, text in (
                (c.ReporterWord.SUPPLEMENT, True, REPLY),
                (c.ReporterWord.REPLY, True, REPLY),
                (c.ReporterWord.REPLY, False, REPLY),
                (c.ReporterWord.OBJECTION, False, REPLY),
                (c.ReporterWord.SILENCE, True, None),
                (c.ReporterWord.ACCEPTANCE, False, None),
            )
        ),
        status(CaseStatus.IN_PROGRESS, CaseStatus.ON_HOLD, **flags),
        fact(c.DispositionResponded, text=ANSWER),
        status(CaseStatus.AWAITING_REPORTER, CaseStatus.IN_PROGRESS, **flags),
        status(CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER, **flags),
        fact(c.DispositionCompleted, text=ANSWER),
        fact(c.CaseEscalated),
        fact(
            c.ReportIdentityRevealed,
            reason="danger-to-life",
            words="demi keselamatan jiwa",
            words_en="to protect somebody's life or safety",
        ),
        status(CaseStatus.CLOSED, CaseStatus.AWAITING_REPORTER, **closed, **flags),
        status(CaseStatus.CLOSED, CaseStatus.AWAITING_REPORTER, closed_by=c.ClosedBy.SYSTEM, **flags),
        status(CaseStatus.CLOSED, CaseStatus.IN_PROGRESS, closed_by=c.ClosedBy.ADMINISTRATOR, **flags),
        *(
            status(
                CaseStatus.ARCHIVED,
                CaseStatus.RECEIVED,
                archive_reason=reason,
                message="Penjelasan.",
                **flags,
            )
            for reason in c.ArchiveReason
        ),
        status(CaseStatus.MERGED, CaseStatus.RECEIVED, **flags),
        status(CaseStatus.RECEIVED, CaseStatus.MERGED, **flags),
        status(CaseStatus.WITHDRAWN, CaseStatus.RECEIVED, **flags),
    ]
