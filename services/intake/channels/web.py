"""Filing as JSON, shared by the web page, the mobile app and machines that call the API."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    model_validator,
)

from services.intake.channels.values import (
    Line,
    email_address,
    one_line,
    phone_number,
    plain,
    region_code,
    stripped,
)
from services.intake.channels.values import (
    nik as identity_number,
)
from services.intake.domain.preferences import Language
from services.intake.domain.report import Filing
from services.intake.questions.catalogue import catalogue
from services.intake.questions.checking import check
from services.intake.questions.scope import Redirection, out_of_scope
from shared.calendar import Zone, zone_of
from shared.contracts import Channel, Classification, Place, ReportAnswer
from shared.security.sealing import Contact
from shared.web.problems import FieldError, Problem, invalid
from shared.web.validation import MOST_ERRORS

INDONESIA = (-11.5, 6.5, 94.5, 141.5)
"""South, north, west and east, with some sea around."""

Answers = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=60)],
        StrictBool | StrictInt | StrictFloat | Annotated[str, StringConstraints(max_length=2000)] | None,
    ],
    Field(max_length=30),
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ContactInput(_Input):
    """How to reach the reporter. Sealed at once: nobody but the notification service can read it."""

    name: Annotated[str, stripped(1, 120), AfterValidator(one_line)] | None = None
    phone: Annotated[str, stripped(5, 40), AfterValidator(phone_number)] | None = None
    email: Annotated[str, stripped(3, 254), AfterValidator(email_address)] | None = None
    nik: Annotated[str, stripped(16, 16), AfterValidator(identity_number)] | None = Field(
        None, description="Sixteen digits, if the reporter wants to give them. Read only in a reveal."
    )
    address: Annotated[str, stripped(3, 300), AfterValidator(plain)] | None = Field(
        None, description="Where the reporter lives. Read only in a reveal."
    )
    language: Language = Language.INDONESIAN

    def contact(self) -> Contact | None:
        given = self.model_dump()
        if not any(value for name, value in given.items() if name != "language"):
            return None
        return Contact(**given)

    def __repr__(self) -> str:
        return "ContactInput(…)"

    __str__ = __repr__


class PlaceInput(_Input):
    """Where it happened. Everything is optional; coordinates come in pairs and lie in Indonesia."""

    region: Annotated[str, stripped(2, 13), AfterValidator(region_code)] | None = Field(
        None, description="Ministry code down to the village, e.g. 35.78."
    )
    description: Annotated[str, stripped(1, 500), AfterValidator(plain)] | None = None
    latitude: float | None = Field(None, ge=INDONESIA[0], le=INDONESIA[1])
    longitude: float | None = Field(None, ge=INDONESIA[2], le=INDONESIA[3])

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude dan longitude diisi berpasangan|latitude and longitude come together")
        return self


class ReportFields(_Input):
    """A report in the fields that people and machines fill in. `channel` is the caller's to narrow."""

    title: Annotated[str, stripped(5, 200), AfterValidator(one_line)]
    text: Annotated[str, stripped(20, 10_000), AfterValidator(plain)]
    category: Annotated[str, stripped(2, 80), AfterValidator(one_line)] | None = None
    classification: Classification | None = Field(None, description="What the reporter believes it to be.")
    event_date: date | None = Field(None, description="The day it happened; not in the future.")
    place: PlaceInput = Field(default_factory=PlaceInput)
    agency_hint: Line | None = Field(None, description="The agency complained about, if known.")
    anonymous: bool = Field(False, description="Hide who reports from the public and the agency.")
    secret: bool = Field(False, description="Hide the whole report from the public.")
    channel: Channel
    contact: ContactInput | None = None
    answers: Answers | None = Field(
        None, description="By question; an application that asks none leaves it out, and nothing is required."
    )
    insist: bool = Field(False, description="File even what /v1/reports/check says fits elsewhere.")

    def filing(self, now: datetime) -> Filing:
        """Raises a problem where the day of the event has not come yet."""
        # Where no region is named it may be tomorrow already in the east.
        zone = zone_of(self.place.region) if self.place.region else Zone.WIT
        if self.event_date is not None and self.event_date > zone.date_of(now):
            raise _in_the_future()
        elsewhere = None if self.insist else out_of_scope(self.title, self.text, self.answers)
        if elsewhere is not None and elsewhere.certain:
            raise _elsewhere(elsewhere)
        return Filing(
            channel=self.channel,
            title=self.title,
            text=self.text,
            category=self.category,
            classification=self.classification,
            event_date=self.event_date,
            place=Place.model_validate(self.place.model_dump()),
            agency_hint=self.agency_hint,
            anonymous=self.anonymous,
            secret=self.secret,
            answers=checked_answers(self.category, self.answers, now, self.place.region),
        )

    def sealed_part(self) -> Contact | None:
        return self.contact.contact() if self.contact else None


class ReportInput(ReportFields):
    """A report as a person or a machine files it."""

    channel: Literal[Channel.WEB, Channel.MOBILE, Channel.API] = Channel.WEB


def checked_answers(
    category: str | None, answers: Answers | None, now: datetime, region: str | None
) -> tuple[ReportAnswer, ...]:
    """The answers as they are kept. Raises a problem that names each wrong one.

    None: an application that asks no questions.
    """
    if answers is None:
        return ()
    zone = zone_of(region) if region else Zone.WIT
    kept, wrong = check(catalogue().of(category), answers, zone.date_of(now))
    if wrong:
        raise Problem(
            422,
            "invalid",
            "Ada jawaban yang perlu diperbaiki.",
            "Some answers need correction.",
            [FieldError(*refusal) for refusal in wrong[:MOST_ERRORS]],
        )
    return kept


def _elsewhere(elsewhere: Redirection) -> Problem:
    where = "; ".join(place.name for place in elsewhere.where)
    where_en = "; ".join(place.name_en for place in elsewhere.where)
    return invalid(
        "insist",
        f"{elsewhere.text} {where}. Kirim lagi dengan insist bila tetap ingin melapor.",
        f"{elsewhere.text_en} {where_en}. Send it again with insist to file all the same.",
    )


def _in_the_future() -> Problem:
    return invalid("event_date", "tidak boleh di masa depan", "must not be in the future")
