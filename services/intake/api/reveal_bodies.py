"""What is sent to ask for, decide and see a reveal, and what officers read of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.intake.identity import store
from services.intake.identity.chain import Wrong
from shared.web.fields import plain

_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000), AfterValidator(plain)
]
_Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=60)]
_Order = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), AfterValidator(plain)
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RevealInput(_Input):
    """Why somebody has to know who reported."""

    reason: str = Field(description="One of GET /v1/reveals/reasons.", max_length=60)
    explanation: _Words
    court_order: _Order | None = Field(
        None,
        description="Number of a court's order, with a reason that needs one; the reporter is then not told.",
    )


class CodeInput(_Input):
    """The approver's own code, or the asker's collect code."""

    code: _Code


class RefusalInput(_Input):
    why: _Words


class HolderInput(_Input):
    """A copy of the key that only this officer's code opens, as `lapor reveal enrol` makes it."""

    key_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    locked: str = Field(min_length=40, max_length=200)


class AskedReveal(BaseModel):
    """Keep the collect code: it is shown here alone, and without it nobody can see the identity."""

    reveal_id: UUID
    collect_code: str
    approve_until: datetime


class RevealLine(BaseModel):
    """One request as officers see it."""

    reveal_id: UUID
    report_id: UUID
    tracking_id: str
    state: store.RevealState
    asked_by: str
    agency: str | None
    reason: str
    explanation: str
    court_order: str | None
    asked_at: datetime
    approve_until: datetime
    decided_by: str | None
    decided_at: datetime | None
    collect_until: datetime | None
    shown_at: datetime | None


class ShownIdentity(BaseModel):
    """Who reported, as far as they said. Shown once."""

    name: str | None
    nik: str | None
    address: str | None
    phone: str | None
    email: str | None
    whatsapp: str | None
    telegram: str | None


class LogLine(BaseModel):
    seq: int
    reveal_id: UUID | None
    at: datetime
    step: str
    officer: str
    details: Mapping[str, Any]


class RevealLog(BaseModel):
    """`first_break`: the first entry that does not fit, and what is `wrong` with it; null if all do."""

    intact: bool
    first_break: int | None
    wrong: Wrong | None
    unsigned: int = Field(
        description="How many of the first entries carry no signature: from before entries were signed."
    )
    entries: list[LogLine]
