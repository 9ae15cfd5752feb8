"""What partners' own systems hear about the reports that they filed over the broker."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.base import REPLIES, Fact, Part


class PartnerError(Part):
    """One field, and what is wrong with it."""

    field: str
    message: str
    message_en: str


class PartnerAnswered(Fact):
    """The answer to one message of a partner: a report was filed, or `errors` say why not.

    A refused message has a `report_id` of its own that no report has.
    """

    type: ClassVar[str] = "partner.answered"
    exchange: ClassVar[str] = REPLIES
    must_route: ClassVar[bool] = False

    partner: str = Field(description="The partner's code; part of the topic.")
    message_id: str = Field(description="The `message_id` that the partner gave its message.")
    tracking_id: str | None = Field(None, description="As people read it. None: nothing was filed.")
    access_code: str | None = Field(None, description="Shown here and never again.")
    deadline: AwareDatetime | None = Field(None, description="When it is to be verified at the latest.")
    receipt: str | None = Field(None, description="Signed (JWS); its key is one of /v1/receipts/keys.")
    errors: tuple[PartnerError, ...] = ()

    @property
    def routing_key(self) -> str:
        return f"partner.{self.partner}"
