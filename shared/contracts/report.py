"""Facts about the report as filed and the reporter's later words. Said by intake alone."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Fact, Part
from shared.contracts.enums import Channel, Classification


class EvidenceRef(Part):
    """A claim check: where a file lies in the object store. The message never carries the file."""

    evidence_id: UUID
    object_key: str
    content_type: str
    size: int = Field(description="Bytes.")
    sha256: str


class Place(Part):
    """Where it happened, as far as the reporter knows."""

    region: str | None = Field(None, description="Ministry code, e.g. 35.78 for Kota Surabaya.")
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class ReportAnswer(Part):
    """An answer to a question of the report's category, in words that officers can read."""

    question: str = Field(description="The question's code.")
    label: str = Field(description="The question as it was asked, in Indonesian.")
    value: str


class ReportSubmitted(Fact):
    """Somebody filed a report. Never says who."""

    type: ClassVar[str] = "report.submitted"

    tracking_id: str
    channel: Channel
    title: str
    text: str
    category: str | None = None
    classification: Classification | None = Field(None, description="What the reporter believes it to be.")
    event_date: date | None = None
    place: Place = Place()
    agency_hint: str | None = Field(None, description="The agency complained about or a channel's keyword.")
    anonymous: bool = False
    secret: bool = False
    answers: tuple[ReportAnswer, ...] | None = Field(
        None, description="To the questions of the category, where some were asked."
    )

    @property
    def routing_key(self) -> str:
        return f"report.submitted.{self.channel}"


class ReportWord(Fact):
    """A later word of the reporter; `case_version` is the version of the case it was said to."""

    case_version: int = 0


class ReportSupplemented(ReportWord):
    """The reporter added something."""

    type: ClassVar[str] = "report.supplemented"
    text: str


class ReportReplied(ReportWord):
    """The reporter answers an agency, or a question."""

    type: ClassVar[str] = "report.replied"
    text: str


class ReportAccepted(ReportWord):
    """The reporter is content: the case closes."""

    type: ClassVar[str] = "report.accepted"


class ReportObjected(ReportWord):
    """The reporter is not content: the agency goes on, or a closed case is reopened."""

    type: ClassVar[str] = "report.objected"
    text: str


class ReportWithdrawn(ReportWord):
    """The reporter takes the report back, and the case ends."""

    type: ClassVar[str] = "report.withdrawn"
    text: str | None = None


class ReportAppealed(ReportWord):
    """The reporter asks for another look at an archived case: once, and another officer decides."""

    type: ClassVar[str] = "report.appealed"
    text: str


class ReportReferralConsented(ReportWord):
    """The reporter agrees that case, facts and evidence go to the Ombudsman (UU 37/2008, art. 24)."""

    type: ClassVar[str] = "report.referral-consented"
    body: str = "ombudsman"
    not_in_court: bool = Field(description="The reporter's own declaration; in court, it cannot go there.")


class ReportRated(ReportWord):
    """How the reporter found it, from one to five, once the case was closed."""

    type: ClassVar[str] = "report.rated"
    score: int = Field(ge=1, le=5)
    comment: str | None = None


class ReportSupported(Fact):
    """Somebody else has the same trouble ("me too") and wants to hear how it ends.

    A contact they leave is registered on the private exchange with `supporter_id` in the report's place.
    """

    type: ClassVar[str] = "report.supported"
    supporter_id: UUID
    withdrawn: bool = Field(False, description="The support is taken back; nothing more is sent.")


class ReportIdentityRevealed(Fact):
    """Two officers have learnt who reported, and the reporter is to be told. Never says who it was, or is."""

    type: ClassVar[str] = "report.identity-revealed"
    reason: str = Field(description="Of the catalogue of reasons.")
    words: str = Field(description="The reason in words for the reporter, in Indonesian.")
    words_en: str


class EvidenceCleared(Fact):
    """A file was checked, and a clean copy may be shown."""

    type: ClassVar[str] = "evidence.cleared"
    evidence: EvidenceRef


class EvidenceAttached(Fact):
    """An agency's file that shows its work on a leg, checked. Others see it once a completion names it."""

    type: ClassVar[str] = "evidence.attached"
    leg_id: UUID
    agency: str
    evidence: EvidenceRef


class EvidenceRejected(Fact):
    """A file was refused; nothing of it is kept but its hash."""

    type: ClassVar[str] = "evidence.rejected"
    evidence_id: UUID
    reason: str
