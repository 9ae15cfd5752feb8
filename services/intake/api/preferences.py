"""What the reporter of a report wants to hear, how and when; asked and changed with the access code."""

from datetime import time
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.domain.preferences import Language, Preferences, QuietHours, Way
from services.intake.preferences import prefer, preferences
from shared.calendar import Zone

router = APIRouter(
    prefix="/v1/reports/{tracking_id}",
    tags=["preferences"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 413, 422, 429, 503),
)


def _on_the_minute(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("tulis sebagai JJ:MM|write it as HH:MM")
    return value


_TimeOfDay = Annotated[time, AfterValidator(_on_the_minute), Field(examples=["21:00"])]


class QuietHoursBody(BaseModel):
    """Nothing is sent in these hours; what came up meanwhile is sent when they end."""

    model_config = ConfigDict(extra="forbid")
    begin: _TimeOfDay = Field(alias="from")
    end: _TimeOfDay = Field(alias="until")
    zone: Zone = Zone.WIB


class PreferencesBody(BaseModel):
    """How the reporter wants to hear of this report."""

    model_config = ConfigDict(extra="forbid")
    language: Language = Language.INDONESIAN
    muted: bool = Field(False, description="Send nothing; the tracking page still tells everything.")
    quiet_hours: QuietHoursBody | None = None
    digest_at: _TimeOfDay | None = Field(
        None,
        description="What is not urgent is told together once a day, then. Whatever asks for an answer, or "
        "has a deadline soon, comes at once.",
    )
    digest_zone: Zone = Field(Zone.WIB, description="Of `digest_at`, where there are no quiet hours.")
    channel: Way | None = Field(None, description="Rather by this one, where the contact has it.")

    def wanted(self) -> Preferences:
        """The same in the domain's terms; hours that begin when they end are none."""
        quiet = self.quiet_hours
        hours = QuietHours(quiet.begin, quiet.end, quiet.zone) if quiet and quiet.begin != quiet.end else None
        return Preferences(
            language=self.language,
            muted=self.muted,
            quiet=hours,
            digest_at=self.digest_at,
            digest_zone=self.digest_zone,
            channel=self.channel,
        )


@router.get("/preferences", summary="What the reporter wants to hear", response_model_by_alias=True)
async def read_preferences(desk: CurrentDesk, code: RequiredCode, tracking_id: str) -> PreferencesBody:
    """What was chosen, or what holds for everyone who has chosen nothing."""
    async with desk.database.reading() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
        return body_of(await preferences(tx, tracked.report.report_id))


@router.put("/preferences", summary="Choose what to hear", response_model_by_alias=True)
async def write_preferences(
    desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: PreferencesBody
) -> PreferencesBody:
    """Replaces all preferences of this report. Messages already on their way may still arrive."""
    async with desk.database.transaction() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
        return body_of(await prefer(tx, tracked.report.report_id, body.wanted()))


def body_of(chosen: Preferences) -> PreferencesBody:
    """What was chosen, as it is told."""
    quiet = chosen.quiet
    hours = {"from": quiet.begin, "until": quiet.end, "zone": quiet.zone} if quiet else None
    return PreferencesBody.model_validate(
        {
            "language": chosen.language,
            "muted": chosen.muted,
            "quiet_hours": hours,
            "digest_at": chosen.digest_at,
            "digest_zone": chosen.zone,
            "channel": chosen.channel,
        }
    )
