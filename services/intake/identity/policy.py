"""The reviewed rules of identities: why they may be asked for, and when they are forgotten. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml

from services.intake.domain.moments import Kind
from services.intake.domain.progress import Progress
from services.intake.domain.view import Tracked
from shared.contracts import CaseStatus

_DATA = Path(__file__).parents[1] / "data"
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Reason:
    """Why an identity may be asked for; `words` are for the reporter."""

    id: str
    title: str
    title_en: str
    words: str
    words_en: str
    source: str
    needs_order: bool = False


@dataclass(frozen=True)
class RevealRules:
    """Reasons by id, and how long each step may take (injected time)."""

    reasons: Mapping[str, Reason]
    approval: timedelta
    collecting: timedelta


@dataclass(frozen=True)
class Retention:
    """How long who reported is kept after a case has taken a final status."""

    after: Mapping[CaseStatus, timedelta]
    withdrawn: timedelta
    look_again: timedelta
    unnamed_evidence: timedelta
    """How long an agency's file is kept that no completion names, after none can any more."""

    @property
    def shortest(self) -> timedelta:
        """Before this nothing but a withdrawal makes anybody forgotten."""
        return min(self.after.values())

    def forget_at(self, progress: Progress) -> datetime | None:
        """When who reported is to be forgotten; None while the case is open.

        A withdrawal counts from the reporter's word, whatever becomes of the case.
        """
        said = [moment.at for moment in progress.timeline if moment.kind is Kind.WITHDRAWN]
        if said:
            return min(said) + self.withdrawn
        if progress.status is CaseStatus.WITHDRAWN and progress.since is not None:
            return progress.since + self.withdrawn
        kept = self.after.get(progress.status)
        return progress.since + kept if kept is not None and progress.since is not None else None

    def parted(self, looked_at: Iterable[Tracked], now: datetime) -> tuple[list[UUID], dict[UUID, datetime]]:
        """The reports whose time is over, and when to look at each of the others again."""
        over: list[UUID] = []
        later: dict[UUID, datetime] = {}
        for tracked in looked_at:
            at, report_id = self.forget_at(tracked.progress), tracked.report.report_id
            if at is not None and at <= now:
                over.append(report_id)
            else:
                later[report_id] = at or now + self.look_again
        return over, later


@cache
def reveal_rules() -> RevealRules:
    """Read once a process."""
    raw = yaml.safe_load((_DATA / "reveals.yaml").read_text(encoding="utf-8"))
    return RevealRules(
        {row["id"]: Reason(**row) for row in raw["reasons"]},
        timedelta(hours=raw["approval_hours"]),
        timedelta(minutes=raw["collect_minutes"]),
    )


@cache
def retention() -> Retention:
    """Read once a process."""
    raw = yaml.safe_load((_DATA / "retention.yaml").read_text(encoding="utf-8"))
    return Retention(
        {CaseStatus(status): years * _YEAR for status, years in raw["years"].items()},
        timedelta(days=raw["withdrawn_days"]),
        timedelta(days=raw["look_again_days"]),
        timedelta(days=raw["unnamed_evidence_days"]),
    )
