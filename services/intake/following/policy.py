"""The reviewed rules of following. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

from services.intake.domain.follows import OVER
from services.intake.domain.view import Tracked
from shared.contracts import CaseStatus

_FILE = Path(__file__).parents[1] / "data/follows.yaml"
_ENDS = frozenset({CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.MERGED})


@dataclass(frozen=True)
class Rules:
    """How long a follow lasts (injected time), and how many one contact may have."""

    after_end: timedelta
    of_an_area: timedelta
    of_an_ended: timedelta
    """Then nothing tells that there was a follow."""
    most_of_a_contact: int
    hour: int

    def over(self, tracked: Tracked, now: datetime) -> bool:
        """Whether followers of this case are to be forgotten."""
        state = tracked.progress
        if tracked.report.secret or state.status in OVER:
            return True
        return state.status in _ENDS and state.since is not None and state.since + self.after_end <= now


@cache
def rules() -> Rules:
    """Read once a process."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Rules(
        timedelta(days=raw["days_after_end"]),
        timedelta(days=raw["days_of_an_area"]),
        timedelta(days=raw["days_of_an_ended"]),
        raw["most_of_a_contact"],
        raw["hour"],
    )
