"""What changes on public pages and somebody follows. Said by intake alone, masked as everyone reads it."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import Fact, Part
from shared.contracts.enums import CaseStatus, ClosedBy


class PublicAnswer(Part):
    """What an agency answered."""

    agency_name: str
    text: str = Field(description="Masked.")


class PublicCaseChanged(Fact):
    """The public page of a followed case shows something new."""

    type: ClassVar[str] = "public.case-changed"

    tracking_id: str
    title: str = Field(description="Masked.")
    public_version: int = Field(description="One more than before.")
    status: CaseStatus
    status_changed: bool = Field(True, description="False: there are answers alone.")
    closed_by: ClosedBy | None = None
    answers: tuple[PublicAnswer, ...] = Field((), description="The new ones, oldest first.")


class PublicCaseListed(Fact):
    """A verified case has come into areas that somebody follows; said once for a case."""

    type: ClassVar[str] = "public.case-listed"

    tracking_id: str
    title: str = Field(description="Masked.")
    filed_at: AwareDatetime
    status: CaseStatus
    category: str | None = None
    region: str | None = Field(None, description="Down to the city.")
    areas: tuple[str, ...] = Field(description="Every area that it lies in, as follows name them.")


class PublicCaseHidden(Fact):
    """A case has become secret or was withdrawn: nothing more is told of it, for good."""

    type: ClassVar[str] = "public.case-hidden"

    tracking_id: str
