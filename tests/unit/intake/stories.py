"""Facts of one report, as other services would say them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from services.intake.domain.moments import Moment, moment_of
from services.intake.domain.report import Filing, Report, verification_deadline
from shared import contracts as c
from shared.calendar import Zone
from shared.contracts import CaseStatus, Channel, Classification, ClockKind

REPORT = UUID("019f0000-0000-7000-8000-000000000001")
LEGS = [uuid5(REPORT, name) for name in ("first", "second")]
AGENCIES = ["35.3578.dishub", "35.3578.dpu"]
NAMES = ["Dinas Perhubungan", "Dinas PU"]
START = datetime(2026, 7, 6, 2, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def report(**changes) -> Report:
    filing = Filing(
        **{
            "channel": Channel.WEB,
            "title": "Jalan rusak di pasar",
            "text": "Jalan rusak, hubungi saya di 081234567890 atau siti@contoh.id",
            **changes,
        }
    )
    return Report(REPORT, "K7MQ3XW9FA", filing, START, verification_deadline(START, Zone.WIB), filing.secret)


def status(version: int, new: CaseStatus, hours: float, **more) -> c.CaseStatusChanged:
    return c.CaseStatusChanged(
        report_id=REPORT, occurred_at=at(hours), case_version=version, tracking_id="K7MQ3XW9FA", status=new,
        anonymous=False, secret=False, **more,
    )  # fmt: skip


def verified(version: int = 2, hours: float = 1) -> c.CaseVerified:
    return c.CaseVerified(
        report_id=REPORT, occurred_at=at(hours), case_version=version, tracking_id="K7MQ3XW9FA",
        title="Jalan rusak di Pasar Lama", text="…", classification=Classification.NON_SUPERVISION,
        category="infrastruktur", anonymous=False, secret=False,
    )  # fmt: skip


def _leg(leg: int, version: int, hours: float) -> dict:
    return {
        "report_id": REPORT, "occurred_at": at(hours), "leg_id": LEGS[leg], "agency": AGENCIES[leg],
        "leg_version": version,
    }  # fmt: skip


def sent(leg: int = 0, version: int = 1, hours: float = 1, **more) -> c.DispositionCreated:
    return c.DispositionCreated(
        **_leg(leg, version, hours), tracking_id="K7MQ3XW9FA", agency_name=NAMES[leg], zone="WIB",
        classification=Classification.NON_SUPERVISION, category="infrastruktur", title="t", text="t",
        anonymous=False, secret=False, case_version=2, **more,
    )  # fmt: skip


def returned(leg: int = 0, version: int = 2, hours: float = 2) -> c.DispositionReturned:
    return c.DispositionReturned(**_leg(leg, version, hours), reason="bukan kewenangan kami", hop=1)


def acknowledged(leg: int = 0, version: int = 2, hours: float = 3) -> c.DispositionAcknowledged:
    return c.DispositionAcknowledged(**_leg(leg, version, hours))


def delegated(leg: int = 0, version: int = 3, hours: float = 4) -> c.DispositionDelegated:
    return c.DispositionDelegated(**_leg(leg, version, hours), to_unit="Bidang Lalu Lintas")


def answered(leg: int = 0, version: int = 4, hours: float = 5, **more) -> c.DispositionResponded:
    return c.DispositionResponded(
        **_leg(leg, version, hours), tracking_id="K7MQ3XW9FA", agency_name=NAMES[leg],
        text="Petugas kami, 0813-1111-2222, sudah memperbaiki.", **more,
    )  # fmt: skip


def asked(leg: int = 0, version: int = 4, hours: float = 5) -> c.DispositionAsked:
    return c.DispositionAsked(
        **_leg(leg, version, hours), tracking_id="K7MQ3XW9FA", agency_name=NAMES[leg], text="Di halte mana?"
    )


def completed(leg: int = 0, version: int = 5, hours: float = 6) -> c.DispositionCompleted:
    return c.DispositionCompleted(
        **_leg(leg, version, hours), tracking_id="K7MQ3XW9FA", agency_name=NAMES[leg], text="Selesai."
    )


def breached(clock: ClockKind = ClockKind.VERIFICATION, hours: float = 0.5) -> c.SlaBreached:
    return c.SlaBreached(
        report_id=REPORT, occurred_at=at(hours), clock=clock, started_at=START, due_at=at(hours),
        fired_at=at(hours),
    )  # fmt: skip


def rated(version: int, hours: float) -> c.ReportRated:
    return c.ReportRated(report_id=REPORT, occurred_at=at(hours), case_version=version, score=4)


def appealed(version: int, hours: float) -> c.ReportAppealed:
    return c.ReportAppealed(report_id=REPORT, occurred_at=at(hours), case_version=version, text="Bukan spam.")


def story() -> list[c.Fact]:
    """A whole life with a return, an answer and a rating."""
    return [
        status(1, CaseStatus.RECEIVED, 0),
        breached(),
        verified(),
        status(2, CaseStatus.FORWARDED, 1, previous=CaseStatus.RECEIVED),
        sent(0),
        returned(0),
        sent(1, hours=2.5, hop=2),
        acknowledged(1),
        status(3, CaseStatus.IN_PROGRESS, 3),
        delegated(1),
        asked(1, 4, 4.2),
        status(4, CaseStatus.ON_HOLD, 4.3, previous=CaseStatus.IN_PROGRESS, message="Di halte mana?"),
        status(5, CaseStatus.IN_PROGRESS, 4.6, previous=CaseStatus.ON_HOLD),
        answered(1, 6),
        status(6, CaseStatus.AWAITING_REPORTER, 5),
        completed(1, 7),
        status(7, CaseStatus.CLOSED, 7, closed_by=c.ClosedBy.REPORTER),
        rated(7, 8),
    ]


def moments(facts: list[c.Fact]) -> list[Moment]:
    """Each fact with an id of its own, the same whenever it is told again."""
    return [moment_of(uuid5(REPORT, f"{fact.type}{fact.model_dump_json()}"), fact) for fact in facts]
