"""What callers may say: moments, days, names and regions that a calendar can have an answer for."""

import re
from datetime import date, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from services.sla.rulebook import Rulebook, peek
from shared.calendar import NATION, UnknownRegion, Zone, region_of, zone_of
from shared.calendar.regions import scopes_of
from shared.web.fields import PlainText
from shared.web.problems import Problem, invalid

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Far beyond every calendar, and far enough from where arithmetic on dates overflows."""


_T = TypeVar("_T", date, datetime)


def _reachable(value: _T) -> _T:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        years = FIRST_YEAR, LAST_YEAR
        raise ValueError("di luar tahun {} sampai {}|lies outside the years {} to {}".format(*years, *years))
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_reachable)]
Date = Annotated[date, AfterValidator(_reachable)]
Words = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
Code = Annotated[PlainText, StringConstraints(max_length=120)]


class Body(BaseModel):
    """A body in which an unknown field is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


async def current_rules(request: Request) -> Rulebook:
    """The rulebook as it stands; it is not held."""
    async with request.app.state.database.reading() as tx:
        return await peek(tx)


Rules = Annotated[Rulebook, Depends(current_rules)]
"""The calendar and the limits as amended so far."""


def past(field: str, moment: datetime | None, now: datetime) -> datetime | None:
    """Refuses a moment of which nobody can know anything yet."""
    if moment is not None and moment > now:
        raise invalid(field, "tidak boleh di masa depan", "lies in the future")
    return moment


def decided(field: str, day: date, now: datetime) -> None:
    """Refuses an act that nobody has signed yet."""
    if day > Zone.WIB.date_of(now):
        raise invalid(field, "tanggalnya masih di masa depan", "lies in the future")


_AGENCY = re.compile(r"[a-z0-9]+(\.[a-z0-9-]+)*")


def agency(field: str, path: str) -> None:
    """Refuses what is no agency's path."""
    try:
        zone_of(path)
    except UnknownRegion:
        raise unknown_region(field) from None
    if not _AGENCY.fullmatch(path):
        raise invalid(field, "bukan kode instansi", "is not an agency's path")


_PLACE = re.compile(r"(\d\d)\.?(\d\d)?(\.?\d+)*")
_CITY_AGENCY = re.compile(r"(\d\d)\.\1(\d\d)(\..*)?")
_NATIONAL = frozenset({NATION, "kl", "national", "nasional"})


def region(field: str, code: str | None) -> str | None:
    """The region whose free days count for a region's or an agency's code; None is the nation alone.

    ``3578``, ``35.78``, ``35.78.01.1001`` and ``35.3578.dishub`` are all of ``35.78``. Raises a 422 problem.
    """
    if code is None or code.partition(".")[0].lower() in _NATIONAL:
        return None
    if found := _CITY_AGENCY.fullmatch(code) or _PLACE.fullmatch(code):
        place = ".".join(part for part in found.groups()[:2] if part)
    else:
        place = region_of(code) or code
    try:
        scopes_of(place)
    except UnknownRegion:
        raise unknown_region(field) from None
    return place


def unknown_region(field: str) -> Problem:
    """A refusal that names the field."""
    return invalid(field, "kode wilayah tidak dikenal", "is not a known region code")
