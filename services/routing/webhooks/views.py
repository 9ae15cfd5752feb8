"""What agencies say and see about their web hooks. A secret appears in two answers, and never again."""

from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

LONGEST_RANGE = timedelta(days=31)


class NewHook(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=1, max_length=500, description="https, on the open Internet.")


class Rotation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    overlap_hours: float = Field(24, ge=0, le=168, description="How long the old secret signs as well.")


class Replay(BaseModel):
    """What was first queued from `first` on and before `last`."""

    model_config = ConfigDict(extra="forbid")
    first: AwareDatetime
    last: AwareDatetime
    only: Literal["all", "abandoned"] = "all"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta(0) < self.last - self.first <= LONGEST_RANGE:
            raise ValueError("rentang harus positif dan paling lama 31 hari|the range is 31 days at most")
        return self


class HookView(BaseModel):
    """A hook and how it is doing; never its secret."""

    model_config = ConfigDict(from_attributes=True)
    webhook_id: UUID
    agency: str
    url: str
    state: Literal["active", "suspended"]
    failures: int = Field(description="In a row.")
    failing_since: datetime | None
    held_until: datetime | None
    last_error: str | None
    last_success_at: datetime | None
    old_secret_until: datetime | None
    created_by: str
    created_at: datetime


class Registered(BaseModel):
    """The answer that holds the secret, once."""

    webhook_id: UUID
    url: str
    secret: str = Field(description="Shown this once. Keep it: deliveries are signed with it.")


class Rotated(BaseModel):
    """The answer that holds the new secret, once."""

    secret: str = Field(description="Shown this once.")
    old_secret_until: datetime | None


class DeliveryView(BaseModel):
    """One delivery, and what became of it."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    delivery_id: UUID = Field(description="The `webhook-id` header.")
    event_id: UUID
    type: str
    state: Literal["waiting", "delivered", "abandoned"]
    attempts: int
    status: int | None
    error: str | None
    seconds: float | None
    created_at: datetime
    next_at: datetime | None
    finished_at: datetime | None


class Tested(BaseModel):
    """How the hook took a delivery of type `webhook.test`."""

    delivered: bool
    status: int | None
    error: str | None
    seconds: float
