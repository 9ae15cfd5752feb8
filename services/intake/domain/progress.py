"""What a report's moments add up to: its status, legs and timeline, in whatever order they came."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.intake.domain.moments import Kind, Moment
from shared.contracts import ArchiveReason, CaseStatus, ClosedBy

_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_LEG_KINDS = frozenset(
    {
        Kind.SENT,
        Kind.ACKNOWLEDGED,
        Kind.DELEGATED,
        Kind.ASKED,
        Kind.RETURNED,
        Kind.REDIRECTED,
        Kind.ANSWERED,
        Kind.COMPLETED,
    }
)
_AT_WORK = frozenset({CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER})
GIVEN_UP = frozenset({Kind.RETURNED, Kind.REDIRECTED})
"""States of a leg that is no longer its agency's."""
ANSWERS = frozenset({Kind.ANSWERED, Kind.COMPLETED})
_CASE_KINDS = frozenset({Kind.STATUS, Kind.VERIFIED, Kind.ESCALATED, Kind.REOPENED, Kind.LEAD})


@dataclass(frozen=True)
class Leg:
    """One agency's part. `state` is the kind of the newest of its moments that changes it."""

    leg_id: str
    agency: str
    agency_name: str | None = None
    state: Kind = Kind.SENT
    unit: str | None = None
    since: datetime | None = None
    version: int = 0


@dataclass(frozen=True)
class Progress:
    """A case as its reporter sees it. Version 0: verification has said nothing yet."""

    status: CaseStatus = CaseStatus.RECEIVED
    version: int = 0
    status_version: int = 0
    """The version that began this status."""
    closed_by: ClosedBy | None = None
    archive_reason: ArchiveReason | None = None
    message: str | None = None
    """An officer's words to the reporter about this status."""
    since: datetime | None = None
    """When this status began; None for the filing."""
    title: str | None = None
    category: str | None = None
    classification: str | None = None
    asked: bool = False
    """On hold because an agency that has the case asked its reporter, not the verification team."""
    escalated: bool = False
    rated: bool = False
    """Since the case was last closed."""
    appealed: bool = False
    """Once is all there is: a second archiving is final."""
    referred: bool = False
    """The reporter has agreed that the case goes to the Ombudsman."""
    legs: tuple[Leg, ...] = ()
    timeline: tuple[Moment, ...] = ()

    @property
    def with_agencies(self) -> tuple[Leg, ...]:
        """The parts of the agencies that have the case now."""
        return tuple(leg for leg in self.legs if leg.state not in GIVEN_UP)

    @property
    def awaited(self) -> tuple[Leg, ...]:
        """Whose answer is still to come where another's has: until then it is not the reporter's turn."""
        answers = [moment for moment in self.timeline if moment.kind in ANSWERS]
        in_part = bool(answers) and answers[-1].data.get("case_answered") is False
        if not in_part or self.status is not CaseStatus.IN_PROGRESS:
            return ()
        owing = tuple(leg for leg in self.with_agencies if leg.state not in ANSWERS)
        return owing if len(owing) < len(self.with_agencies) else ()


def progress(moments: Iterable[Moment]) -> Progress:
    """A pure function of the set of moments: order and repetition do not matter."""
    unique: dict[UUID, Moment] = {moment.event_id: moment for moment in moments}
    timeline = tuple(sorted(unique.values(), key=_place))
    result = Progress(timeline=timeline, legs=_legs(timeline))
    for moment in sorted(unique.values(), key=_version):
        if moment.kind in _CASE_KINDS:
            result = _advance(result, moment)
    rated = any(m.kind is Kind.RATED and m.data["version"] >= result.status_version for m in timeline)
    appealed = any(moment.kind is Kind.APPEALED for moment in timeline)
    referred = any(moment.kind is Kind.REFERRED for moment in timeline)
    return replace(result, rated=rated, appealed=appealed, referred=referred)


def _place(moment: Moment) -> tuple[datetime, int, UUID]:
    return moment.at, _RANK[moment.kind], moment.event_id


def _version(moment: Moment) -> tuple[int, int, UUID]:
    return moment.data.get("version", 0), _RANK[moment.kind], moment.event_id


def _advance(result: Progress, moment: Moment) -> Progress:
    data, version = moment.data, moment.data["version"]
    if moment.kind is Kind.ESCALATED:
        return replace(result, version=version, escalated=True)
    if moment.kind is Kind.VERIFIED:
        return replace(
            result,
            version=version,
            title=data["title"],
            category=data["category"],
            classification=data["classification"],
        )
    if moment.kind is Kind.STATUS:
        closed_by, reason = data.get("closed_by"), data.get("archive_reason")
        return replace(
            result,
            version=version,
            status_version=version,
            status=CaseStatus(data["status"]),
            closed_by=ClosedBy(closed_by) if closed_by else None,
            archive_reason=ArchiveReason(reason) if reason else None,
            message=data.get("message"),
            asked=data["status"] == CaseStatus.ON_HOLD and data.get("previous") in _AT_WORK,
            since=moment.at,
        )
    return replace(result, version=version)


def _legs(timeline: Iterable[Moment]) -> tuple[Leg, ...]:
    """Legs in the order in which they were first heard of; of each, the newest version decides."""
    mine = [moment for moment in timeline if moment.kind in _LEG_KINDS]
    legs: dict[str, Leg] = {}
    for moment in mine:
        legs.setdefault(moment.data["leg_id"], Leg(moment.data["leg_id"], moment.data["agency"]))
    for moment in sorted(mine, key=lambda m: (m.data["leg_version"], _RANK[m.kind], m.event_id)):
        leg = legs[moment.data["leg_id"]]
        legs[leg.leg_id] = replace(
            leg,
            agency_name=moment.data.get("agency_name") or leg.agency_name,
            state=_state(leg, moment),
            unit=moment.data.get("unit") or leg.unit,
            since=moment.at,
            version=moment.data["leg_version"],
        )
    return tuple(legs.values())


def _state(leg: Leg, moment: Moment) -> Kind:
    """A unit that takes over leaves the leg as far as it had come; who asks has it in hand."""
    if moment.kind is Kind.DELEGATED:
        return leg.state
    return Kind.ACKNOWLEDGED if moment.kind is Kind.ASKED else moment.kind
