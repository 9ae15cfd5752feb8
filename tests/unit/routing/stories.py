"""Facts of one case as others say them, and a docket that agencies can be heard on, without any server."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.routing.directory import packaged
from services.routing.domain.commands import Word, act_on, redirect
from services.routing.domain.fold import fold
from services.routing.domain.leg import Docket, Entry, Leg, Said
from services.routing.domain.sending import send_unsent
from services.routing.domain.telling import tell
from shared import contracts as c
from shared.contracts import CaseStatus, Classification, ResponseKind

MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANSWER = "Jalan sudah kami tambal pada hari Selasa pagi."
NO_PHOTO = "Kamera petugas rusak pada hari itu."
DONE = {"text": ANSWER, "without_evidence": NO_PHOTO}
"""A completion of visible work that nothing shows, as an agency's message."""
WHY_NOT = "Jalan ini bukan kewenangan kami."
REPORT = UUID("01890000-0000-7000-8000-000000000001")

DIRECTORY = packaged().directory


def verified(at: datetime = MONDAY, *, region: str | None = "35.78", **more: Any) -> c.CaseVerified:
    values: dict[str, Any] = {
        "report_id": REPORT,
        "occurred_at": at,
        "case_version": 2,
        "tracking_id": "K7MQ3XW9FA",
        "title": "Jalan berlubang",
        "text": "Jalan Kenanga berlubang sejak Mei.",
        "classification": Classification.NON_SUPERVISION,
        "category": "Jalan rusak",
        "place": c.Place(region=region),
        "anonymous": True,
        "secret": False,
    }
    return c.CaseVerified(**values | more)


def status(to: CaseStatus, version: int, at: datetime) -> c.CaseStatusChanged:
    return c.CaseStatusChanged(
        report_id=REPORT,
        occurred_at=at,
        case_version=version,
        tracking_id="K7MQ3XW9FA",
        status=to,
        anonymous=True,
        secret=False,
    )


def objected(at: datetime) -> c.ReportObjected:
    return c.ReportObjected(report_id=REPORT, occurred_at=at, text="Lubangnya masih ada.")


def replied(at: datetime) -> c.ReportReplied:
    return c.ReportReplied(report_id=REPORT, occurred_at=at, text="Kapan dikerjakan?")


def supplemented(at: datetime, text: str = "Lubangnya di depan rumah nomor 7.") -> c.ReportSupplemented:
    return c.ReportSupplemented(report_id=REPORT, occurred_at=at, text=text)


def accepted(at: datetime) -> c.ReportAccepted:
    return c.ReportAccepted(report_id=REPORT, occurred_at=at)


def withdrawn(at: datetime) -> c.ReportWithdrawn:
    return c.ReportWithdrawn(report_id=REPORT, occurred_at=at)


def rated(at: datetime) -> c.ReportRated:
    return c.ReportRated(report_id=REPORT, occurred_at=at, score=4, comment="Cepat.")


def attached(leg_id: UUID, agency: str = "35.3578.dpubm") -> c.EvidenceAttached:
    """A photo that the agency sent as evidence for this leg."""
    evidence = c.EvidenceRef(
        evidence_id=uuid7(), object_key="a" * 32, content_type="image/jpeg", size=9, sha256="0" * 64
    )
    return c.EvidenceAttached(
        report_id=REPORT, occurred_at=MONDAY + HOUR, leg_id=leg_id, agency=agency, evidence=evidence
    )


def silent(asked_at: datetime, at: datetime) -> c.SlaExpired:
    return c.SlaExpired(
        report_id=REPORT,
        occurred_at=at,
        clock=c.ClockKind.COMPLETION,
        started_at=asked_at,
        due_at=at,
        fired_at=at,
    )


def reopened(version: int, at: datetime) -> c.CaseReopened:
    return c.CaseReopened(report_id=REPORT, occurred_at=at, case_version=version, reason="keberatan")


@dataclass
class Desk:
    """Routing without servers: hears facts, lets agencies speak, keeps entries. Its clock stands still."""

    now: datetime = MONDAY
    entries: list[Entry] = field(default_factory=list)
    said: list[c.Fact] = field(default_factory=list)

    @property
    def docket(self) -> Docket:
        return fold(REPORT, self.entries)

    def hear(self, *facts: c.Fact) -> "Desk":
        for fact in facts:
            self.hear_entry(Entry(uuid7(), fact))
        return self

    def hear_entry(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._record(send_unsent(self.docket, DIRECTORY, self.now) or tell(self.docket))

    def act(self, leg: Leg, kind: ResponseKind, text: str = "", **more: Any) -> Leg:
        """The leg after the word; raises `Refused`. A completion shows nothing unless told to, and why."""
        if kind is ResponseKind.COMPLETION:
            more.setdefault("without_evidence", NO_PHOTO)
        self._record(act_on(self.docket, self.leg(leg), Word(kind, text, **more), DIRECTORY, self.now))
        return self.leg(leg)

    def redirect(self, leg: Leg, to: str) -> Leg:
        self._record(redirect(self.docket, self.leg(leg), to, DIRECTORY, self.now))
        return self.newest

    def leg(self, leg: Leg) -> Leg:
        return self.docket.legs[leg.leg_id]

    def at(self, agency: str) -> Leg:
        (leg,) = [leg for leg in self.docket.legs.values() if leg.agency == agency]
        return leg

    @property
    def only(self) -> Leg:
        (leg,) = self.docket.legs.values()
        return leg

    @property
    def newest(self) -> Leg:
        return list(self.docket.legs.values())[-1]

    def state(self, leg: Leg) -> str:
        return self.docket.state_of(self.leg(leg)).value

    def _record(self, said: list[Said]) -> None:
        while said:
            self.entries += [Entry(uuid7(), one.fact, "test", one.note) for one in said]
            self.said += [one.fact for one in said]
            said = tell(self.docket)


def timeless(docket: Docket) -> Docket:
    """Without the moments that depend on when routing itself came to act."""

    def leg(one: Leg) -> Leg:
        created = one.created.model_copy(update={"occurred_at": MONDAY})
        return replace(one, created=created, answered_at=one.answered_at and MONDAY, history=(), rests=())

    legs = {leg_id: leg(one) for leg_id, one in sorted(docket.legs.items())}
    return replace(
        docket, legs=legs, verified={n: docket.verified[n] for n in sorted(docket.verified)}, heard_until=None
    )
