"""What an agency is: an office with a path in the topics, a place in the state, and its days of validity."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.calendar import Zone

NATIONAL = "nasional"
"""The desk where everything ends that no other agency may have: always valid, and it returns nothing."""


class AgencyKind(StrEnum):
    """What an agency is in the state's order."""

    NATIONAL = "national"
    MINISTRY = "ministry"
    INSTITUTION = "institution"
    STATE_COMPANY = "state_company"
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Agency:
    """`code` is its path in topics. Valid from a first to a last day, each of them open where it is None.

    `calendar` is the region whose own free days count too; None: only the nation's. `successors` take over
    when it has ended: of several, the rules choose for each case.
    """

    code: str
    name: str
    kind: AgencyKind
    zone: Zone
    parent: str | None = None
    desk_email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    calendar: str | None = None
    successors: tuple[str, ...] = ()

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and not self.ended_by(day)

    def ended_by(self, day: date) -> bool:
        return self.valid_to is not None and self.valid_to < day
