"""The tracking page as data: what anyone may read, and what only the holder of the access code may.

Public text is masked. Questions to the reporter, the reporter's own words and unmasked text need the code.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain import labels, showing
from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.moments import Kind, Moment
from services.intake.domain.progress import ANSWERS, Leg, Progress
from services.intake.domain.report import VERIFIERS, Report
from services.intake.domain.words import possible
from shared.calendar import Zone
from shared.contracts import CaseStatus, ClockKind, Deadline
from shared.text.masking import mask

_PRIVATE = frozenset(
    {Kind.SUPPLEMENTED, Kind.REPLIED, Kind.OBJECTED, Kind.WITHDRAWN, Kind.APPEALED, Kind.RATED}
)
"""The reporter's words: the public reads that they were said, not what they say."""

_TO_THE_REPORTER = frozenset({Kind.STATUS, Kind.ASKED})
"""What officers and agencies said to the reporter alone."""

_UNSAID: dict[str, Any] = {
    "title": None,
    "text": None,
    "category": None,
    "classification": None,
    "region": None,
    "answers": [],
    "evidence_count": 0,
}
"""What the public reads of a report that was taken back: in a village, topic and place say who wrote it."""


@dataclass(frozen=True)
class Tracked:
    """Everything that is known of one report. `deadlines` is None until sla has spoken."""

    report: Report
    progress: Progress
    deadlines: tuple[Deadline, ...] | None = None
    evidence: tuple[EvidenceFile, ...] = ()

    @property
    def taken_back(self) -> bool:
        """Withdrawn by its reporter: the public reads when, and what its handling was, and no word of it."""
        return self.progress.status is CaseStatus.WITHDRAWN

    @property
    def own_files(self) -> tuple[EvidenceFile, ...]:
        """The reporter's."""
        return showing.reporters(self.evidence)


def tracking_view(tracked: Tracked, now: datetime, *, owner: bool, shown_id: str) -> dict[str, Any]:
    """`shown_id` is the tracking id as people read it; `owner` holds the access code."""
    report, state = tracked.report, tracked.progress
    show = _identity if owner else mask
    legs = {leg.leg_id: leg for leg in state.legs}
    names = {leg.agency: leg.agency_name for leg in state.legs}
    reason = state.archive_reason
    public = {
        "tracking_id": shown_id,
        "status": state.status,
        "status_label": state.status.label,
        "status_label_en": state.status.label_en,
        "closed_by": state.closed_by,
        "archive_reason": reason,
        "archive_reason_label": reason.label if reason else None,
        "archive_reason_label_en": reason.label_en if reason else None,
        "escalation_offered": state.escalated,
        "title": show(state.title or report.filing.title),
        "text": show(report.filing.text),
        "category": state.category or report.filing.category,
        "classification": state.classification or report.filing.classification,
        "region": report.filing.place.region,
        "filed_at": _local(report.filed_at, report.zone),
        "legs": [_leg(leg) for leg in state.legs],
        "answers": [
            _answer(m, names, show, report.zone) | {"evidence": showing.proof(m, tracked.evidence, shown_id)}
            for m in state.timeline
            if m.kind in ANSWERS
        ],
        "deadlines": deadlines_of(tracked, now),
        "timeline": [_filed(report), *(_line(m, legs, names, owner, report.zone) for m in state.timeline)],
        "evidence_count": sum(file.state is not EvidenceState.REJECTED for file in tracked.own_files),
    }
    if owner:
        return {**public, **_owners(tracked, now)}
    return {**public, **_UNSAID} if tracked.taken_back else public


def _owners(tracked: Tracked, now: datetime) -> dict[str, Any]:
    report, state = tracked.report, tracked.progress
    filing = report.filing
    return {
        "message": state.message,
        "possible": sorted(possible(state, now, report.zone, tracked.deadlines)),
        "anonymous": filing.anonymous,
        "secret": report.secret,
        "channel": filing.channel,
        "event_date": filing.event_date,
        "place": filing.place.model_dump(exclude_none=True),
        "agency_hint": filing.agency_hint,
        "question_answers": [answer.model_dump() for answer in filing.answers],
        "evidence": [evidence_view(file) for file in tracked.own_files],
    }


