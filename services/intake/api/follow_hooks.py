"""Systems that are told of public reports by web hook; operators register them and answer for them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.intake.api.access import CurrentDesk, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.follows import AreaName
from services.intake.channels.values import one_line, stripped
from services.intake.domain.follows import area_of
from services.intake.following import hooks
from services.intake.following.areas import area_target
from services.intake.following.desk import Target
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.addresses import LONGEST_URL, ForbiddenAddress
from shared.web.outbound import NoAnswer, Outbound
from shared.web.problems import invalid, not_found

router = APIRouter(
    prefix="/v1/follows/hooks",
    tags=["follows"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
)
Operator = Annotated[Officer, Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))]
MOST_REPORTS = 200
_LOOKUP_SECONDS = 5.0


class NewHook(BaseModel):
    """What a system is told of. Its address is checked now, and again before each call."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    name: Annotated[str, stripped(3, 80), AfterValidator(one_line)]
    url: Annotated[str, Field(max_length=LONGEST_URL)]
    areas: Annotated[tuple[AreaName, ...], Field(max_length=20)] = ()
    reports: Annotated[tuple[str, ...], Field(max_length=MOST_REPORTS)] = Field(
        (), description="Tracking ids of public reports, of which every change is told."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.areas or self.reports):
            raise ValueError("sebutkan areas, reports, atau keduanya|name areas, reports or both")
        return self


class Hook(BaseModel):
    """A system that is told. Nobody but notify can read its address."""

    model_config = ConfigDict(from_attributes=True)
    hook_id: UUID
    name: str
    host: str
    author: str
    created_at: datetime
    areas: list[str]
    reports: int


class RegisteredHook(BaseModel):
    """`secret` signs what is sent (`LAPOR-Signature`, HMAC-SHA256 over time and body); it is shown once."""

    hook_id: UUID
    secret: str


@router.post("", status_code=201, summary="Have a system told")
async def register(desk: CurrentDesk, operator: Operator, body: NewHook) -> RegisteredHook:
    """A report that is secret cannot be named, and one that becomes secret is told of no longer."""
    await _prove(body.url, loopback=desk.settings.outgoing_loopback)
    async with desk.database.transaction() as tx:
        targets = [area_target(area_of(each.category, each.region)) for each in dict.fromkeys(body.areas)]
        targets += [
            Target.case(await open_report(tx, desk, tracking_id, None))
            for tracking_id in dict.fromkeys(body.reports)
        ]
        hook_id, secret = await hooks.register(
            tx, desk.keys, name=body.name, url=body.url, author=operator.id, targets=targets
        )
    return RegisteredHook(hook_id=hook_id, secret=secret)


async def _prove(url: str, *, loopback: bool) -> None:
    """Raises a problem for an address that is not to be called; the same is looked at before each call."""
    outbound = Outbound(seconds=_LOOKUP_SECONDS, loopback=loopback)
    try:
        await outbound.prove(url)
    except ForbiddenAddress as error:
        raise invalid("url", error.reason, error.reason_en) from None
    except NoAnswer:
        raise invalid("url", "nama ini tidak ditemukan", "this name cannot be found") from None
    finally:
        await outbound.close()


@router.get("", summary="Systems that are told")
async def registered(desk: CurrentDesk, _: Operator) -> list[Hook]:
    """Who is told of which topics and regions. Of an address only the host can be read here."""
    async with desk.database.reading() as tx:
        return [Hook.model_validate(row) for row in await hooks.registered(tx)]


@router.delete("/{hook_id}", status_code=204, summary="Tell a system nothing more")
async def remove(desk: CurrentDesk, _: Operator, hook_id: UUID) -> None:
    """Its address and secret are forgotten with it."""
    async with desk.database.transaction() as tx:
        if not await hooks.remove(tx, hook_id):
            raise not_found()
