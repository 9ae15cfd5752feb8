"""What agencies publish on `lapor.responses`: requests, answered by facts on their own topic or a refusal.

Who answered is read from the routing key, which the broker has checked, and never from the body.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


class ResponseKind(StrEnum):
    """What an agency can say of a leg."""

    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE = "response"
    RETURN = "return"
    DELEGATION = "delegation"
    QUESTION = "question"
    """To the reporter, about this leg; the answer comes as `disposition.reporter-said`."""
    COMPLETION = "completion"


def _of_our_time(moment: datetime) -> datetime:
    """At the edges of time, a zone can put a moment where no database tells it."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("lies outside of all time")
    return moment


class AgencyResponse(BaseModel):
    """One word of an agency about one of its legs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    leg_id: UUID
    text: str = Field("", max_length=10_000, description="The answer, question, or reason of a return.")
    unit: str | None = Field(None, max_length=120, description="The unit a leg is delegated to.")
    suggested_agency: str | None = Field(None, max_length=120)
    evidence: tuple[UUID, ...] = Field(
        (),
        max_length=20,
        description="Of a completion: files sent before to /v1/reports/{tracking_id}/evidence, by their ids.",
    )
    without_evidence: str | None = Field(
        None,
        max_length=1_000,
        description="Of a completion of visible work without files: why there are none.",
    )
    said_at: Annotated[AwareDatetime, AfterValidator(_of_our_time)] | None = Field(
        None, description="The agency's own clock, for its records."
    )
