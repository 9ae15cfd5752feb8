"""What officers may decide about a case. Each returns the fact it makes true, or refuses with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.verification.domain import secrecy
from services.verification.domain.case import Case
from services.verification.domain.fold import AT_WORK, UNDECIDED
from services.verification.domain.secrecy import Sign
from shared.contracts import (
    ArchiveReason,
    CaseArchived,
    CaseClosed,
    CaseMerged,
    CaseStatus,
    CaseUnmerged,
    CaseVerified,
    ClarificationRequested,
    Classification,
    ClosedBy,
    Place,
)


class Action(StrEnum):
    """What an officer may do with a case, named as in the address it is sent to."""

    VERIFICATION = "verification"
    CLARIFICATION = "clarification"
    ARCHIVING = "archiving"
    MERGING = "merging"
    UNMERGING = "unmerging"
    CLOSURE = "closure"

    @property
    def label(self) -> str:
        """What officers read, in Indonesian."""
        return _LABELS[self]


_LABELS = {
    Action.VERIFICATION: "verifikasi",
    Action.CLARIFICATION: "tunda dengan pertanyaan",
    Action.ARCHIVING: "arsipkan",
    Action.MERGING: "gabungkan",
    Action.UNMERGING: "batalkan penggabungan",
    Action.CLOSURE: "tutup",
}
FITS: dict[Action, frozenset[CaseStatus]] = {
    Action.VERIFICATION: UNDECIDED,
    Action.CLARIFICATION: frozenset({CaseStatus.RECEIVED}),
    Action.ARCHIVING: UNDECIDED,
    Action.MERGING: UNDECIDED,
    Action.UNMERGING: frozenset({CaseStatus.MERGED}),
    Action.CLOSURE: AT_WORK,
}
"""The statuses in which each is possible."""


def possible(status: CaseStatus | None, *, asking: bool = False) -> tuple[Action, ...]:
    """What may be decided about a case in this status; `asking`: an agency's question holds it."""
    if asking:
        return (Action.CLOSURE,)
    return tuple(action for action, statuses in FITS.items() if status in statuses)


class Refused(Exception):
    """The decision does not fit the case as it stands; `allowed` are the statuses it fits."""

    def __init__(
        self, status: CaseStatus | None, allowed: Iterable[CaseStatus], *, asking: bool = False
    ) -> None:
        self.status = status
        self.allowed = tuple(sorted(allowed))
        self.possible = possible(status, asking=asking)
        super().__init__(f"not possible while {status}")


class NotImpartial(Exception):
    """The officer whose archiving was appealed does not decide the appeal."""


class ReasonMissing(Exception):
    """The words show `signs` of people; whoever leaves them open for all to read says why."""

    def __init__(self, signs: tuple[Sign, ...]) -> None:
        super().__init__(f"the report shows {', '.join(signs)}")
        self.signs = signs


@dataclass(frozen=True)
class Verification:
    """What a verifier fixes. `None` keeps what the reporter said, and what is proposed as secret becomes so;
    no agency lets the rules decide.
    """

    classification: Classification
    category: str
    title: str | None = None
    region: str | None = None
    anonymous: bool | None = None
    secret: bool | None = None
    secrecy_reason: str | None = None
    agencies: tuple[str, ...] = ()


def must_be_impartial(case: Case, officer: str) -> None:
    """Raises `NotImpartial`. Once another officer has decided, the first may go on with the case."""
    if case.status in UNDECIDED and case.barred == officer:
        raise NotImpartial


def verify(case: Case, decision: Verification, version: int, now: datetime) -> CaseVerified:
    """Send the case out. A verifier may hide more than the reporter asked for, never less.

    Raises `Refused`, `ReasonMissing`.
    """
    _require(case, Action.VERIFICATION)
    submission = case.submission
    assert submission is not None  # a case in UNDECIDED has been submitted
    place = (
        case.place if decision.region is None else case.place.model_copy(update={"region": decision.region})
    )
    return CaseVerified(
        report_id=case.report_id,
        occurred_at=now,
        case_version=version,
        tracking_id=submission.tracking_id,
        title=decision.title or case.title,
        text=case.text,
        classification=decision.classification,
        category=decision.category,
        place=Place.model_validate(place),
        anonymous=case.anonymous or bool(decision.anonymous),
        secret=_secret(case, decision),
        evidence=case.evidence,
        agencies=decision.agencies,
        round=case.rounds + 1,
    )


def _secret(case: Case, decision: Verification) -> bool:
    """Where the words name people, silence hides them, and showing them needs a reason."""
    if not secrecy.proposed(case):
        return case.secret or bool(decision.secret)
    if decision.secret is False and decision.secrecy_reason is None:
        raise ReasonMissing(secrecy.signs_of(case))
    return decision.secret is not False


def hold(case: Case, question: str, version: int, now: datetime) -> ClarificationRequested:
    """Ask the reporter for what is missing; the verification clock pauses."""
    _require(case, Action.CLARIFICATION)
    return ClarificationRequested(
        report_id=case.report_id, occurred_at=now, case_version=version, question=question
    )


def archive(case: Case, reason: ArchiveReason, explanation: str, version: int, now: datetime) -> CaseArchived:
    """End the case without an agency, for a named reason that the reporter is told."""
    _require(case, Action.ARCHIVING)
    return CaseArchived(
        report_id=case.report_id,
        occurred_at=now,
        case_version=version,
        reason=reason,
        explanation=explanation,
    )


def merge(case: Case, into: UUID, version: int, now: datetime) -> CaseMerged:
    """Let this case be answered by another; can be undone."""
    _require(case, Action.MERGING)
    return CaseMerged(report_id=case.report_id, occurred_at=now, case_version=version, into=into)


def unmerge(case: Case, version: int, now: datetime) -> CaseUnmerged:
    """Take a case out of its cluster again: it waits for its own verification, whose clock starts anew."""
    _require(case, Action.UNMERGING)
    return CaseUnmerged(report_id=case.report_id, occurred_at=now, case_version=version)


def close(case: Case, version: int, now: datetime) -> CaseClosed:
    """Accept the agency's completion on the reporter's behalf."""
    _require(case, Action.CLOSURE)
    return CaseClosed(
        report_id=case.report_id, occurred_at=now, case_version=version, closed_by=ClosedBy.ADMINISTRATOR
    )


def _require(case: Case, action: Action) -> None:
    if case.asking:
        if action is not Action.CLOSURE:  # the agency has it, and waits for the reporter
            raise Refused(case.status, FITS[action] - {CaseStatus.ON_HOLD}, asking=True)
    elif case.status not in FITS[action]:
        raise Refused(case.status, FITS[action])
