"""What every fact has in common. A fact is past tense, immutable, and never names a reporter."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

EVENTS = "lapor.events"
DISPOSITIONS = "lapor.dispositions"
RESPONSES = "lapor.responses"
PRIVATE = "lapor.private"
INBOUND = "lapor.inbound"
REPLIES = "lapor.replies"


class Part(BaseModel):
    """A frozen piece of a fact. Unknown fields are ignored: schemas change by addition only."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_enum_values=False)


class Fact(Part):
    """Something that happened to one report. Its identity (a UUIDv7) travels beside it, as `message_id`."""

    type: ClassVar[str]
    version: ClassVar[int] = 1
    exchange: ClassVar[str] = EVENTS
    must_route: ClassVar[bool] = True
    """Keep it in the outbox while no queue is bound for it. False where having no reader is normal."""

    report_id: UUID = Field(description="The report this is about; also the case's id.")
    occurred_at: AwareDatetime = Field(description="When it became true, in the injected time, UTC.")

    @property
    def routing_key(self) -> str:
        """The topic. Never holds an id."""
        return self.type

    @classmethod
    def schema_name(cls) -> str:
        """What the AMQP property `type` says, e.g. ``case.closed.v1``."""
        return f"{cls.type}.v{cls.version}"
