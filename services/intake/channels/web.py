"""Filing as JSON, shared by the web page, the mobile app and machines that call the API."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.intake.domain.report import Filing
from shared.calendar import UnknownRegion, Zone, zone_of
from shared.contracts import Channel, Classification, Place
from shared.security.phones import InvalidPhone, normalise_phone
from shared.security.sealing import Contact
from shared.web.problems import Problem, invalid

INDONESIA = (-11.5, 6.5, 94.5, 141.5)
"""South, north, west and east, with some sea around."""

_REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")


def plain(value: str) -> str:
    """Refuses what no keyboard types: NUL and other control characters; line ends and tabs are welcome."""
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in value):
        raise ValueError("memuat karakter kendali yang tidak diterima|contains control characters")
    return value


def _one_line(value: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in value):
        raise ValueError(
            "harus satu baris tanpa karakter kendali|must be one line without control characters"
        )
    return value


def _phone(value: str) -> str:
    try:
        return normalise_phone(value)
    except InvalidPhone as error:
        raise ValueError(f"{error.message}|{error.message_en}") from None


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value) or len(value) > 254:
        raise ValueError("bukan alamat surel yang benar|is not a valid e-mail address")
    return value


def _region(value: str) -> str:
    message = "bukan kode wilayah yang dikenal, misalnya 35.78|is not a known region code such as 35.78"
    if not _REGION.fullmatch(value):
        raise ValueError(message)
    try:
        zone_of(value)
    except UnknownRegion:
        raise ValueError(message) from None
    return value


def _stripped(least: int, most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Line = Annotated[str, _stripped(1, 200), AfterValidator(_one_line)]
Words = Annotated[str, _stripped(3, 10_000), AfterValidator(plain)]
"""What a reporter writes later: a supplement, a reply, an objection."""


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ContactInput(_Input):
    """How to reach the reporter. Sealed at once: nobody but the notification service can read it."""

    name: Annotated[str, _stripped(1, 120), AfterValidator(_one_line)] | None = None
    phone: Annotated[str, _stripped(5, 40), AfterValidator(_phone)] | None = None
    email: Annotated[str, _stripped(3, 254), AfterValidator(_email)] | None = None
    language: Literal["id", "en"] = "id"

    def contact(self) -> Contact | None:
        if not (self.name or self.phone or self.email):
            return None
        return Contact(name=self.name, phone=self.phone, email=self.email, language=self.language)

    def __repr__(self) -> str:
        return "ContactInput(…)"

    __str__ = __repr__


class PlaceInput(_Input):
    """Where it happened. Everything is optional; coordinates come in pairs and lie in Indonesia."""

    region: Annotated[str, _stripped(2, 13), AfterValidator(_region)] | None = Field(
        None, description="Ministry code down to the village, e.g. 35.78."
    )
    description: Annotated[str, _stripped(1, 500), AfterValidator(plain)] | None = None
    latitude: float | None = Field(None, ge=INDONESIA[0], le=INDONESIA[1])
    longitude: float | None = Field(None, ge=INDONESIA[2], le=INDONESIA[3])

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude dan longitude diisi berpasangan|latitude and longitude come together")
        return self


class ReportInput(_Input):
    """A report as a person or a machine files it."""

    title: Annotated[str, _stripped(5, 200), AfterValidator(_one_line)]
    text: Annotated[str, _stripped(20, 10_000), AfterValidator(plain)]
    category: Annotated[str, _stripped(2, 80), AfterValidator(_one_line)] | None = None
    classification: Classification | None = Field(None, description="What the reporter believes it to be.")
    event_date: date | None = Field(None, description="The day it happened; not in the future.")
    place: PlaceInput = Field(default_factory=PlaceInput)
    agency_hint: Line | None = Field(None, description="The agency complained about, if known.")
    anonymous: bool = Field(False, description="Hide who reports from the public and the agency.")
    secret: bool = Field(False, description="Hide the whole report from the public.")
    channel: Literal[Channel.WEB, Channel.MOBILE, Channel.API] = Channel.WEB
    contact: ContactInput | None = None

    def filing(self, now: datetime) -> Filing:
        """Raises a problem where the day of the event has not come yet."""
        # Where no region is named it may be tomorrow already in the east.
        zone = zone_of(self.place.region) if self.place.region else Zone.WIT
        if self.event_date is not None and self.event_date > zone.date_of(now):
            raise _in_the_future()
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
        )

    def sealed_part(self) -> Contact | None:
        return self.contact.contact() if self.contact else None


def _in_the_future() -> Problem:
    return invalid("event_date", "tidak boleh di masa depan", "must not be in the future")