def evidence_view(file: EvidenceFile) -> dict[str, Any]:
    """A file for those who may know of it: where it stands, and what was received."""
    return {
        "evidence_id": file.evidence_id,
        "state": file.state,
        "state_label": file.state.label,
        "state_label_en": file.state.label_en,
        "reason": file.reason,
        "reason_label": file.reason.label if file.reason else None,
        "reason_label_en": file.reason.label_en if file.reason else None,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "uploaded_at": file.uploaded_at,
        "has_preview": file.preview_key is not None,
        "leg_id": file.leg_id,
        "agency": file.agency,
    }


def _identity(text: str) -> str:
    return text


def running(tracked: Tracked) -> Iterable[Deadline]:
    """The deadlines sla told of; before it has, the one the receipt promised.

    The reporter's time to answer counts only when it is their turn: not while another agency works.
    """
    if tracked.deadlines is not None:
        turn = tracked.progress.status is CaseStatus.AWAITING_REPORTER
        return [one for one in tracked.deadlines if turn or one.clock is not ClockKind.REPLY]
    report = tracked.report
    promised = Deadline(
        clock=ClockKind.VERIFICATION,
        started_at=report.filed_at,
        due_at=report.deadline,
        zone=VERIFIERS.value,
    )
    return (promised,) if tracked.progress.version == 0 else ()


def deadlines_of(tracked: Tracked, now: datetime) -> list[dict[str, Any]]:
    """Each running deadline with whom it binds and whether it has passed."""
    names = {leg.agency: leg.agency_name for leg in tracked.progress.legs}
    return [_deadline(one, names, now) for one in running(tracked)]


def _deadline(deadline: Deadline, names: dict[str, str | None], now: datetime) -> dict[str, Any]:
    label, label_en = labels.CLOCKS[deadline.clock]
    due = deadline.due_at
    zone = Zone(deadline.zone)
    return {
        "clock": deadline.clock,
        "label": label,
        "label_en": label_en,
        "agency": deadline.agency,
        "agency_name": names.get(deadline.agency or ""),
        "started_at": _local(deadline.started_at, zone),
        "due_at": _local(due, zone) if due else None,
        "paused": due is None,
        "overdue": due is not None and now > due,
        "provisional": deadline.provisional,
        "zone": deadline.zone,
    }


def _leg(leg: Leg) -> dict[str, Any]:
    label, label_en = labels.LEG_STATES[leg.state]
    return {
        "agency": leg.agency,
        "agency_name": leg.agency_name,
        "state": leg.state,
        "state_label": label,
        "state_label_en": label_en,
        "unit": leg.unit,
    }


def _answer(
    moment: Moment, names: dict[str, str | None], show: Callable[[str], str], zone: Zone
) -> dict[str, Any]:
    agency = moment.data["agency"]
    return {
        "at": _local(moment.at, zone),
        "agency": agency,
        "agency_name": names.get(agency),
        "completes": moment.kind is Kind.COMPLETED,
        "text": show(moment.data.get("text", "")),
        "without_evidence": show(reason) if (reason := moment.data.get("without_evidence")) else None,
    }


def _filed(report: Report) -> dict[str, Any]:
    label, label_en = labels.FILED
    return {
        "at": _local(report.filed_at, report.zone), "kind": "filed", "label": label, "label_en": label_en,
    }  # fmt: skip


def _line(
    moment: Moment, legs: dict[str, Leg], names: dict[str, str | None], owner: bool, zone: Zone
) -> dict[str, Any]:
    leg = legs.get(moment.data.get("leg_id", ""))
    agency = moment.data.get("agency")
    name = (leg.agency_name if leg else None) or names.get(agency or "") or agency
    label, label_en = labels.describe(moment, name)
    line: dict[str, Any] = {
        "at": _local(moment.at, zone), "kind": moment.kind, "label": label, "label_en": label_en,
    }  # fmt: skip
    if agency:
        line["agency"] = agency
    if owner:
        private = {k: moment.data[k] for k in ("text", "message", "score") if k in moment.data}
        line |= private if moment.kind in _PRIVATE | _TO_THE_REPORTER else {}
    return line


def _local(moment: datetime, zone: Zone) -> datetime:
    """In the zone people live in; the same instant."""
    return moment.astimezone(zone.tz)
