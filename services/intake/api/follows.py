"""Following a public report, or an area, without an account: asked for here, confirmed by whoever is told."""

import json
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.push import PushBody, checked_subscription
from services.intake.api.supports import admit
from services.intake.channels.values import email_address, phone_number, region_code, stripped
from services.intake.confirming import reachable
from services.intake.desk import Desk
from services.intake.domain.follows import area_of
from services.intake.domain.preferences import Language
from services.intake.following import desk as following
from services.intake.following.areas import area_target
from services.intake.following.desk import Target
from services.intake.questions.catalogue import catalogue
from shared.calendar import Zone
from shared.db.database import Transaction
from shared.security.limits import RateLimiter
from shared.security.sealing import Contact
from shared.web.problems import invalid, not_found, too_many

router = APIRouter(
    prefix="/v1",
    tags=["follows"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 413, 422, 429, 503),
)
AREA_RATE = "60/minute"
"""For each area, whoever asks."""
_areas = RateLimiter(AREA_RATE)
_codes = RateLimiter("20/minute")


class FollowContact(BaseModel):
    """Where to tell: sealed at once, and written to once before its reader has said yes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    email: Annotated[str, stripped(3, 254), AfterValidator(email_address)] | None = None
    phone: Annotated[str, stripped(5, 40), AfterValidator(phone_number)] | None = None
    language: Language = Language.INDONESIAN

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.email is None) == (self.phone is None):
            raise ValueError("isi salah satu: email atau phone|give one of the two: email or phone")
        return self

    def contact(self) -> Contact:
        return Contact(email=self.email, phone=self.phone, language=self.language.value)

    def __repr__(self) -> str:
        return "FollowContact(…)"

    __str__ = __repr__


class FollowInput(BaseModel):
    """A contact, or a browser (`PushSubscription.toJSON()`)."""

    model_config = ConfigDict(extra="forbid")
    contact: FollowContact | None = None
    push: PushBody | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.contact is None) == (self.push is None):
            raise ValueError("isi salah satu: contact atau push|give one of the two: contact or push")
        return self


class AreaName(BaseModel):
    """A topic, a region or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    category: Annotated[str, StringConstraints(max_length=80)] | None = None
    region: Annotated[str, stripped(2, 5), AfterValidator(region_code)] | None = Field(
        None, description="A province's code or a city's."
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.category is None and self.region is None:
            raise ValueError("sebutkan topik, wilayah, atau keduanya|name a topic, a region or both")
        if self.category is not None and self.category not in catalogue().categories:
            raise ValueError("topik tidak dikenal|unknown topic")
        return self


class AreaFields(AreaName):
    """What is new there, and when it is told, once a day."""

    hour: int | None = Field(None, ge=0, le=23, description="When to tell it, in the region's zone.")
    zone: Zone | None = None

    def target(self) -> Target:
        return area_target(area_of(self.category, self.region), self.hour, self.zone)


class AreaInput(AreaFields, FollowInput):
    """Which, and who is told."""


class Asked(BaseModel):
    """A contact is asked first, and this is the answer for each, whether it follows already or not. A browser
    follows at once; `follow_id` and `code`, shown once, end that.
    """

    state: Literal["asked", "following"]
    follow_id: UUID | None = None
    code: str | None = None


@router.post("/reports/{tracking_id}/follows", status_code=202, summary="Follow a public report")
async def follow_report(desk: CurrentDesk, request: Request, tracking_id: str, body: FollowInput) -> Asked:
    """Told are changes of its public page alone: status, agencies' answers as masked there, its closing. A
    secret report answers as if it did not exist, and nothing more is told of one that becomes secret.
    """
    admit(request, desk, tracking_id)
    async with desk.database.transaction() as tx:
        tracked = await open_report(tx, desk, tracking_id, None)
        return await _follow(tx, desk, Target.case(tracked), body)


@router.post("/follows", status_code=202, summary="Follow a topic, a region or both")
async def follow_area(desk: CurrentDesk, request: Request, body: AreaInput) -> Asked:
    """New public reports there, once an officer has verified them, in one message a day at most."""
    target = body.target()
    admit_area(request, desk, target)
    async with desk.database.transaction() as tx:
        return await _follow(tx, desk, target, body)


def admit_area(request: Request, desk: Desk, target: Target) -> None:
    """Count one wish, by its source and by the area. Raises 429 problems."""
    area = target.area or ""
    desk.guard.admit(request)
    if not _areas.hit(area):
        raise too_many(_areas.retry_after(area))


@router.delete("/follows/{follow_id}", status_code=204, summary="Follow no longer")
async def unfollow(desk: CurrentDesk, code: RequiredCode, follow_id: UUID) -> None:
    """With the code of the follow in the header of access codes. Messages have a link that does the same."""
    if wait := _codes.retry_after(str(follow_id)):
        raise too_many(wait)
    async with desk.database.transaction() as tx:
        if not await following.unfollow(tx, desk.keys, follow_id, code):
            _codes.hit(str(follow_id))
            raise not_found()


async def _follow(tx: Transaction, desk: Desk, target: Target, body: FollowInput) -> Asked:
    if body.push is not None:
        subscription = json.dumps(checked_subscription(desk, body.push))
        follow_id, code = await following.follow_in_browser(tx, desk.keys, target, subscription)
        return Asked(state="following", follow_id=follow_id, code=code)
    contact = reachable(body.contact.contact()) if body.contact else None
    if contact is None:
        raise invalid("contact", "wajib diisi", "is required")
    await following.follow(tx, desk.keys, desk.settings.public_url, target, contact)
    return Asked(state="asked")
